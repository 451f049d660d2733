package fakemanila_test

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"syscall"
	"testing"
	"time"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
)

// What happens when a test binary fails, panics or is killed can only be tested from outside. So these tests run their
// own binary again. The tests that run there are skipped otherwise.
const again = "FAKEMANILA_GO_TEST_AGAIN"

func onlyAgain(t *testing.T) {
	t.Helper()
	if os.Getenv(again) == "" {
		t.Skip("runs only as part of another test")
	}
}

func runAgain(t *testing.T, name string, variables ...string) *exec.Cmd {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^"+name+"$", "-test.v")
	command.Env = append(append(os.Environ(), again+"=1"), variables...)
	return command
}

func start(t *testing.T, options ...fakemanila.Option) *fakemanila.Server {
	t.Helper()
	server, err := fakemanila.Start(ctx, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	return server
}

func TestInnerFails(t *testing.T) {
	onlyAgain(t)
	m := fakemanila.New(t, fakemanila.WithQuota("demo", map[string]int{"shares": 0}))
	login(t, m, "demo").create("db")
	t.Error("no share was made")
}

func TestTestThatFailsLogsWhatWasAsked(t *testing.T) {
	t.Parallel()
	output, err := runAgain(t, "TestInnerFails").CombinedOutput()
	if err == nil {
		t.Error("the test passed, want a failure")
	}
	for _, want := range []string{"POST /v2/shares -> 413 shares.create demo@demo", "why: ", `{"name":"db"`} {
		if !strings.Contains(strings.ReplaceAll(string(output), `{"share":`, ""), want) {
			t.Errorf("%q is not in\n%s", want, output)
		}
	}
}

func TestInnerHasAFaultThatMustFire(t *testing.T) {
	onlyAgain(t)
	m := fakemanila.New(t)
	m.Faults.Add(ctx, fakemanila.Preset("quota:snapshots"), fakemanila.MustFire())
}

func TestTestFailsWhereAFaultMustFireAndDoesNot(t *testing.T) {
	t.Parallel()
	output, err := runAgain(t, "TestInnerHasAFaultThatMustFire").CombinedOutput()
	if err == nil || !strings.Contains(string(output), `the fault "quota:snapshots" must fire, and never did`) {
		t.Errorf("%v\n%s", err, output)
	}
}

func TestInnerPanics(t *testing.T) {
	onlyAgain(t)
	m := fakemanila.New(t)
	os.Stdout.WriteString("url=" + m.URL + "\n")
	// In a goroutine, so that no cleanup runs.
	go panic("as a bug would")
	select {}
}

func TestInnerIsKilled(t *testing.T) {
	onlyAgain(t)
	m := fakemanila.New(t)
	os.Stdout.WriteString("url=" + m.URL + "\n")
	select {}
}

func TestServerEndsWithTheTestBinaryHoweverThatEnds(t *testing.T) {
	if os.Getenv("FAKEMANILA_URL") != "" {
		t.Skip("the server was not started by this test binary")
	}
	t.Parallel()
	for _, inner := range []string{"TestInnerPanics", "TestInnerIsKilled"} {
		t.Run(inner, func(t *testing.T) {
			t.Parallel()
			command := runAgain(t, inner)
			output, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			url := ""
			for lines := bufio.NewScanner(output); url == "" && lines.Scan(); {
				_, url, _ = strings.Cut(lines.Text(), "url=")
			}
			if url == "" {
				t.Fatal("the test printed no url")
			}
			if inner == "TestInnerIsKilled" {
				command.Process.Signal(syscall.SIGKILL)
			}
			command.Wait()
			waitUntilGone(t, url)
		})
	}
}

// waitUntilGone returns when the server no longer accepts connections. The timeout of go test limits it.
func waitUntilGone(t *testing.T, url string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		response, err := client.Get(url + "/healthcheck")
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			response.Body.Close()
		}
	}
}

func TestServerIsStartedAndStopped(t *testing.T) {
	t.Parallel()
	server := start(t, fakemanila.WithManualClock(), fakemanila.WithResource("share", fakemanila.Fields{"name": "db"}))
	demo := login(t, server.Manila, "demo")
	if found, err := demo.list("db"); err != nil || len(found) != 1 {
		t.Errorf("shares: %v, %v", found, err)
	}
	if clock, err := server.World("other").Clock.Show(ctx); err != nil || clock.Mode != "manual" {
		t.Errorf("another world: %+v, %v", clock, err)
	}
	if err := server.Drop(ctx, "other"); err != nil {
		t.Error(err)
	}
	if log := server.Log(); !strings.Contains(log, "/identity/v3/auth/tokens") {
		t.Errorf("log: %q", log)
	}
	if err := server.Stop(); err != nil {
		t.Error(err)
	}
	if err := server.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}
	if _, err := demo.list("db"); err == nil {
		t.Error("the server still answers")
	}
}

func TestServerThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	_, err := fakemanila.Start(ctx, fakemanila.WithServeArgs("--scenario", "no-such-scenario"))
	if err == nil || !strings.Contains(err.Error(), "no-such-scenario") {
		t.Errorf("got error %v", err)
	}
	_, err = fakemanila.Start(ctx, fakemanila.WithCommand("no-such-program"))
	if err == nil || !strings.Contains(err.Error(), "pip install fakemanila") {
		t.Errorf("got error %v", err)
	}
	_, err = fakemanila.Start(ctx, fakemanila.WithScenario(fakemanila.Fields{"sed": 7}))
	if err == nil || !strings.Contains(err.Error(), "did you mean 'seed'?") {
		t.Errorf("got error %v", err)
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := fakemanila.Start(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
}

func TestServerIsAttachedToByTheURLOfAWorld(t *testing.T) {
	t.Parallel()
	server := start(t)
	attached, err := fakemanila.Attach(ctx, server.URL+"/worlds/ci-17")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := login(t, attached.Manila, "demo").create("db"); err != nil {
		t.Error(err)
	}
	server.World("ci-17").Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.create"}, 1)
	if err := attached.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := server.Clock.Show(ctx); err != nil {
		t.Errorf("Stop of the attached server stopped the server: %v", err)
	}
}

func TestInnerUsesTheWorldThatThereIs(t *testing.T) {
	onlyAgain(t)
	m := fakemanila.New(t, fakemanila.WithSeed(7), fakemanila.WithResource("share", fakemanila.Fields{"name": "made"}))
	if _, err := login(t, m, "demo").create("asked for"); err != nil {
		t.Error(err)
	}
}

func TestWorldOfTheEnvironmentIsUsedAndLeftAlone(t *testing.T) {
	t.Parallel()
	server := start(t)
	world := server.World("of-a-sweep")
	if _, err := world.Faults.Add(ctx, fakemanila.Slow(0)); err != nil {
		t.Fatal(err)
	}
	output, err := runAgain(t, "TestInnerUsesTheWorldThatThereIs", "FAKEMANILA_URL="+world.URL).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	found, err := world.Records.List(ctx, "share", nil)
	if err != nil || len(found) != 2 {
		t.Errorf("shares: %v, %v", found, err)
	}
	if rules, err := world.Faults.List(ctx); err != nil || len(rules) != 1 || rules[0].Matched == 0 {
		t.Errorf("rules: %+v, %v", rules, err)
	}
}

func TestServerOfTheEnvironmentIsUsedAndItsWorldsAreDropped(t *testing.T) {
	t.Parallel()
	server := start(t, fakemanila.WithControlToken("s3cret"))
	output, err := runAgain(t, "TestInnerUsesTheWorldThatThereIs",
		"FAKEMANILA_URL="+server.URL, "FAKEMANILA_CONTROL_TOKEN=s3cret").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	health, err := server.Control.HealthShow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range health.Worlds {
		if strings.HasPrefix(name, "TestInner") {
			t.Errorf("the world %s still exists", name)
		}
	}
}

func TestServerWithAScenarioFileIsSharedByThoseThatAskForIt(t *testing.T) {
	if os.Getenv("FAKEMANILA_URL") != "" {
		t.Skip("a running server can't be given files")
	}
	t.Parallel()
	file := filepath.Join(t.TempDir(), "scenario.yaml")
	if err := os.WriteFile(file, []byte("resources:\n  - {kind: share, name: from a file}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	one, two := fakemanila.New(t, fakemanila.WithScenarioFile(file)), fakemanila.New(t, fakemanila.WithScenarioFile(file))
	for _, m := range []*fakemanila.Manila{one, two} {
		found, err := m.Records.List(ctx, "share", fakemanila.Attributes{"name": "from a file"})
		if err != nil || len(found) != 1 {
			t.Errorf("shares: %v, %v", found, err)
		}
	}
	if host := func(m *fakemanila.Manila) string { base, _, _ := strings.Cut(m.URL, "/worlds/"); return base }; host(one) != host(two) {
		t.Errorf("%s and %s are different servers", one.URL, two.URL)
	}
}

func TestInnerLeavesNoGoroutine(t *testing.T) {
	onlyAgain(t)
	t.Run("a test", func(t *testing.T) {
		m := fakemanila.New(t)
		if _, err := login(t, m, "demo").create("db"); err != nil {
			t.Error(err)
		}
		m.Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.create"}, 1)
	})
	server := start(t)
	server.Stop()
	// Goroutines that close connections may still run for a moment.
	for deadline := time.Now().Add(10 * time.Second); ; {
		var stacks strings.Builder
		pprof.Lookup("goroutine").WriteTo(&stacks, 1)
		if !strings.Contains(stacks.String(), "net/http.") && !strings.Contains(stacks.String(), "os/exec.") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(stacks.String())
		}
	}
}

func TestNoGoroutineIsLeftBehind(t *testing.T) {
	t.Parallel()
	if output, err := runAgain(t, "TestInnerLeavesNoGoroutine").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
