// Package fakemanilacontainer is a Testcontainers module for fakemanila. It runs the fakemanila image and returns its
// server.
//
//	container, err := fakemanilacontainer.Run(ctx, "fakemanila/fakemanila")
//	testcontainers.CleanupContainer(t, container)
//	if err != nil {
//		t.Fatal(err)
//	}
//	server, err := container.Server(ctx)
//	…
//	m := server.World("a-test")
package fakemanilacontainer

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
	"github.com/fakemanila/fakemanila/clients/go/control"
)

const (
	port          = "8786/tcp"
	tokenVariable = "FAKEMANILA_CONTROL_TOKEN"
)

// Container is a container that runs fakemanila.
type Container struct {
	testcontainers.Container
	token string
}

// Run starts a container, and returns when Manila answers. The control plane requires a token. Run generates it, unless
// you set FAKEMANILA_CONTROL_TOKEN with testcontainers.WithEnv.
func Run(ctx context.Context, img string, opts ...testcontainers.ContainerCustomizer) (*Container, error) {
	token := ""
	customizers := append([]testcontainers.ContainerCustomizer{
		testcontainers.WithExposedPorts(port),
		testcontainers.WithWaitStrategy(
			wait.ForLog("fakemanila ready url="),
			wait.ForHTTP("/healthcheck").WithPort(port),
		),
	}, opts...)
	customizers = append(customizers, withToken(&token))
	running, err := testcontainers.Run(ctx, img, customizers...)
	var container *Container
	if running != nil {
		container = &Container{Container: running, token: token}
	}
	if err != nil {
		return container, fmt.Errorf("run fakemanila: %w", err)
	}
	return container, nil
}

// withToken stores the token that earlier options set, or generates one.
func withToken(token *string) testcontainers.CustomizeRequestOption {
	return func(request *testcontainers.GenericContainerRequest) error {
		if *token = request.Env[tokenVariable]; *token != "" {
			return nil
		}
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			return err
		}
		*token = hex.EncodeToString(random)
		return testcontainers.WithEnv(map[string]string{tokenVariable: *token}).Customize(request)
	}
}

// URL returns the address of the server, such as http://localhost:32768.
func (c *Container) URL(ctx context.Context) (string, error) {
	return c.PortEndpoint(ctx, port, "http")
}

// ControlToken returns the token of the control plane. To let fakemanila.New use the container, set
// FAKEMANILA_CONTROL_TOKEN to the token and FAKEMANILA_URL to the URL.
func (c *Container) ControlToken() string {
	return c.token
}

// ControlClient returns a client for the control plane of the default world.
func (c *Container) ControlClient(ctx context.Context) (*control.Client, error) {
	url, err := c.URL(ctx)
	if err != nil {
		return nil, err
	}
	return control.New(url, control.WithToken(c.token))
}

// Server returns the server in the container, which gives access to its worlds.
func (c *Container) Server(ctx context.Context) (*fakemanila.Server, error) {
	url, err := c.URL(ctx)
	if err != nil {
		return nil, err
	}
	return fakemanila.Attach(ctx, url, fakemanila.WithControlToken(c.token))
}
