package fakemanila

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// Server is a running fakemanila server. The embedded Manila is its default world, or the world whose URL was passed to
// Attach.
type Server struct {
	*Manila
	process *process
}

// Start runs fakemanila serve on a free port, and returns when it is ready. World options apply to all worlds of the
// server. The server runs until you call Stop. It also ends with this process, but on Windows not if the process is
// killed.
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

// written writes a scenario to a file. The server reads it before it is ready.
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

// Attach connects to a running server. The URL may include a world, such as http://127.0.0.1:8786/worlds/ci-17. It
// returns an error if no fakemanila server answers there.
func Attach(ctx context.Context, url string, options ...Option) (*Server, error) {
	c, err := configured(options)
	if err != nil {
		return nil, err
	}
	return attach(ctx, url, c)
}

func attach(ctx context.Context, url string, c *config) (*Server, error) {
	if len(c.serve) > 0 {
		return nil, fmt.Errorf("fakemanila: the server at %s is already running and can't take the arguments %q", url, c.serve)
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

// World returns the world with the given name. The server creates it on first use.
func (s *Server) World(name string) *Manila {
	return newManila(s.Control.World(name), s.CACert)
}

// Drop removes a world. If you use it again, the server creates a new one.
func (s *Server) Drop(ctx context.Context, name string) error {
	return s.Control.WorldsDrop(ctx, name)
}

// Stop stops the server and waits until it has ended. A server from Attach keeps running.
func (s *Server) Stop() error {
	if s.process == nil {
		return nil
	}
	return s.process.stop()
}

// Log returns the log of the server, with a line for each request. It is empty for a server from Attach.
func (s *Server) Log() string {
	if s.process == nil {
		return ""
	}
	return s.process.log()
}
