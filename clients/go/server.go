package fakemanila

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// Server is a running fakemanila. It is its world default, and has others; one that Attach has found by the URL of
// another world is that one.
type Server struct {
	*Manila
	process *process
}

// Start starts a server of its own, as fakemanila serve, on a free port. Options of worlds are for all of its worlds.
// It runs until Stop, and no longer than this process; on Windows it does where that is killed.
func Start(ctx context.Context, options ...Option) (*Server, error) {
	c, err := configured(options)
	if err != nil {
		return nil, err
	}
	return start(ctx, c)
}

func start(ctx context.Context, c *config) (*Server, error) {
	words := append(append([]string{}, c.command...), "serve", "--port", "0")
	words = append(words, c.serve...)
	if c.scenario != nil {
		file, err := written(c.scenario)
		if err != nil {
			return nil, fmt.Errorf("fakemanila: %w", err)
		}
		defer os.Remove(file)
		words = append(words, "--scenario", file)
	}
	process, ready, err := startProcess(ctx, words, c.token)
	if err != nil {
		return nil, fmt.Errorf("fakemanila: %w", err)
	}
	client, err := control.New(ready.url, control.WithToken(c.token), control.WithCACert(ready.cacert))
	if err != nil {
		process.stop()
		return nil, err
	}
	return &Server{newManila(client, ready.cacert), process}, nil
}

// written puts a scenario into a file, which a server reads before it is ready.
func written(scenario Fields) (string, error) {
	content, err := json.Marshal(scenario)
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp("", "fakemanila-*.json")
	if err != nil {
		return "", err
	}
	defer file.Close()
	_, err = file.Write(content)
	return file.Name(), err
}

// Attach uses a server that runs already. The URL may be that of a world: http://127.0.0.1:8786/worlds/ci-17.
func Attach(ctx context.Context, url string, options ...Option) (*Server, error) {
	c, err := configured(options)
	if err != nil {
		return nil, err
	}
	return attach(ctx, url, c)
}

func attach(ctx context.Context, url string, c *config) (*Server, error) {
	if len(c.serve) > 0 {
		return nil, fmt.Errorf("fakemanila: the server at %s runs already, and can't be given %q", url, c.serve)
	}
	client, err := control.New(url, control.WithToken(c.token), control.WithCACert(c.cacert))
	if err != nil {
		return nil, err
	}
	if _, err := client.HealthShow(ctx); err != nil {
		return nil, err
	}
	return &Server{newManila(client, c.cacert), nil}, nil
}

// World returns another world of the server. It is made by its first use.
func (s *Server) World(name string) *Manila {
	return newManila(s.Control.World(name), s.CACert)
}

// Drop forgets a world; its next use finds it new.
func (s *Server) Drop(ctx context.Context, name string) error {
	return s.Control.WorldsDrop(ctx, name)
}

// Stop ends a server that Start has started, and waits for its end. One that was attached to goes on.
func (s *Server) Stop() error {
	if s.process == nil {
		return nil
	}
	return s.process.stop()
}

// Log is what a server that Start has started has written: a line for each request. It is empty of another one.
func (s *Server) Log() string {
	if s.process == nil {
		return ""
	}
	return s.process.log()
}
