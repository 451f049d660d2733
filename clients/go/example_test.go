package fakemanila_test

import (
	"context"
	"fmt"
	"log"
	"testing"
	"time"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
)

// A program that is not a test starts and stops a server itself.
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
	// … use your client here, with m.AuthOptions("demo") …
	shares, err := m.Records.List(ctx, "share", fakemanila.Attributes{"status": "available"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(shares[0]["name"], shares[0]["size"])
	// Output: db 5
}

// The first attempt to create a snapshot fails because of a quota.
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

// A test gets its world from New. Here it takes half a minute to create a share, but only in the time of the world.
func ExampleNew() {
	_ = func(t *testing.T) {
		m := fakemanila.New(t, fakemanila.WithManualClock(), fakemanila.WithDelays(fakemanila.DelaysByOperation{
			"shares.create": fakemanila.Fixed(30 * time.Second),
		}))
		// … your client creates a share here, with m.AuthOptions("demo") …
		ran, err := m.Clock.Advance(t.Context(), 30*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		t.Log("ended:", ran)
		m.Requests.AssertCount(t, fakemanila.Filter{Operation: "shares.create"}, 1)
	}
}
