// Bench measures `syncctl app sync` side by side with a raw concurrent HTTP/2 client and `kubectl apply --server-side`,
// and how soon it goes on after a hook; or API servers side by side. hack/bench builds it and starts what it needs.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	if err := bench(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench() error {
	kubeconfig := flag.String("kubeconfig", "", "as `hack/kube up` wrote it")
	syncctl := flag.String("syncctl", "", "the program to measure; none leaves it out")
	kubectl := flag.String("kubectl", "", "a kubectl to compare with; none leaves it out")
	auditLog := flag.String("audit-log", "", "the API server's record of writes")
	work := flag.String("work", "", "a folder for manifests")
	sizes := flag.String("sizes", "1000,5000", "numbers of objects")
	rounds := flag.Int("rounds", 5, "how often each contender runs")
	hooks := flag.Int("hooks", 50, "how often a hook is waited for")
	servers := Servers{}
	flag.Var(&servers, "server", "measure this API server: name,kubeconfig,pid[,pid...]; can be given more than once")
	watches := flag.Int("watches", 20, "how many watches are open while servers are measured")
	raw := flag.String("raw", "", "be the raw client: namespace,count,changed")
	applications := flag.Int("applications", 0, "measure the controller with so many Applications")
	objects := flag.Int("objects", 10, "of how many objects each")
	unrelated := flag.Int("unrelated", 100000, "beside how many ConfigMaps that are not theirs")
	large := flag.Int("large", 5000, "of how many objects one more Application is; 0 for none")
	idle := flag.Duration("idle", 600e9, "how long nothing is done")
	flag.Parse()

	if len(servers) > 0 {
		bench := ServerBench{servers: servers, watches: *watches, rounds: *rounds}
		return bench.all(*sizes)
	}
	api, err := OpenAPI(*kubeconfig)
	if err != nil {
		return err
	}
	if *raw != "" {
		return beRaw(api, *raw)
	}
	if *applications > 0 {
		bench := ControllerBench{
			api: api, syncctl: *syncctl, kubeconfig: *kubeconfig, auditLog: *auditLog, work: *work,
			apps: Applications{count: *applications, objects: *objects}, unrelated: *unrelated, large: *large, idle: *idle,
		}
		return bench.run()
	}
	contenders := contenders(*kubeconfig, *syncctl, *kubectl)
	for _, size := range strings.FieldsFunc(*sizes, func(r rune) bool { return r == ',' }) {
		count, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		applied := ApplyBench{api: api, contenders: contenders, count: count, rounds: *rounds}
		if err := applied.run(filepath.Join(*work, size)); err != nil {
			return err
		}
		applied.report()
	}
	if *syncctl == "" || *hooks == 0 {
		return nil
	}
	waited := HookBench{api: api, auditLog: *auditLog, runs: *hooks, command: func(folder, namespace string) *exec.Cmd {
		return syncCommand(*syncctl, *kubeconfig, folder, namespace)
	}}
	if err := waited.run(filepath.Join(*work, "hook")); err != nil {
		return err
	}
	waited.report()
	return nil
}

// beRaw runs in a process of its own, so that its memory and CPU time can be told from the others'.
func beRaw(api *API, what string) error {
	parts := strings.Split(what, ",")
	if len(parts) != 3 {
		return fmt.Errorf("-raw wants namespace,count,changed, not %q", what)
	}
	count, err := strconv.Atoi(parts[1])
	if err != nil {
		return err
	}
	return ConfigMaps{count: count, changed: parts[2] == "true"}.send(api, parts[0])
}

func contenders(kubeconfig, syncctl, kubectl string) []Contender {
	list := []Contender{}
	if syncctl != "" {
		for _, options := range [][]string{{}, {"--validate", "none"}} {
			options := options
			list = append(list, Contender{
				name: strings.Join(append([]string{"syncctl"}, options...), " "),
				command: func(folder, namespace string, _ ConfigMaps) *exec.Cmd {
					return syncCommand(syncctl, kubeconfig, folder, namespace, options...)
				},
			})
		}
	}
	list = append(list, Contender{name: "raw", command: func(_, namespace string, maps ConfigMaps) *exec.Cmd {
		what := fmt.Sprintf("%s,%d,%t", namespace, maps.count, maps.changed)
		return exec.Command(os.Args[0], "-kubeconfig", kubeconfig, "-raw", what)
	}})
	if kubectl != "" {
		list = append(list, Contender{name: "kubectl", command: func(folder, namespace string, _ ConfigMaps) *exec.Cmd {
			return exec.Command(kubectl, "--kubeconfig", kubeconfig, "--namespace", namespace,
				"apply", "--server-side", "--filename", folder)
		}})
	}
	return list
}

func syncCommand(syncctl, kubeconfig, folder, namespace string, options ...string) *exec.Cmd {
	arguments := []string{"app", "sync", application, "--core", "--kubeconfig", kubeconfig, "--local", folder,
		"--dest-namespace", namespace, "-o", "json"}
	return exec.Command(syncctl, append(arguments, options...)...)
}
