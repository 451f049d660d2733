package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
)

// newDriver returns a driver that moves the clock of the world instead of waiting.
func newDriver(t *testing.T, m *fakemanila.Manila) *Driver {
	t.Helper()
	login := m.AuthOptions("demo")
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	var manila *Manila
	var err error
	for range 3 { // a sweep also makes logins fail
		manila, err = Connect(t.Context(), Login{
			login.IdentityEndpoint, login.Username, login.Password, login.DomainID, login.TenantName, login.Region,
		}, client)
		if err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return &Driver{Manila: manila, Sleep: func(ctx context.Context, d time.Duration) error {
		_, err := m.Clock.Advance(ctx, d)
		return err
	}}
}

func slow(delay time.Duration) fakemanila.Option {
	return fakemanila.WithDelays(fakemanila.DelaysByOperation{"shares.create": fakemanila.Fixed(delay)})
}

var wanted = Request{Name: "pvc-1", SizeGiB: 2, Clients: []string{"10.0.0.0/24", "10.1.0.7"}}

func TestVolumeIsMadeAndCanBeMounted(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock(), slow(20*time.Second))
	driver := newDriver(t, m)
	volume, err := driver.Create(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if volume.Server == "" || !strings.HasPrefix(volume.Path, "/") || len(volume.AccessIDs) != 2 {
		t.Errorf("%+v", volume)
	}
	if err := driver.Delete(t.Context(), volume.ID); err != nil {
		t.Error(err)
	}
	if err := driver.Delete(t.Context(), volume.ID); err != nil {
		t.Errorf("second Delete: %v", err)
	}
}

func TestVolumeThatIsAskedForAgainIsTheSame(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t)
	driver := newDriver(t, m)
	first, err := driver.Create(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	second, err := driver.Create(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if first.ID != second.ID || first.AccessIDs[0] != second.AccessIDs[0] {
		t.Errorf("first %+v, then %+v", first, second)
	}
	m.Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.create"}, 1)
	m.Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.allow_access"}, 2)
	larger := wanted
	larger.SizeGiB = 5
	if _, err := driver.Create(t.Context(), larger); err == nil {
		t.Error("no error for a larger volume of the same name")
	}
}

func TestAnswerThatIsLostLeavesOneShare(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithFault(
		fakemanila.LoseAnswer(), fakemanila.On("shares.create"), fakemanila.Times(1), fakemanila.MustFire()))
	driver := newDriver(t, m)
	if _, err := driver.Create(t.Context(), wanted); err == nil {
		t.Fatal("no error for the lost answer")
	}
	if _, err := driver.Create(t.Context(), wanted); err != nil {
		t.Fatal(err)
	}
	if shares, err := m.Records.List(t.Context(), "share", nil); err != nil || len(shares) != 1 {
		t.Errorf("shares: %v, %v", shares, err)
	}
}

func TestShareThatEndsInErrorIsDeletedAndItsMessageTold(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock(), slow(5*time.Second), fakemanila.WithFault(
		fakemanila.Preset("share-create-error:no-valid-host"), fakemanila.Times(1), fakemanila.MustFire()))
	driver := newDriver(t, m)
	_, err := driver.Create(t.Context(), wanted)
	if err == nil || !strings.Contains(err.Error(), "is in error: allocate host: ") {
		t.Errorf("got error %v", err)
	}
	if _, err := driver.Create(t.Context(), wanted); err != nil {
		t.Errorf("next attempt: %v", err)
	}
}

func TestShareThatTakesLongIsFoundByTheNextAttempt(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock(), slow(2*time.Minute))
	driver := newDriver(t, m)
	if _, err := driver.Create(t.Context(), wanted); !errors.Is(err, ErrNotYet) {
		t.Fatalf("got error %v", err)
	}
	if _, err := driver.Create(t.Context(), wanted); err != nil {
		t.Fatal(err)
	}
	m.Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.create"}, 1)
}

func TestQuotaIsAnErrorAndLeavesNothing(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithQuota("demo", map[string]int{"gigabytes": 1}))
	if _, err := newDriver(t, m).Create(t.Context(), wanted); !isStatus(err, 413) {
		t.Errorf("got error %v", err)
	}
	if shares, err := m.Records.List(t.Context(), "share", nil); err != nil || len(shares) != 0 {
		t.Errorf("shares: %v, %v", shares, err)
	}
}

// TestVolumeIsThereAfterAFewAttempts tries again until it works, like Kubernetes. TestSweep runs it with faults.
func TestVolumeIsThereAfterAFewAttempts(t *testing.T) {
	m := fakemanila.New(t, fakemanila.WithManualClock())
	driver := newDriver(t, m)
	var err error
	for range 3 {
		if _, err = driver.Create(t.Context(), wanted); err == nil {
			return
		}
	}
	t.Error(err)
}

// TestSweep checks that any single failure ends with one share or an error.
func TestSweep(t *testing.T) {
	sweep := fakemanila.Sweep{
		Faults: []string{"reset-before", "reset-after", "503", "ends-in-error"},
		FailOn: []string{"debris", "hung"},
		Jobs:   2,
	}
	sweep.Test(t, "TestVolumeIsThereAfterAFewAttempts")
}
