package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ControllerBench measures `syncctl controller` with many Applications beside a crowd of objects that are not theirs.
type ControllerBench struct {
	api                 *API
	syncctl, kubeconfig string
	auditLog, work      string
	apps                Applications
	unrelated, large    int
	idle                time.Duration

	process *exec.Cmd
	ended   chan error
	port    string
}

func (bench *ControllerBench) run() error {
	bench.apps.home, bench.port = "argocd", "28082"
	bench.apps.folder = filepath.Join(bench.work, "repository")
	if err := bench.fill(); err != nil {
		return err
	}
	first, err := bench.prepare()
	if err != nil {
		return err
	}
	if err := bench.start(); err != nil {
		return err
	}
	defer bench.stop()
	for _, step := range []func(string) error{bench.cold, bench.rest, bench.change, bench.big} {
		if err := step(first); err != nil {
			text, _ := os.ReadFile(filepath.Join(bench.work, "controller.log"))
			if len(text) > 2000 {
				text = text[len(text)-2000:]
			}
			return fmt.Errorf("%w\n%s", err, text)
		}
	}
	return nil
}

// fill makes the objects that nobody cares for.
func (bench *ControllerBench) fill() error {
	if err := bench.api.createNamespace("unrelated"); err != nil {
		return err
	}
	return Concurrently(bench.unrelated, func(index int) error {
		body := fmt.Sprintf(`{"metadata":{"name":"other-%06d","labels":{"app":"other"}},"data":{"text":%q}}`,
			index, strings.Repeat("x", 200))
		return bench.api.Do("POST", "/api/v1/namespaces/unrelated/configmaps", "application/json", []byte(body), nil)
	})
}

// prepare makes repository, definitions and Applications; returns the commit.
func (bench *ControllerBench) prepare() (string, error) {
	for index := 0; index < bench.apps.count; index++ {
		if err := bench.apps.write(index, "first"); err != nil {
			return "", err
		}
	}
	first, err := bench.apps.commit("first")
	if err != nil {
		return "", err
	}
	install := exec.Command(bench.syncctl, "install", "--kubeconfig", bench.kubeconfig, "--namespace", bench.apps.home)
	if text, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("install: %w: %s", err, text)
	}
	return first, bench.apps.create(bench.api)
}

func (bench *ControllerBench) start() error {
	log, err := os.Create(filepath.Join(bench.work, "controller.log"))
	if err != nil {
		return err
	}
	bench.process = exec.Command(bench.syncctl, "controller", "--kubeconfig", bench.kubeconfig, "--namespace",
		bench.apps.home, "--allow-local-repositories", "--cache-dir", filepath.Join(bench.work, "cache"),
		"--metrics-port", bench.port)
	bench.process.Stdout, bench.process.Stderr = log, log
	if err := bench.process.Start(); err != nil {
		return err
	}
	bench.ended = make(chan error, 1)
	go func() { bench.ended <- bench.process.Wait() }()
	return nil
}

func (bench *ControllerBench) stop() {
	bench.process.Process.Signal(syscall.SIGTERM)
	<-bench.ended
}

// Steps

func (bench *ControllerBench) cold(first string) error {
	began := time.Now()
	if err := bench.wait(first, bench.apps.count, 40*time.Minute); err != nil {
		return err
	}
	wall := time.Since(began)
	usage, err := bench.settle()
	if err != nil {
		return err
	}
	fmt.Printf("\n%d Applications of %d objects, beside %d ConfigMaps\n", bench.apps.count, bench.apps.objects, bench.unrelated)
	fmt.Printf("all Synced and Healthy from cold      %8.1f s, %.1f s of CPU, %.1f requests an Application\n", wall.Seconds(),
		usage.cpu.Seconds(), float64(total(usage.requests))/float64(bench.apps.count))
	fmt.Printf("resident, peak                        %8.1f MiB, %.1f MiB\n", mib(usage.resident), mib(usage.peak))
	usage.report()
	return nil
}

func (bench *ControllerBench) rest(string) error {
	before, err := bench.usage()
	if err != nil {
		return err
	}
	time.Sleep(bench.idle)
	after, err := bench.usage()
	if err != nil {
		return err
	}
	fmt.Printf("\nidle for %.0f s                        %8.2f s of CPU, %.1f MiB resident at the end\n", bench.idle.Seconds(),
		(after.cpu - before.cpu).Seconds(), mib(after.resident))
	after.since(before).report()
	return nil
}

// change commits something new for every hundredth Application, and asks for a look at those.
func (bench *ControllerBench) change(string) error {
	changed := 0
	for index := 0; index < bench.apps.count; index += 100 {
		if err := bench.apps.write(index, "second"); err != nil {
			return err
		}
		changed++
	}
	second, err := bench.apps.commit("second")
	if err != nil {
		return err
	}
	before, err := bench.usage()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := Concurrently(changed, func(number int) error {
		patch := `{"metadata":{"annotations":{"argocd.argoproj.io/refresh":"normal"}}}`
		return bench.api.Do("PATCH", bench.apps.path(bench.apps.name(number*100)), "application/merge-patch+json", []byte(patch), nil)
	}); err != nil {
		return err
	}
	if err := bench.wait(second, changed, 10*time.Minute); err != nil {
		return err
	}
	wall := time.Since(began)
	after, err := bench.usage()
	if err != nil {
		return err
	}
	fmt.Printf("\na commit that changes %d of them       %8.1f s until these are Synced\n", changed, wall.Seconds())
	after.since(before).report()
	if err := bench.wait(second, bench.apps.count, 10*time.Minute); err != nil {
		return err
	}
	wall = time.Since(began)
	if after, err = bench.settle(); err != nil {
		return err
	}
	fmt.Printf("the others by the poll                %8.1f s until all name that commit, %.1f s of CPU\n", wall.Seconds(),
		(after.cpu - before.cpu).Seconds())
	after.since(before).report()
	return nil
}

// big syncs one Application with very many objects.
func (bench *ControllerBench) big(string) error {
	if bench.large == 0 {
		return nil
	}
	apps := bench.apps
	apps.objects = bench.large
	index := apps.count
	if err := apps.write(index, "first"); err != nil {
		return err
	}
	commit, err := apps.commit("large")
	if err != nil {
		return err
	}
	if err := bench.api.createNamespace("bench-large"); err != nil {
		return err
	}
	before, err := bench.usage()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := apps.createOne(bench.api, apps.name(index), "bench-large", `{"automated":{}}`); err != nil {
		return err
	}
	var object json.RawMessage
	var state applicationState
	for state.Status.Sync.Status != "Synced" || state.Status.Sync.Revision != commit || state.Operation != nil {
		if time.Since(began) > 20*time.Minute {
			return fmt.Errorf("the large Application is %+v", state)
		}
		time.Sleep(time.Second)
		if err := bench.api.Do("GET", apps.path(apps.name(index)), "", nil, &object); err != nil {
			return err
		}
		state = applicationState{}
		if err := json.Unmarshal(object, &state); err != nil {
			return err
		}
	}
	after, err := bench.usage()
	if err != nil {
		return err
	}
	fmt.Printf("\nan Application of %d objects        %8.1f s, %.1f s of CPU, the object has %.1f KiB, %d results, %d resources\n  %s: %s\n",
		bench.large, time.Since(began).Seconds(), (after.cpu - before.cpu).Seconds(), float64(len(object))/1024,
		len(state.Status.OperationState.SyncResult.Resources), len(state.Status.Resources),
		state.Status.OperationState.Phase, state.Status.OperationState.Message)
	after.since(before).report()
	return nil
}

// applicationState is what is looked at of an Application.
type applicationState struct {
	Metadata  struct{ Name string }
	Operation json.RawMessage
	Status    struct {
		Sync           struct{ Status, Revision string }
		Health         struct{ Status string }
		Resources      []json.RawMessage
		OperationState struct {
			Phase, Message string
			SyncResult     struct{ Resources []json.RawMessage }
		}
	}
}

// wait returns once so many Applications are Synced to the commit and Healthy, and nothing runs for them.
func (bench *ControllerBench) wait(commit string, count int, limit time.Duration) error {
	deadline := time.Now().Add(limit)
	done := 0
	for time.Now().Before(deadline) {
		select {
		case err := <-bench.ended:
			bench.ended <- err
			return fmt.Errorf("the controller has ended: %v", err)
		default:
		}
		var list struct{ Items []applicationState }
		if err := bench.api.Do("GET", bench.apps.path(""), "", nil, &list); err != nil {
			return err
		}
		done = 0
		for _, item := range list.Items {
			if item.Status.Sync.Status == "Synced" && item.Status.Sync.Revision == commit &&
				item.Status.Health.Status == "Healthy" && item.Operation == nil {
				done++
			}
		}
		if done >= count {
			return nil
		}
		time.Sleep(time.Second)
	}
	return fmt.Errorf("only %d of %d Applications are there after %v", done, count, limit)
}

// settle waits until the controller asks for little any more.
func (bench *ControllerBench) settle() (Usage, error) {
	before, err := bench.usage()
	for err == nil {
		time.Sleep(5 * time.Second)
		var after Usage
		after, err = bench.usage()
		if err == nil && after.cpu-before.cpu < 500*time.Millisecond {
			return after, nil
		}
		before = after
	}
	return before, err
}
