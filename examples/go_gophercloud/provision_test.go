package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
	"github.com/gophercloud/gophercloud/v2"
)

// newProvisioner returns a provisioner that moves the clock of the world instead of waiting.
func newProvisioner(t *testing.T, m *fakemanila.Manila) *Provisioner {
	t.Helper()
	login := m.AuthOptions("demo")
	client, err := Connect(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: login.IdentityEndpoint,
		Username:         login.Username,
		Password:         login.Password,
		DomainID:         login.DomainID,
		TenantName:       login.TenantName,
	}, login.Region)
	if err != nil {
		t.Fatal(err)
	}
	return &Provisioner{Client: client, Sleep: func(ctx context.Context, d time.Duration) error {
		_, err := m.Clock.Advance(ctx, d)
		return err
	}}
}

func TestShareBecomesAvailable(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock(), fakemanila.WithDelays(fakemanila.DelaysByOperation{
		"shares.create": fakemanila.Fixed(30 * time.Second),
	}))
	share, err := newProvisioner(t, m).Share(t.Context(), "db", 5)
	if err != nil {
		t.Fatal(err)
	}
	if share.Status != "available" || share.Size != 5 {
		t.Errorf("%+v", share)
	}
	m.Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.show"}, 15)
}

func TestShareThatIsThereIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithResource("share", fakemanila.Fields{"name": "db"}))
	if _, err := newProvisioner(t, m).Share(t.Context(), "db", 1); err != nil {
		t.Fatal(err)
	}
	m.Requests.AssertNotCalled(t, fakemanila.Filter{Operation: "shares.create"})
}

func TestShareThatEndsInErrorTellsWhy(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock(), fakemanila.WithFault(
		fakemanila.Preset("share-create-error:no-valid-host"), fakemanila.MustFire()))
	_, err := newProvisioner(t, m).Share(t.Context(), "db", 1)
	if err == nil || !strings.Contains(err.Error(), "share db is in error: allocate host: ") {
		t.Errorf("got error %v", err)
	}
}

func TestAnswerThatIsLostLeavesOneShare(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock(), fakemanila.WithFault(
		fakemanila.LoseAnswer(), fakemanila.On("shares.create"), fakemanila.Times(1), fakemanila.MustFire()))
	if _, err := newProvisioner(t, m).Share(t.Context(), "db", 1); err != nil {
		t.Fatal(err)
	}
	if found, err := m.Records.List(t.Context(), "share", nil); err != nil || len(found) != 1 {
		t.Errorf("shares: %v, %v", found, err)
	}
}

func TestQuotaIsNoRoom(t *testing.T) {
	t.Parallel()
	m := fakemanila.New(t, fakemanila.WithManualClock(), fakemanila.WithFault(
		fakemanila.Preset("quota:snapshots"), fakemanila.Times(1), fakemanila.MustFire()))
	p := newProvisioner(t, m)
	share, err := p.Share(t.Context(), "db", 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Snapshot(t.Context(), share, "tonight"); !errors.Is(err, ErrNoRoom) {
		t.Errorf("got error %v", err)
	}
	if _, err := p.Snapshot(t.Context(), share, "tonight"); err != nil {
		t.Errorf("second snapshot: %v", err)
	}
}
