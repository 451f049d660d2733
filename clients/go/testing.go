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

// startTimeout is how long a server may take to be ready, on a machine that is busy with compiling.
const startTimeout = 2 * time.Minute

// New gives a test a world of its own. The first one of a test binary starts a server, which the others share and which
// ends with the binary; where FAKEMANILA_URL is set, the server there is used. Tests may run in parallel.
//
// The world is dropped with the test. Before that, a test that failed logs what was asked, and one that passed fails
// where a fault never fired that must.
//
// Where FAKEMANILA_URL is the address of a world, as in a sweep, that world is used as it is and left alone: options
// are done to it, but for its seed.
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

// startFrom makes a new world begin with a scenario.
func (m *Manila) startFrom(ctx context.Context, scenario Fields) error {
	if scenario == nil {
		return nil
	}
	if _, seeded := scenario["seed"]; !seeded {
		_, err := m.Control.WorldReset(ctx, control.Scenario(scenario))
		return err
	}
	// What a seed gives depends on a world's name, too, and no two tests have the same. So worlds with a seed are forks
	// of one whose name is made from the scenario. It stays: others may be about to fork it.
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

// applyTo does what options say to a world that is there already.
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

// judge fails a test whose faults did not fire that must, and logs what was asked where a test has failed.
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
			report = "what was asked can't be told: " + err.Error()
		}
		t.Log("fakemanila: " + report)
	}
}

// worldName is the name of a test as far as worlds can have it, and what makes it the only one.
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

// shared is the server of this process that is as a configuration wants it.
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
	plain.scenario = nil // that is of one test
	server, err := start(ctx, &plain)
	if err == nil {
		servers.byKey[c.key()] = server
	}
	return server, err
}

// Shutdown stops the servers that New has started. On Unix they end with the process, however that ends; on Windows
// call it at the end of TestMain.
func Shutdown() {
	servers.Lock()
	defer servers.Unlock()
	for key, server := range servers.byKey {
		server.Stop()
		delete(servers.byKey, key)
	}
}
