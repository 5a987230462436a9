package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Usage is what the controller has used so far, and what it has asked for.
type Usage struct {
	cpu time.Duration
	// In KiB.
	resident, peak int64
	// By verb, as the controller counts them.
	requests map[string]int
	// By verb and resource, as the API server does, with what `install` asked for.
	audited map[string]int
}

func (bench *ControllerBench) usage() (Usage, error) {
	usage := Usage{requests: map[string]int{}, audited: map[string]int{}}
	pid := strconv.Itoa(bench.process.Process.Pid)
	server := Server{pids: []string{pid}}
	var err error
	if usage.cpu, err = server.cpu(); err != nil {
		return usage, err
	}
	if usage.resident, err = server.memory(); err != nil {
		return usage, err
	}
	text, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return usage, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmHWM:" {
			usage.peak, _ = strconv.ParseInt(fields[1], 10, 64)
		}
	}
	if err := bench.readMetrics(&usage); err != nil {
		return usage, err
	}
	return usage, bench.readAudit(&usage)
}

func (bench *ControllerBench) readMetrics(usage *Usage) error {
	response, err := http.Get("http://127.0.0.1:" + bench.port + "/metrics")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "syncctl_api_requests_total{") {
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		count, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil {
			return err
		}
		_, rest, _ := strings.Cut(line, `verb="`)
		verb, _, _ := strings.Cut(rest, `"`)
		usage.requests[verb] += int(count)
	}
	return nil
}

// readAudit counts what the API server says that the controller has asked for, from the start on.
func (bench *ControllerBench) readAudit(usage *Usage) error {
	text, err := os.ReadFile(bench.auditLog)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if !bytes.Contains(lines.Bytes(), []byte(`"userAgent":"syncctl`)) {
			continue
		}
		var event struct {
			Verb      string
			ObjectRef struct{ Resource string }
			Stage     string
		}
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil || event.Stage != "ResponseComplete" {
			continue
		}
		usage.audited[event.Verb+" "+event.ObjectRef.Resource]++
	}
	return lines.Err()
}

func (usage Usage) since(before Usage) Usage {
	difference := Usage{requests: map[string]int{}, audited: map[string]int{}}
	for verb, count := range usage.requests {
		difference.requests[verb] = count - before.requests[verb]
	}
	for what, count := range usage.audited {
		difference.audited[what] = count - before.audited[what]
	}
	return difference
}

func (usage Usage) report() {
	fmt.Printf("  requests: %s\n  by the audit log: %s\n", counts(usage.requests), counts(usage.audited))
}

func counts(counts map[string]int) string {
	names := []string{}
	for name, count := range counts {
		if count > 0 {
			names = append(names, name)
		}
	}
	sort.Slice(names, func(a, b int) bool { return counts[names[a]] > counts[names[b]] })
	if len(names) > 12 {
		names = names[:12]
	}
	parts := []string{fmt.Sprint(total(counts))}
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%s %d", name, counts[name]))
	}
	return strings.Join(parts, ", ")
}

func total(counts map[string]int) int {
	sum := 0
	for _, count := range counts {
		sum += count
	}
	return sum
}

func mib(kib int64) float64 { return float64(kib) / 1024 }
