package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A hook that must finish before `next` may be written.
const hookManifests = `apiVersion: batch/v1
kind: Job
metadata:
  name: before
  annotations:
    argocd.argoproj.io/hook: PreSync
    argocd.argoproj.io/hook-delete-policy: HookSucceeded
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: busybox:1.36
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: next
data:
  written: after the hook
`

// HookBench measures how soon after a hook's end the next phase begins.
type HookBench struct {
	api       *API
	auditLog  string
	command   func(folder, namespace string) *exec.Cmd
	runs      int
	latencies []time.Duration
}

func (bench *HookBench) run(work string) error {
	if err := os.MkdirAll(work, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, "hook.yaml"), []byte(hookManifests), 0o644); err != nil {
		return err
	}
	for index := 0; index < bench.runs; index++ {
		namespace := fmt.Sprintf("bench-hook-%d", index)
		if err := bench.api.createNamespace(namespace); err != nil {
			return err
		}
		ctx, stop := context.WithCancel(context.Background())
		kubelet := make(chan error, 1)
		go func() { kubelet <- bench.finishPods(ctx, namespace) }()
		_, err := run(bench.command(work, namespace))
		stop()
		if kubeletError := <-kubelet; kubeletError != nil {
			return kubeletError
		}
		if err != nil {
			return err
		}
		latency, err := bench.latency(namespace)
		if err != nil {
			return err
		}
		bench.latencies = append(bench.latencies, latency)
	}
	return os.RemoveAll(work)
}

// finishPods is the kubelet: every Pod that appears has done its work at once.
func (bench *HookBench) finishPods(ctx context.Context, namespace string) error {
	path := "/api/v1/namespaces/" + namespace + "/pods"
	response, err := bench.api.Open(ctx, "GET", path+"?watch=true", "", nil)
	if err != nil {
		return ignoreCancel(ctx, err)
	}
	defer response.Body.Close()
	events := json.NewDecoder(response.Body)
	for {
		var event struct {
			Type   string
			Object struct{ Metadata struct{ Name string } }
		}
		if err := events.Decode(&event); err != nil {
			return ignoreCancel(ctx, err)
		}
		if event.Type != "ADDED" {
			continue
		}
		patch := []byte(`{"status":{"phase":"Succeeded"}}`)
		status := path + "/" + event.Object.Metadata.Name + "/status"
		if err := bench.api.Do("PATCH", status, "application/merge-patch+json", patch, nil); err != nil {
			return err
		}
	}
}

func ignoreCancel(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// latency reads the API server's own clock: from the arrival of the Job controller's write that makes the Job complete
// to the arrival of the first write of `next`. The server's time to store and spread that completion is part of it: a
// fast program reacts before the Job controller itself has its answer.
func (bench *HookBench) latency(namespace string) (time.Duration, error) {
	log, err := os.Open(bench.auditLog)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	var completed, written time.Time
	lines := bufio.NewReader(log)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		if !strings.Contains(line, `"namespace":"`+namespace+`"`) {
			continue
		}
		var event struct {
			RequestURI    string
			ObjectRef     struct{ Resource, Name, Subresource string }
			RequestObject struct {
				Status struct{ CompletionTime string }
			}
			RequestReceivedTimestamp time.Time
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			return 0, err
		}
		object := event.ObjectRef
		switch {
		case strings.Contains(event.RequestURI, "dryRun="):
		case object.Resource == "jobs" && object.Subresource == "status" && event.RequestObject.Status.CompletionTime != "":
			completed = event.RequestReceivedTimestamp
		case object.Resource == "configmaps" && object.Name == "next" && written.IsZero():
			written = event.RequestReceivedTimestamp
		}
	}
	if completed.IsZero() || written.IsZero() {
		return 0, fmt.Errorf("%s: the record of writes lacks the hook's end or what came after it", namespace)
	}
	return written.Sub(completed), nil
}

func (bench *HookBench) report() {
	milliseconds := func(latency time.Duration) float64 { return float64(latency.Microseconds()) / 1000 }
	fmt.Printf("\nFrom a hook's completion to the first write of the next phase, each as it arrives at the API server, %d runs:\n", bench.runs)
	fmt.Printf("median %.1f ms, 99th percentile %.1f ms, longest %.1f ms\n",
		percentile(bench.latencies, 0.5, milliseconds), percentile(bench.latencies, 0.99, milliseconds),
		percentile(bench.latencies, 1, milliseconds))
}
