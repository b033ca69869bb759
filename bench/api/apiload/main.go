// apiload puts load on servers that speak the vCenter API and says how they bore it, one JSON object a line. Several servers
// are measured in turn, round by round, so that the machine's noise falls on all of them alike.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// target is one server.
type target struct {
	name string
	url  *url.URL
	pid  int
}

// result is one measurement of one target in one round. Latencies are in milliseconds.
type result struct {
	Target      string  `json:"target"`
	Test        string  `json:"test"`
	Round       int     `json:"round"`
	Workers     int     `json:"workers"`
	Ops         int     `json:"ops"`
	Errors      int     `json:"errors"`
	FirstError  string  `json:"firstError,omitempty"`
	PerSecond   float64 `json:"perSecond"`
	P50Ms       float64 `json:"p50ms"`
	P99Ms       float64 `json:"p99ms"`
	MaxMs       float64 `json:"maxMs"`
	ServerCPUMs float64 `json:"serverCpuMs"` // of one operation
	RSSMiB      float64 `json:"serverRssMiB"`
	Objects     int     `json:"objects,omitempty"`
}

// test measures one target; n is what -n says: sessions, repetitions or waiters.
type test func(ctx context.Context, t target, n int) (result, error)

var tests = map[string]test{
	"retrieve": retrieve, "rawretrieve": rawRetrieve, "list": list,
	"snapcycle": snapshotCycle, "calls": manyCalls,
	"waiting": readsWhileOthersWait, "told": allWaitersAreTold,
}

var (
	duration = flag.Duration("d", 5*time.Second, "length of one timed round")
	warmup   = flag.Duration("w", 2*time.Second, "warm-up before each timed round")
	rounds   = flag.Int("rounds", 3, "rounds; the targets take turns")
	name     = flag.String("t", "rawretrieve", "test")
	number   = flag.Int("n", 8, "sessions, repetitions or waiters")
)

func main() {
	flag.Parse()
	run, known := tests[*name]
	if !known || flag.NArg() == 0 {
		fail("usage: apiload -t TEST [-n N] NAME@PID=URL ...")
	}
	var targets []target
	for _, argument := range flag.Args() {
		targets = append(targets, parse(argument))
	}
	out := json.NewEncoder(os.Stdout)
	for round := 1; round <= *rounds; round++ {
		for i := range targets {
			t := targets[(i+round)%len(targets)] // who goes first changes from round to round
			r, err := run(context.Background(), t, *number)
			if err != nil {
				fail("%s of %s: %v", *name, t.name, err)
			}
			r.Target, r.Test, r.Round = t.name, *name, round
			r.RSSMiB = residentMiB(t.pid)
			_ = out.Encode(r)
		}
	}
}

func parse(argument string) target {
	key, address, found := strings.Cut(argument, "=")
	name, pid, _ := strings.Cut(key, "@")
	u, err := url.Parse(address)
	if !found || err != nil || u.Hostname() != "127.0.0.1" {
		fail("%q: NAME@PID=https://user:pass@127.0.0.1:PORT/sdk is expected", argument)
	}
	number, _ := strconv.Atoi(pid)
	return target{name, u, number}
}

func fail(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "apiload: "+format+"\n", arguments...)
	os.Exit(2)
}
