package fakemanilacontainer_test

import (
	"context"
	"os"
	"testing"

	"github.com/testcontainers/testcontainers-go"

	fakemanila "github.com/fakemanila/fakemanila/clients/go"
	fakemanilacontainer "github.com/fakemanila/fakemanila/clients/go/testcontainers"
)

func TestContainerServesWorlds(t *testing.T) {
	testcontainers.SkipIfProviderIsNotHealthy(t)
	image := os.Getenv("FAKEMANILA_IMAGE")
	if image == "" {
		image = "fakemanila/fakemanila"
	}
	ctx := context.Background()
	container, err := fakemanilacontainer.Run(ctx, image)
	testcontainers.CleanupContainer(t, container)
	if err != nil {
		t.Fatal(err)
	}
	server, err := container.Server(ctx)
	if err != nil {
		t.Fatal(err)
	}
	m := server.World("of-a-test")
	if _, err := m.Create(ctx, "share", fakemanila.Fields{"name": "db"}); err != nil {
		t.Error(err)
	}
	client, err := container.ControlClient(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.HealthShow(ctx); err != nil {
		t.Error(err)
	}
}
