// Package fakemanilacontainer is a Testcontainers module: it runs fakemanila's image, and hands out its server.
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

// Container is a running fakemanila.
type Container struct {
	testcontainers.Container
	token string
}

// Run starts a container, and returns when Manila answers. The control plane wants a token, which is made up; where
// testcontainers.WithEnv gives FAKEMANILA_CONTROL_TOKEN, it is that one.
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

// withToken tells the token that the options before it have set, or makes one up.
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

// URL is the address of the server: http://localhost:32768.
func (c *Container) URL(ctx context.Context) (string, error) {
	return c.PortEndpoint(ctx, port, "http")
}

// ControlToken is what the control plane wants to see. In FAKEMANILA_CONTROL_TOKEN, beside the URL in FAKEMANILA_URL, it
// lets fakemanila.New use the container.
func (c *Container) ControlToken() string {
	return c.token
}

// ControlClient is a client of the control plane, of the world default.
func (c *Container) ControlClient(ctx context.Context) (*control.Client, error) {
	url, err := c.URL(ctx)
	if err != nil {
		return nil, err
	}
	return control.New(url, control.WithToken(c.token))
}

// Server is the server in the container, with its worlds.
func (c *Container) Server(ctx context.Context) (*fakemanila.Server, error) {
	url, err := c.URL(ctx)
	if err != nil {
		return nil, err
	}
	return fakemanila.Attach(ctx, url, fakemanila.WithControlToken(c.token))
}
