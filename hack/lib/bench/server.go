package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server is an API server to be measured, with the processes that it consists of.
type Server struct {
	name string
	api  *API
	pids []string
}

// Servers are read from flags.
type Servers []Server

func (servers *Servers) String() string { return "" }

// Set reads name,kubeconfig,pid[,pid...].
func (servers *Servers) Set(text string) error {
	parts := strings.Split(text, ",")
	if len(parts) < 3 {
		return fmt.Errorf("-server wants name,kubeconfig,pid[,pid...], not %q", text)
	}
	api, err := OpenAPI(parts[1])
	if err != nil {
		return err
	}
	*servers = append(*servers, Server{name: parts[0], api: api, pids: parts[2:]})
	return nil
}

// memory is what the processes have in memory, in KiB.
func (server Server) memory() (int64, error) {
	sum := int64(0)
	for _, pid := range server.pids {
		text, err := os.ReadFile("/proc/" + pid + "/status")
		if err != nil {
			return 0, err
		}
		for _, line := range strings.Split(string(text), "\n") {
			if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmRSS:" {
				size, err := strconv.ParseInt(fields[1], 10, 64)
				if err != nil {
					return 0, err
				}
				sum += size
			}
		}
	}
	return sum, nil
}

// cpu is the processor time that the processes have had.
func (server Server) cpu() (time.Duration, error) {
	ticks := int64(0)
	for _, pid := range server.pids {
		text, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			return 0, err
		}
		// The name in parentheses may hold anything; user and system time are the 12th and 13th field behind it.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		for _, field := range fields[11:13] {
			count, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return 0, err
			}
			ticks += count
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

// Measure is one round of one server.
type Measure struct {
	wall, cpu time.Duration
	// In KiB, with all objects there.
	memory int64
	// From sending a write to the end of its answer, one a write.
	answers []time.Duration
	// From sending a write to its event, one for each write and watch.
	events []time.Duration
	// How often the server ended a watch that was too slow for it.
	breaks int
}

// ServerBench applies ConfigMaps while watches are open, on one server after the other.
type ServerBench struct {
	servers  []Server
	watches  int
	rounds   int
	measures map[string][]Measure
}

func (bench *ServerBench) all(sizes string) error {
	for _, size := range strings.Split(sizes, ",") {
		count, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		bench.measures = map[string][]Measure{}
		for round := 0; round < bench.rounds; round++ {
			for turn := range bench.servers {
				server := bench.servers[(round+turn)%len(bench.servers)]
				measure, err := bench.measure(server, fmt.Sprintf("bench-%d-%d", count, round), ConfigMaps{count: count})
				if err != nil {
					return fmt.Errorf("%s: %w", server.name, err)
				}
				bench.measures[server.name] = append(bench.measures[server.name], measure)
				fmt.Fprintf(os.Stderr, "  round %d, %s: %.2f s\n", round+1, server.name, measure.wall.Seconds())
			}
		}
		bench.report(count)
	}
	return nil
}

func (bench *ServerBench) measure(server Server, namespace string, maps ConfigMaps) (Measure, error) {
	measure := Measure{answers: make([]time.Duration, maps.count)}
	if err := server.api.createNamespace(namespace); err != nil {
		return measure, err
	}
	watchers, err := bench.watch(server, namespace, maps)
	if err != nil {
		return measure, err
	}
	bodies := make([][]byte, maps.count)
	for index := range bodies {
		bodies[index] = maps.body(index, namespace)
	}
	sent := make([]time.Time, maps.count)
	before, err := server.cpu()
	if err != nil {
		return measure, err
	}
	began := time.Now()
	err = Concurrently(maps.count, func(index int) error {
		path := maps.path(index, namespace) + "?fieldManager=bench&force=true"
		sent[index] = time.Now()
		defer func() { measure.answers[index] = time.Since(sent[index]) }()
		return server.api.Do("PATCH", path, "application/apply-patch+yaml", bodies[index], nil)
	})
	measure.wall = time.Since(began)
	if err != nil {
		return measure, err
	}
	for _, watcher := range watchers {
		watcher.done.Wait()
		if watcher.failure != nil {
			return measure, watcher.failure
		}
		measure.breaks += watcher.breaks
		for index, at := range watcher.came {
			measure.events = append(measure.events, at.Sub(sent[index]))
		}
	}
	after, err := server.cpu()
	if err != nil {
		return measure, err
	}
	measure.cpu = after - before
	if measure.memory, err = server.memory(); err != nil {
		return measure, err
	}
	if err := maps.verify(server.api, namespace); err != nil {
		return measure, err
	}
	return measure, maps.remove(server.api, namespace)
}

// Watcher is one watch that notes when each object came, and goes on where it was when the server ends it.
type Watcher struct {
	api        *API
	collection string
	version    string
	left       int
	came       []time.Time
	breaks     int
	failure    error
	done       sync.WaitGroup
}

// watch opens all watches from the present state of the namespace.
func (bench *ServerBench) watch(server Server, namespace string, maps ConfigMaps) ([]*Watcher, error) {
	collection := "/api/v1/namespaces/" + namespace + "/configmaps"
	var list struct {
		Metadata struct{ ResourceVersion string }
	}
	if err := server.api.Do("GET", collection, "", nil, &list); err != nil {
		return nil, err
	}
	watchers := make([]*Watcher, bench.watches)
	for number := range watchers {
		watcher := &Watcher{
			api: server.api, collection: collection, version: list.Metadata.ResourceVersion,
			left: maps.count, came: make([]time.Time, maps.count),
		}
		watchers[number] = watcher
		body, err := watcher.open()
		if err != nil {
			return nil, err
		}
		watcher.done.Add(1)
		go func() {
			defer watcher.done.Done()
			watcher.failure = watcher.follow(body)
		}()
	}
	return watchers, nil
}

func (watcher *Watcher) open() (io.ReadCloser, error) {
	path := watcher.collection + "?watch=1&timeoutSeconds=600&resourceVersion=" + watcher.version
	response, err := watcher.api.Open(context.Background(), "GET", path, "", nil)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

// follow reads events until every object has come.
func (watcher *Watcher) follow(body io.ReadCloser) error {
	for {
		err := watcher.read(bufio.NewReaderSize(body, 1<<16))
		body.Close()
		if err != io.EOF {
			return err
		}
		watcher.breaks++
		if body, err = watcher.open(); err != nil {
			return err
		}
	}
}

// read ends with io.EOF when the server has ended the watch.
func (watcher *Watcher) read(lines *bufio.Reader) error {
	for watcher.left > 0 {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return err
		}
		now := time.Now()
		if bytes.Contains(line, []byte(`"type":"ERROR"`)) {
			return fmt.Errorf("a watch answered %.300q", line)
		}
		// Decoding every event twenty times over would measure this program.
		name, version := field(line, "name"), field(line, "resourceVersion")
		if version != "" {
			watcher.version = version
		}
		if !strings.HasPrefix(name, "item-") {
			continue
		}
		index, err := strconv.Atoi(strings.TrimPrefix(name, "item-"))
		if err != nil || index >= len(watcher.came) || !watcher.came[index].IsZero() {
			return fmt.Errorf("an event that nobody expects: %.300q", line)
		}
		watcher.came[index] = now
		watcher.left--
	}
	return nil
}

// field finds the first text of that name; in ConfigMaps of ours, that of the metadata.
func field(line []byte, name string) string {
	mark := `"` + name + `":"`
	at := bytes.Index(line, []byte(mark))
	if at < 0 {
		return ""
	}
	rest := line[at+len(mark):]
	return string(rest[:bytes.IndexByte(rest, '"')])
}

func (bench *ServerBench) report(count int) {
	fmt.Printf("\n%d ConfigMaps of 1 KiB applied, %d at once, %d watches open, %d rounds, medians\n", count, concurrency, bench.watches, bench.rounds)
	fmt.Printf("%-28s %9s %13s %10s %21s %21s %12s\n", "", "writes/s", "CPU ms/write", "memory MiB",
		"answer ms (50, 99 %)", "event ms (50, 99 %)", "watches cut")
	for _, server := range bench.servers {
		measures := bench.measures[server.name]
		column := func(value func(Measure) float64) float64 { return median(measures, value) }
		share := func(share float64, values func(Measure) []time.Duration) float64 {
			return column(func(measure Measure) float64 {
				return percentile(values(measure), share, func(one time.Duration) float64 { return float64(one.Microseconds()) / 1000 })
			})
		}
		answers := func(measure Measure) []time.Duration { return measure.answers }
		events := func(measure Measure) []time.Duration { return measure.events }
		fmt.Printf("%-28s %9.0f %13.2f %10.1f %10.1f %10.1f %10.1f %10.1f %12.0f\n", server.name,
			column(func(measure Measure) float64 { return float64(count) / measure.wall.Seconds() }),
			column(func(measure Measure) float64 { return float64(measure.cpu.Microseconds()) / 1000 / float64(count) }),
			column(func(measure Measure) float64 { return float64(measure.memory) / 1024 }),
			share(0.5, answers), share(0.99, answers), share(0.5, events), share(0.99, events),
			column(func(measure Measure) float64 { return float64(measure.breaks) }))
	}
}
