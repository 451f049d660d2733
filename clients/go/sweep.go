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

// Sweep runs a program once undisturbed, then once for each of its requests and each kind of failure there, each time
// in a new world, as fakemanila sweep does. What is empty is as there.
type Sweep struct {
	// Faults are kinds of failure, such as reset-after and 503; all unless given.
	Faults []string
	// Operations are patterns of the operations whose requests are swept.
	Operations []string
	// Only is one run alone: 2:reset-after.
	Only string
	// Pairs goes on with two failures in one run.
	Pairs bool
	// Jobs is how many run at once.
	Jobs int
	// Timeout is how long one run may take.
	Timeout time.Duration
	// Scenario is the file or the name of what the worlds start from.
	Scenario string
	// Seed is of all worlds.
	Seed int
	// FailOn are the verdicts that fail a Test: failed, debris and hung unless given.
	FailOn []string
	// ServerCommand is the program in front of sweep, as WithCommand has it.
	ServerCommand []string
}

// SweepReport is what came out.
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

// SweptRequest is a request of the undisturbed run. About is a pattern of the name of what it is about.
type SweptRequest struct {
	Number    int    `json:"number"`
	Operation string `json:"operation"`
	Method    string `json:"method"`
	Path      string `json:"path"`
	Status    int    `json:"status"`
	About     string `json:"about"`
	Nth       int    `json:"nth"`
}

// SweepRun is one disturbed run.
type SweepRun struct {
	// ID is what Sweep.Only takes.
	ID     string `json:"id"`
	Faults []struct {
		Request   int    `json:"request"`
		Operation string `json:"operation"`
		About     string `json:"about"`
		Nth       int    `json:"nth"`
		Fault     string `json:"fault"`
	} `json:"faults"`
	// Verdict is passed, failed, debris, hung or not reached.
	Verdict string `json:"verdict"`
	Reached bool   `json:"reached"`
	// ExitStatus is nil for a run that hung.
	ExitStatus *int    `json:"exit_status"`
	Seconds    float64 `json:"seconds"`
	// Details are what differs from the undisturbed run, in words.
	Details     string `json:"details"`
	Differences []struct {
		Kind       string         `json:"kind"`
		Record     string         `json:"record"`
		Change     string         `json:"change"`
		Attributes map[string]any `json:"attributes"`
	} `json:"differences"`
}

// Run sweeps a command, which finds its world by the variables of Manila.Env. The report has the runs that went wrong;
// an error says that the command doesn't pass undisturbed, or that nothing could be swept.
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
	// It ends what it has started when it is interrupted, but not when it is killed.
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

// Test sweeps another test of the same binary, by its name. Each disturbed run is a subtest, which fails by its
// verdict. The test that is swept takes its world by New; it should fail, and not hang, where it can't go on.
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
		t.Errorf("%s makes no requests that could be swept", name)
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
