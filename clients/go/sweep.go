package fakemanila

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Sweep finds out how a program handles failures, with the command fakemanila sweep. It runs the program once without
// faults, then once for each of its requests and each kind of failure. Each run has a new world. Fields that are empty
// have the defaults of the command.
type Sweep struct {
	// Faults are the kinds of failure, such as reset-after and 503. The default is all.
	Faults []string
	// Operations limits the sweep to requests for these operations: ids or patterns.
	Operations []string
	// Only is the ID of the only run to do, such as 2:reset-after.
	Only string
	// Pairs adds runs with two failures.
	Pairs bool
	// Jobs is the number of runs at the same time.
	Jobs int
	// Timeout is the time limit of one run.
	Timeout time.Duration
	// Scenario is the scenario that the worlds start from: a file or a name.
	Scenario string
	// Seed is the seed of all worlds.
	Seed int
	// FailOn are the verdicts that fail a subtest of Test. The default is failed, debris and hung.
	FailOn []string
	// ServerCommand is the fakemanila command; see WithCommand.
	ServerCommand []string
}

// SweepReport is the result of a sweep.
type SweepReport struct {
	Version     int      `json:"version"`
	Command     []string `json:"command"`
	Seed        int      `json:"seed"`
	Undisturbed struct {
		Seconds  float64        `json:"seconds"`
		Requests []SweptRequest `json:"requests"`
	} `json:"undisturbed"`
	Runs    []SweepRun     `json:"runs"`
	Summary map[string]int `json:"summary"`
}

// SweptRequest is a request of the run without faults. About is the name of its resource, as a pattern.
type SweptRequest struct {
	Number    int    `json:"number"`
	Operation string `json:"operation"`
	Method    string `json:"method"`
	Path      string `json:"path"`
	Status    int    `json:"status"`
	About     string `json:"about"`
	Nth       int    `json:"nth"`
}

// SweepRun is one run with faults.
type SweepRun struct {
	// ID identifies the run. Pass it in Sweep.Only to repeat the run.
	ID     string `json:"id"`
	Faults []struct {
		Request   int    `json:"request"`
		Operation string `json:"operation"`
		About     string `json:"about"`
		Nth       int    `json:"nth"`
		Fault     string `json:"fault"`
	} `json:"faults"`
	// Verdict is one of passed, failed, debris, hung and not reached.
	Verdict string `json:"verdict"`
	Reached bool   `json:"reached"`
	// ExitStatus is nil if the run hung.
	ExitStatus *int    `json:"exit_status"`
	Seconds    float64 `json:"seconds"`
	// Details describes the differences from the run without faults.
	Details     string `json:"details"`
	Differences []struct {
		Kind       string         `json:"kind"`
		Record     string         `json:"record"`
		Change     string         `json:"change"`
		Attributes map[string]any `json:"attributes"`
	} `json:"differences"`
}

// Run sweeps a command. The command gets the address and login of its world from the same variables that Manila.Env
// returns. Failed runs are in the report, and not an error. Run returns an error if the command fails without faults, or
// if the sweep can't run.
func (s Sweep) Run(ctx context.Context, command ...string) (*SweepReport, error) {
	c, err := configured(nil)
	if err != nil {
		return nil, err
	}
	if len(s.ServerCommand) > 0 {
		c.command = s.ServerCommand
	}
	folder, err := os.MkdirTemp("", "fakemanila-sweep-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	results := filepath.Join(folder, "sweep.json")
	words := append(append([]string{}, c.command...), "sweep", "--json", results)
	words = append(append(append(words, s.arguments()...), "--"), command...)
	run := exec.CommandContext(ctx, words[0], words[1:]...)
	// An interrupted sweep ends its own processes, a killed one doesn't.
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = 10 * time.Second
	var output bytes.Buffer
	run.Stdout, run.Stderr = &output, &output
	ended := run.Run()
	content, err := os.ReadFile(results)
	if err != nil {
		return nil, fmt.Errorf("fakemanila: %w\n%s", errors.Join(ended, ctx.Err()), output.String())
	}
	report := &SweepReport{}
	return report, json.Unmarshal(content, report)
}

func (s Sweep) arguments() []string {
	words := []string{"--fail-on", "none"}
	add := func(name, value string) {
		if value != "" {
			words = append(words, name, value)
		}
	}
	add("--faults", strings.Join(s.Faults, ","))
	add("--operations", strings.Join(s.Operations, ","))
	add("--only", s.Only)
	add("--scenario", s.Scenario)
	if s.Jobs > 0 {
		add("--jobs", strconv.Itoa(s.Jobs))
	}
	if s.Timeout > 0 {
		add("--timeout", fmt.Sprintf("%gs", s.Timeout.Seconds()))
	}
	if s.Seed != 0 {
		add("--seed", strconv.Itoa(s.Seed))
	}
	if s.Pairs {
		words = append(words, "--pairs")
	}
	return words
}

// Test sweeps another test of the same test binary. Name is the name of that test. Each run with faults becomes a
// subtest, which fails if its verdict is in FailOn. The swept test must get its world from New. If it can't continue, it
// should fail rather than hang.
//
//	func TestSweepProvision(t *testing.T) {
//		fakemanila.Sweep{Faults: []string{"reset-after", "503"}}.Test(t, "TestProvision")
//	}
func (s Sweep) Test(t *testing.T, name string) *SweepReport {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(name), "/", "$/^") + "$"
	report, err := s.Run(context.Background(), program, "-test.run", pattern, "-test.count=1")
	if err != nil {
		t.Fatal(err)
	}
	failing := s.FailOn
	if len(failing) == 0 {
		failing = []string{"failed", "debris", "hung"}
	}
	if len(report.Runs) == 0 {
		t.Errorf("%s sends no requests to sweep", name)
	}
	for _, run := range report.Runs {
		t.Run(run.ID, func(t *testing.T) {
			t.Log(run.Faults[0].Operation, run.Verdict, run.Details)
			for _, verdict := range failing {
				if run.Verdict == verdict {
					t.Fail()
				}
			}
		})
	}
	return report
}
