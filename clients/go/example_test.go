package fakemanila_test

import (
	"context"
	"fmt"
	"log"
	"testing"
	"time"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
)

// A program that is no test starts a server, and stops it.
func ExampleStart() {
	ctx := context.Background()
	m, err := fakemanila.Start(ctx, fakemanila.WithManualClock(), fakemanila.WithSeed(7))
	if err != nil {
		log.Fatal(err)
	}
	defer m.Stop()

	if _, err := m.Create(ctx, "share", fakemanila.Fields{"name": "db", "size": 5}); err != nil {
		log.Fatal(err)
	}
	// … here your client would work, with m.AuthOptions("demo") …
	shares, err := m.Records.List(ctx, "share", fakemanila.Attributes{"status": "available"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(shares[0]["name"], shares[0]["size"])
	// Output: db 5
}

// The first snapshot is refused for its quota, as if there were no room.
func ExampleFaults_Add() {
	ctx := context.Background()
	m, err := fakemanila.Start(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer m.Stop()

	rule, err := m.Faults.Add(ctx, fakemanila.Preset("quota:snapshots"), fakemanila.Times(1))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rule.Preset, rule.When.Times, rule.Fired)

	_, err = m.Faults.Add(ctx, fakemanila.Preset("quota:snapshot"))
	fmt.Println(err != nil)
	// Output:
	// quota:snapshots 1 0
	// true
}

// A test gets its world from New. This share takes half a minute of the world's time, and no time of yours.
func ExampleNew() {
	_ = func(t *testing.T) {
		m := fakemanila.New(t, fakemanila.WithManualClock(), fakemanila.WithDelays(fakemanila.DelaysByOperation{
			"shares.create": fakemanila.Fixed(30 * time.Second),
		}))
		// … your client makes a share here, with m.AuthOptions("demo") …
		ran, err := m.Clock.Advance(t.Context(), 30*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		t.Log("what became available:", ran)
		m.Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.create"}, 1)
	}
}
