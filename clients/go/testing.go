package fakemanila

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// startTimeout is how long a server may take to be ready. A machine that is busy compiling is slow.
const startTimeout = 2 * time.Minute

// New creates a world for a test. The first call in a test binary starts a server, which all tests share and which ends
// with the binary. If FAKEMANILA_URL is set, New uses the server at that URL instead. Tests may run in parallel.
//
// When the test ends, the world is removed. If the test failed, its log gets the report of the world first. If it
// passed but a fault with MustFire never fired, it fails.
//
// If FAKEMANILA_URL is the URL of a world, as in a sweep, New uses that world, and doesn't reset or remove it. It applies
// the options to the world, except the seed.
func New(t testing.TB, options ...Option) *Manila {
	t.Helper()
	c, err := configured(options)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	server, err := shared(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(server.URL, "/worlds/") {
		if err := server.applyTo(ctx, c.scenario); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.judge(t) })
		return server.Manila
	}
	m := server.World(worldName(t.Name()))
	t.Cleanup(func() {
		m.judge(t)
		if err := server.Drop(context.Background(), m.Name); err != nil {
			t.Error(err)
		}
	})
	if err := m.startFrom(ctx, c.scenario); err != nil {
		t.Fatal(err)
	}
	return m
}

// startFrom sets the initial state of a new world.
func (m *Manila) startFrom(ctx context.Context, scenario Fields) error {
	if scenario == nil {
		return nil
	}
	if _, seeded := scenario["seed"]; !seeded {
		_, err := m.Control.WorldReset(ctx, control.Scenario(scenario))
		return err
	}
	// The values of a seed also depend on the name of the world, and the worlds of tests have unique names. So a world
	// with a seed is a fork of one that is named after the scenario. That one stays, because other tests may be about
	// to fork it.
	content, err := json.Marshal(scenario)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(content)
	origin := m.Control.World("go-" + hex.EncodeToString(hash[:8]))
	if _, err := origin.WorldReset(ctx, control.Scenario(scenario)); err != nil {
		return err
	}
	_, err = origin.WorldsFork(ctx, m.Name, nil)
	return err
}

// applyTo applies the scenario to a world that exists already.
func (m *Manila) applyTo(ctx context.Context, scenario Fields) error {
	rest := control.Scenario{}
	for name, value := range scenario {
		if name != "seed" {
			rest[name] = value
		}
	}
	if len(rest) == 0 {
		return nil
	}
	_, err := m.Control.ScenarioApply(ctx, rest)
	return err
}

// judge fails the test if a fault must fire but didn't, and logs the report of the world if the test failed.
func (m *Manila) judge(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	if !t.Failed() && !t.Skipped() {
		idle, err := m.neverFired(ctx)
		if err != nil {
			t.Error(err)
		}
		if len(idle) > 0 {
			t.Error(strings.Join(idle, "\n"))
		}
	}
	if t.Failed() {
		report, err := m.Report(ctx)
		if err != nil {
			report = "cannot get the report of the world: " + err.Error()
		}
		t.Log("fakemanila: " + report)
	}
}

// worldName returns a unique name: the name of the test, without characters that worlds can't have, and a random suffix.
func worldName(test string) string {
	name := []byte(test)
	for i, c := range name {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.') {
			name[i] = '-'
		}
	}
	random := make([]byte, 6)
	rand.Read(random)
	return string(name[:min(len(name), 48)]) + "-" + hex.EncodeToString(random)
}

var servers = struct {
	sync.Mutex
	byKey map[string]*Server
}{byKey: map[string]*Server{}}

// shared returns the server of this process with the given configuration, and starts it on first use.
func shared(ctx context.Context, c *config) (*Server, error) {
	url := os.Getenv("FAKEMANILA_URL")
	if url != "" {
		return attach(ctx, url, c)
	}
	servers.Lock()
	defer servers.Unlock()
	if server := servers.byKey[c.key()]; server != nil {
		return server, nil
	}
	plain := *c
	plain.scenario = nil // it belongs to one test
	server, err := start(ctx, &plain)
	if err == nil {
		servers.byKey[c.key()] = server
	}
	return server, err
}

// Shutdown stops the servers that New started. On Windows, call it at the end of TestMain. On Unix you don't need it:
// the servers end with the process, even if that is killed.
func Shutdown() {
	servers.Lock()
	defer servers.Unlock()
	for key, server := range servers.byKey {
		server.Stop()
		delete(servers.byKey, key)
	}
}
