package fakemanila_test

import (
	"os"
	"strings"
	"testing"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
)

// TestInnerProvisions has a bug: if the answer to its first request is lost, it creates a second share.
func TestInnerProvisions(t *testing.T) {
	onlyAgain(t)
	m := fakemanila.New(t, fakemanila.WithSeed(7))
	demo := login(t, m, "demo")
	if _, err := demo.create("db"); err != nil {
		if _, err := demo.create("db"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSweepFindsWhatALostAnswerLeavesBehind(t *testing.T) {
	t.Parallel()
	report := provisionSwept(t, fakemanila.Sweep{Faults: []string{"reset-after", "503"}})
	verdicts := map[string]string{}
	for _, run := range report.Runs {
		verdicts[run.Faults[0].Operation+" "+run.Faults[0].Fault] = run.Verdict
		if run.Verdict == "debris" && !strings.Contains(run.Details, "one share 'db' too many") {
			t.Errorf("%s leaves %s", run.ID, run.Details)
		}
	}
	if len(verdicts) != 2 || verdicts["shares.create reset-after"] != "debris" || verdicts["shares.create 503"] != "passed" {
		t.Errorf("verdicts: %v", verdicts)
	}
	if report.Summary["debris"] != 1 || len(report.Undisturbed.Requests) != 2 {
		t.Errorf("%+v", report)
	}
}

func TestSweepOfWhatFailsByItselfIsAnError(t *testing.T) {
	t.Parallel()
	_, err := fakemanila.Sweep{}.Run(ctx, "false")
	if err == nil || !strings.Contains(err.Error(), "fails even without faults") {
		t.Errorf("got error %v", err)
	}
}

func TestInnerSweeps(t *testing.T) {
	onlyAgain(t)
	fakemanila.Sweep{Faults: []string{"reset-after", "503"}}.Test(t, "TestInnerProvisions")
}

func TestRunOfASweepIsASubtestThatFailsByItsVerdict(t *testing.T) {
	t.Parallel()
	output, err := runAgain(t, "TestInnerSweeps").CombinedOutput()
	if err == nil {
		t.Error("the test passed, want a failure")
	}
	for _, want := range []string{"--- FAIL: TestInnerSweeps/2:reset-after", "--- PASS: TestInnerSweeps/2:503", "one share 'db' too many"} {
		if !strings.Contains(string(output), want) {
			t.Errorf("%q is not in\n%s", want, output)
		}
	}
}

func provisionSwept(t *testing.T, sweep fakemanila.Sweep) *fakemanila.SweepReport {
	t.Helper()
	report, err := sweep.Run(ctx, "env", again+"=1", os.Args[0], "-test.run=^TestInnerProvisions$")
	if err != nil {
		t.Fatal(err)
	}
	return report
}
