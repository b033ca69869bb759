package main

import (
	"bytes"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// drive runs each worker's operation over and over for the timed span and sums up.
func drive(t target, operations []func() error) result {
	r := result{Workers: len(operations)}
	var mutex sync.Mutex
	var latencies []float64
	var timed, stop atomic.Bool
	var workers sync.WaitGroup
	for _, operation := range operations {
		workers.Go(func() {
			var mine []float64
			for !stop.Load() {
				counts := timed.Load()
				begun := time.Now()
				err := operation()
				took := milliseconds(time.Since(begun))
				if err != nil {
					mutex.Lock()
					r.Errors++
					r.FirstError = err.Error()
					mutex.Unlock()
					time.Sleep(10 * time.Millisecond)
				} else if counts && !stop.Load() {
					mine = append(mine, took)
				}
			}
			mutex.Lock()
			latencies = append(latencies, mine...)
			mutex.Unlock()
		})
	}
	time.Sleep(*warmup)
	before, begun := cpuMs(t.pid), time.Now()
	timed.Store(true)
	time.Sleep(*duration)
	stop.Store(true)
	span, after := time.Since(begun), cpuMs(t.pid)
	workers.Wait()
	return r.sum(latencies, span, after-before)
}

// sum fills in what follows from the latencies of the operations.
func (r result) sum(latencies []float64, span time.Duration, serverCPUMs float64) result {
	sort.Float64s(latencies)
	r.Ops = len(latencies)
	if r.Ops > 0 {
		r.PerSecond = float64(r.Ops) / span.Seconds()
		r.P50Ms, r.P99Ms, r.MaxMs = pick(latencies, .5), pick(latencies, .99), latencies[r.Ops-1]
		r.ServerCPUMs = serverCPUMs / float64(r.Ops)
	}
	return r
}

func pick(sorted []float64, quantile float64) float64 {
	return sorted[min(len(sorted)-1, int(quantile*float64(len(sorted))))]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// cpuMs gives the user and system time of a process; Linux counts it in hundredths of a second.
func cpuMs(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) * 10
}

func residentMiB(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "VmRSS:") {
			kib, _ := strconv.ParseFloat(strings.Fields(line)[1], 64)
			return kib / 1024
		}
	}
	return 0
}
