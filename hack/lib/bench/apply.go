package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"syscall"
	"time"
)

// Cost is what one run of a program took.
type Cost struct {
	wall, cpu time.Duration
	// Peak memory in KiB.
	memory int64
}

// run starts a program, waits for it, and fails with its words if it does.
func run(command *exec.Cmd) (Cost, error) {
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	began := time.Now()
	err := command.Run()
	wall := time.Since(began)
	if err != nil {
		text := output.String()
		if len(text) > 2000 {
			text = "…" + text[len(text)-2000:]
		}
		return Cost{}, fmt.Errorf("%v: %w\n%s", command.Args, err, text)
	}
	state := command.ProcessState
	usage := state.SysUsage().(*syscall.Rusage)
	return Cost{wall: wall, cpu: state.UserTime() + state.SystemTime(), memory: usage.Maxrss}, nil
}

// Contender is a way to bring a folder of manifests into a namespace.
type Contender struct {
	name    string
	command func(folder, namespace string, maps ConfigMaps) *exec.Cmd
}

// The steps that each contender takes in a namespace of its own.
var steps = []string{"first apply", "unchanged", "1 % changed"}

// ApplyBench measures contenders side by side.
type ApplyBench struct {
	api        *API
	contenders []Contender
	count      int
	rounds     int
	// By contender and step, one cost a round.
	costs map[string][][]Cost
}

func (bench *ApplyBench) run(work string) error {
	before, after := ConfigMaps{count: bench.count}, ConfigMaps{count: bench.count, changed: true}
	folders := [2]string{filepath.Join(work, "before"), filepath.Join(work, "after")}
	for index, maps := range []ConfigMaps{before, after} {
		if err := maps.write(folders[index]); err != nil {
			return err
		}
	}
	bench.costs = map[string][][]Cost{}
	for round := 0; round < bench.rounds; round++ {
		for turn := range bench.contenders {
			contender := bench.contenders[(round+turn)%len(bench.contenders)]
			namespace := fmt.Sprintf("bench-%d-%d-%d", bench.count, round, turn)
			if err := bench.api.createNamespace(namespace); err != nil {
				return err
			}
			costs := bench.costs[contender.name]
			if costs == nil {
				costs = make([][]Cost, len(steps))
			}
			for step, maps := range []ConfigMaps{before, before, after} {
				folder := folders[0]
				if maps.changed {
					folder = folders[1]
				}
				cost, err := run(contender.command(folder, namespace, maps))
				if err != nil {
					return err
				}
				if err := maps.verify(bench.api, namespace); err != nil {
					return fmt.Errorf("%s: %w", contender.name, err)
				}
				costs[step] = append(costs[step], cost)
				fmt.Fprintf(os.Stderr, "  round %d, %s, %s: %.2f s\n", round+1, contender.name, steps[step], cost.wall.Seconds())
			}
			bench.costs[contender.name] = costs
			if err := before.remove(bench.api, namespace); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(work)
}

// report prints medians, and ratios of the wall times that were measured in the same round.
func (bench *ApplyBench) report() {
	fmt.Printf("\n%d ConfigMaps of 1 KiB, %d rounds, medians\n", bench.count, bench.rounds)
	fmt.Printf("%-13s %-24s %9s %9s %10s", "", "", "wall s", "CPU s", "peak MiB")
	references := []string{}
	for _, name := range []string{"raw", "kubectl"} {
		if bench.costs[name] != nil {
			references = append(references, name)
			fmt.Printf(" %12s", "× "+name)
		}
	}
	fmt.Println()
	for step, title := range steps {
		for _, contender := range bench.contenders {
			costs := bench.costs[contender.name][step]
			fmt.Printf("%-13s %-24s %9.2f %9.2f %10.1f", title, contender.name,
				median(costs, func(cost Cost) float64 { return cost.wall.Seconds() }),
				median(costs, func(cost Cost) float64 { return cost.cpu.Seconds() }),
				median(costs, func(cost Cost) float64 { return float64(cost.memory) / 1024 }))
			for _, reference := range references {
				ratios := make([]float64, len(costs))
				for round := range costs {
					ratios[round] = costs[round].wall.Seconds() / bench.costs[reference][step][round].wall.Seconds()
				}
				fmt.Printf(" %12.2f", median(ratios, func(ratio float64) float64 { return ratio }))
			}
			fmt.Println()
			title = ""
		}
	}
}

func median[Element any](elements []Element, value func(Element) float64) float64 {
	return percentile(elements, 0.5, value)
}

// percentile is the nearest rank; the median of an even number is the mean of the middle two, and of nothing 0.
func percentile[Element any](elements []Element, share float64, value func(Element) float64) float64 {
	if len(elements) == 0 {
		return 0
	}
	values := make([]float64, len(elements))
	for index, element := range elements {
		values[index] = value(element)
	}
	sort.Float64s(values)
	count := len(values)
	if share == 0.5 && count%2 == 0 {
		return (values[count/2-1] + values[count/2]) / 2
	}
	rank := int(share*float64(count)+0.999999) - 1
	if rank < 0 {
		rank = 0
	}
	return values[rank]
}
