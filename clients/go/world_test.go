package fakemanila_test

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
	"github.com/fakemanila/fakemanila/clients/go/control"
)

func must[T any](t testing.TB) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func TestShareTakesTheTimeThatItsDelaySays(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock())
	if err := m.Delays.Set(ctx, "shares.create", 30*time.Second); err != nil {
		t.Fatal(err)
	}
	demo := login(t, m, "demo")
	made := must[share](t)(demo.create("db"))
	must[[]control.Ran](t)(m.Clock.Advance(ctx, 29*time.Second))
	if found := must[share](t)(demo.get(made.ID)); found.Status != "creating" {
		t.Errorf("after 29 seconds: %s", found.Status)
	}
	ran := must[[]control.Ran](t)(m.Clock.Advance(ctx, time.Second))
	if len(ran) != 1 || ran[0].Operation != "shares.create" || ran[0].ResourceID != made.ID || ran[0].Status != "available" {
		t.Errorf("what ran: %+v", ran)
	}
	if found := must[share](t)(demo.get(made.ID)); found.Status != "available" {
		t.Errorf("after 30 seconds: %s", found.Status)
	}
}

func TestClockStandsStillAndIsSet(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithStart(time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)))
	want := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	if now := must[time.Time](t)(m.Clock.Now(ctx)); !now.Equal(want) {
		t.Errorf("it starts at %s", now)
	}
	want = want.Add(36*time.Hour + 250*time.Millisecond)
	if err := m.Clock.Set(ctx, want); err != nil {
		t.Fatal(err)
	}
	if now := must[time.Time](t)(m.Clock.Now(ctx)); !now.Equal(want) {
		t.Errorf("got %s, want %s", now, want)
	}
	if err := m.Clock.Run(ctx, 60); err != nil {
		t.Fatal(err)
	}
	if shown := must[*control.Clock](t)(m.Clock.Show(ctx)); shown.Mode != control.ClockModeReal || shown.Rate != 60 {
		t.Errorf("clock: %+v", shown)
	}
}

func TestDelaysAreShownAsTheyWereSet(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t)
	set := fakemanila.DelaysByOperation{
		"shares.create": fakemanila.Fixed(90 * time.Second),
		"snapshots.*":   fakemanila.Uniform(time.Second, 3*time.Second),
		"shares.extend": fakemanila.Reads(3),
		"shares.shrink": {Lognormal: &control.Lognormal{Median: control.Duration(2 * time.Second), Sigma: 0.5}},
	}
	if err := m.Delays.Update(ctx, set); err != nil {
		t.Fatal(err)
	}
	if err := m.Delays.Remove(ctx, "shares.shrink"); err != nil {
		t.Fatal(err)
	}
	shown := must[fakemanila.DelaysByOperation](t)(m.Delays.Show(ctx))
	if shown["shares.create"].Fixed != control.Duration(90*time.Second) || shown["shares.extend"].Reads != 3 {
		t.Errorf("shown: %+v", shown)
	}
	if drawn := shown["snapshots.*"].Uniform; len(drawn) != 2 || drawn[1] != control.Duration(3*time.Second) {
		t.Errorf("shown: %+v", shown)
	}
	if _, found := shown["shares.shrink"]; found {
		t.Errorf("shares.shrink is still set: %+v", shown)
	}
}

func TestTransitionIsDecided(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock(), fakemanila.WithDelays(fakemanila.DelaysByOperation{
		"shares.create": fakemanila.Fixed(time.Hour),
	}))
	demo := login(t, m, "demo")
	made := must[share](t)(demo.create("db"))
	pending := must[[]control.Pending](t)(m.Transitions.List(ctx))
	if len(pending) != 1 || pending[0].ResourceID != made.ID {
		t.Fatalf("under way: %+v", pending)
	}
	if err := m.Transitions.Fail(ctx, pending[0].ID); err != nil {
		t.Fatal(err)
	}
	if found := must[share](t)(demo.get(made.ID)); found.Status != "error" {
		t.Errorf("status: %s", found.Status)
	}
	if err := m.Transitions.WaitIdle(ctx); err != nil {
		t.Error(err)
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock(), fakemanila.WithDelays(fakemanila.DelaysByOperation{
		"shares.create": fakemanila.Fixed(time.Hour),
	}))
	must[share](t)(login(t, m, "demo").create("db"))
	brief, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	if err := m.Transitions.WaitIdle(brief); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "under way") {
		t.Errorf("got error %v", err)
	}
	cancelled, cancelNow := context.WithCancel(ctx)
	cancelNow()
	if _, err := m.Requests.Wait(cancelled, fakemanila.Filter{Operation: "shares.delete"}, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
}

func TestPresetFiresAsOftenAsItIsTold(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t)
	made := must[*control.Resource](t)(m.Create(ctx, "share", fakemanila.Fields{"name": "db", "size": 5}))
	rule := must[*control.Fault](t)(m.Faults.Add(ctx,
		fakemanila.Preset("quota:snapshots"), fakemanila.Named("full"), fakemanila.Times(1), fakemanila.MustFire()))
	demo := login(t, m, "demo")
	if err := demo.snapshot(made.ID); err != status(413) {
		t.Errorf("first snapshot: %v", err)
	}
	if err := demo.snapshot(made.ID); err != nil {
		t.Errorf("second snapshot: %v", err)
	}
	if rule = must[*control.Fault](t)(m.Faults.Get(ctx, rule.ID)); rule.Fired != 1 || rule.When.Times != 1 {
		t.Errorf("rule: %+v", rule)
	}
	m.Requests.AssertCount(t, fakemanila.Filter{Operation: "snapshots.create"}, 2)
	m.Requests.AssertCount(t, fakemanila.Filter{Fault: "full"}, 1)
	m.Requests.AssertCalled(t, fakemanila.Filter{Operation: "snapshots.create", Status: "413"})
	m.Requests.AssertNotCalled(t, fakemanila.Filter{Operation: "shares.delete"})
}

func TestRuleIsBuiltOfItsParts(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t)
	rules := [][]fakemanila.RuleOption{
		{fakemanila.Respond(503, "busy"), fakemanila.On("shares.*", "snapshots.create"), fakemanila.OnMethod("POST"),
			fakemanila.ByProject("demo"), fakemanila.ByUser("demo"), fakemanila.AtMicroversion(">=2.40")},
		{fakemanila.RespondWith(fakemanila.Fields{"status": 500, "body": "oops"}), fakemanila.OnPath("/v2/*"),
			fakemanila.Every(2), fakemanila.After(1)},
		{fakemanila.ResetConnection(), fakemanila.Probability(0.5), fakemanila.Between(time.Second, time.Hour)},
		{fakemanila.LoseAnswer(), fakemanila.OnResource("db-*")},
		{fakemanila.Hang(0)}, {fakemanila.Hang(time.Second)}, {fakemanila.Slow(time.Second)}, {fakemanila.EndIn("error")},
		{fakemanila.StaleLists(5 * time.Second)}, {fakemanila.Pause(time.Minute)}, {fakemanila.PauseAnswer(time.Minute)},
		{fakemanila.Do(control.Do{Gone: true}), fakemanila.Match(control.Match{Role: "member"})},
	}
	for _, options := range rules {
		must[*control.Fault](t)(m.Faults.Add(ctx, options...))
	}
	listed := must[[]control.Fault](t)(m.Faults.List(ctx))
	if len(listed) != len(rules) {
		t.Fatalf("got %d rules, want %d", len(listed), len(rules))
	}
	if got := listed[0].Match; len(got.Operation) != 2 || got.Method[0] != "POST" || got.Microversion != ">=2.40" {
		t.Errorf("first rule matches %+v", got)
	}
	if got := listed[2].When; *got.Probability != 0.5 || *got.Between[1] != control.Duration(time.Hour) {
		t.Errorf("third rule fires when %+v", got)
	}
	if err := m.Faults.Remove(ctx, listed[0].ID); err != nil {
		t.Error(err)
	}
	if _, err := m.Faults.Get(ctx, listed[0].ID); !fakemanila.IsNotFound(err) {
		t.Errorf("want a 404, got %v", err)
	}
	if err := m.Faults.Clear(ctx); err != nil {
		t.Error(err)
	}
}

func TestRefusalNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t)
	_, err := m.Faults.Add(ctx, fakemanila.Preset("quota:snapshot"))
	var refused *fakemanila.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got error %v", err)
	}
	if refused.Status != 400 || refused.Operation != "faults.create" || !strings.Contains(refused.Message, "did you mean 'snapshots'?") {
		t.Errorf("%+v", refused)
	}
}

func TestHeldRequestGoesOnWhenItIsReleased(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t)
	demo := login(t, m, "demo")
	must[*control.Fault](t)(m.Faults.Add(ctx, fakemanila.Pause(time.Minute), fakemanila.On("shares.create"), fakemanila.Times(2)))
	answers := make(chan error)
	ask := func() {
		_, err := demo.create("db")
		answers <- err
	}
	go ask()
	held := must[[]control.PausedRequest](t)(m.Paused.Wait(ctx, 1))
	if held[0].Operation != "shares.create" || held[0].User != "demo" {
		t.Errorf("held: %+v", held[0])
	}
	if err := m.Paused.Release(ctx, held[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := <-answers; err != nil {
		t.Errorf("released request: %v", err)
	}
	go ask()
	held = must[[]control.PausedRequest](t)(m.Paused.Wait(ctx, 1))
	if err := m.Paused.Respond(ctx, held[0].ID, fakemanila.Fields{"status": 503}); err != nil {
		t.Fatal(err)
	}
	if err := <-answers; err != status(503) {
		t.Errorf("request that Respond answered: %v", err)
	}
}

func TestRecordsAreFoundAndAwaited(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithResource("share", fakemanila.Fields{"name": "old", "status": "error"}),
		fakemanila.WithResource("share", fakemanila.Fields{"name": "new"}))
	found := must[[]control.Kept](t)(m.Records.List(ctx, "share", fakemanila.Attributes{"status": "error"}))
	if len(found) != 1 || found[0]["name"] != "old" {
		t.Fatalf("found: %v", found)
	}
	id := found[0]["id"].(string)
	if kept := must[control.Kept](t)(m.Records.Wait(ctx, "share", id, fakemanila.Attributes{"status": "error"})); kept["id"] != id {
		t.Errorf("awaited: %v", kept)
	}
	if _, err := m.Records.Get(ctx, "share", "nobody"); !fakemanila.IsNotFound(err) {
		t.Errorf("got error %v", err)
	}
}

func TestEventsAreListed(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t)
	must[[]control.Ran](t)(m.Clock.Advance(ctx, 10*time.Second))
	told := must[*control.Events](t)(m.Control.EventsList(ctx, &control.EventsListParams{Kind: "clock"}))
	if len(told.Events) != 1 || told.Events[0].Clock == nil || told.Events[0].ID > told.Last {
		t.Errorf("told: %+v", told)
	}
}

func TestCheckpointIsGoneBackTo(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t)
	if err := m.Checkpoints.Save(ctx, "before"); err != nil {
		t.Fatal(err)
	}
	made := must[*control.Resource](t)(m.Create(ctx, "share", fakemanila.Fields{"name": "db"}))
	diff := must[*control.Diff](t)(m.Checkpoints.Diff(ctx, "before"))
	names := map[string]bool{}
	for _, record := range diff.Records.Made {
		names[record.Name] = true
	}
	if !names["db"] {
		t.Errorf("made since: %+v", diff.Records.Made)
	}
	if err := m.Checkpoints.Restore(ctx, "before"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Records.Get(ctx, "share", made.ID); !fakemanila.IsNotFound(err) {
		t.Errorf("want a 404, got %v", err)
	}
}

func TestRefusalIsExplained(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithQuota("demo", map[string]int{"shares": 0}))
	if _, err := login(t, m, "demo").create("db"); err != status(413) {
		t.Fatalf("got error %v", err)
	}
	told := must[*control.ExplainedRequest](t)(m.Requests.Explain(ctx, "last"))
	if told.Refusal.Kind != "quota" || told.Refusal.Resource != "shares" || len(told.Explanation) == 0 {
		t.Errorf("explained: %+v", told.Refusal)
	}
}

func TestSameSeedGivesTheSameIds(t *testing.T) {
	t.Parallel()
	var ids [3]string
	for i, seed := range []int{7, 7, 8} {
		m := fakemanila.New(t, fakemanila.WithSeed(seed))
		ids[i] = must[share](t)(login(t, m, "demo").create("db")).ID
	}
	if ids[0] != ids[1] || ids[0] == ids[2] {
		t.Errorf("ids: %v", ids)
	}
}

func TestWorldHasTheBackendsAndMicroversionsOfItsOptions(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithBackend("ceph", "CEPHFS"), fakemanila.WithMaxMicroversion("2.60"))
	demo := login(t, m, "demo")
	if _, err := demo.create("db"); err != status(406) {
		t.Errorf("microversion 2.65: %v", err)
	}
	pools := must[[]control.Kept](t)(m.Records.List(ctx, "pools", nil))
	for _, pool := range pools {
		if host, _ := pool["host"].(string); !strings.Contains(host, "@ceph") {
			t.Errorf("pool of another backend: %v", pool)
		}
	}
}

func TestWorldsSeeNothingOfEachOther(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one", "another one", "a/third"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := fakemanila.New(t)
			must[share](t)(login(t, m, "demo").create("db"))
			if found := must[[]share](t)(login(t, m, "demo").list("db")); len(found) != 1 {
				t.Errorf("shares: %v", found)
			}
			m.Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.create"}, 1)
		})
	}
}

func TestEveryBuiltInUserLogsIn(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t)
	for _, user := range []string{
		"admin", "demo", "demo_manager", "demo_reader", "demo_admin", "alt_demo", "alt_demo_reader",
	} {
		if _, err := logIn(m, user); err != nil {
			t.Errorf("%s: %v", user, err)
		}
	}
}

func TestEnvironmentLeadsAProgramToTheWorldAlone(t *testing.T) {
	t.Setenv("OS_CLOUD", "production")
	t.Setenv("NO_PROXY", "example.org")
	m := fakemanila.New(t)
	command := exec.Command("sh", "-c", `echo "$OS_CLOUD|$OS_AUTH_URL|$OS_USERNAME|$OS_PROJECT_NAME|$NO_PROXY|$no_proxy"`)
	command.Env = m.Env("alt_demo")
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	direct := "127.0.0.1,localhost,example.org"
	want := "|" + m.AuthURL + "|alt_demo|alt_demo|" + direct + "|" + direct + "\n"
	if string(output) != want {
		t.Errorf("got %swant %s", output, want)
	}
}
