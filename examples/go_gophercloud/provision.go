// This program provisions shares with gophercloud. It creates a share, waits until it is available, and can create a
// snapshot of it.
//
//	go mod tidy
//	eval "$(fakemanila env)"; go run . db
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/sharedfilesystems/v2/messages"
	"github.com/gophercloud/gophercloud/v2/openstack/sharedfilesystems/v2/shares"
	"github.com/gophercloud/gophercloud/v2/openstack/sharedfilesystems/v2/snapshots"
)

// ErrNoRoom is returned if a quota is exceeded.
var ErrNoRoom = errors.New("quota exceeded")

const (
	microversion = "2.65"
	interval     = 2 * time.Second
	looks        = 60
	attempts     = 3
)

// Provisioner creates shares and snapshots.
type Provisioner struct {
	Client *gophercloud.ServiceClient
	// Sleep waits between two requests for the status.
	Sleep func(context.Context, time.Duration) error
}

// Connect logs in and returns a client for Manila.
func Connect(ctx context.Context, auth gophercloud.AuthOptions, region string) (*gophercloud.ServiceClient, error) {
	provider, err := openstack.AuthenticatedClient(ctx, auth)
	if err != nil {
		return nil, err
	}
	client, err := openstack.NewSharedFileSystemV2(provider, gophercloud.EndpointOpts{Region: region})
	if err != nil {
		return nil, err
	}
	client.Microversion = microversion
	return client, nil
}

// Share returns the share with the given name when it is available. It creates the share if it doesn't exist.
func (p *Provisioner) Share(ctx context.Context, name string, size int) (*shares.Share, error) {
	var share *shares.Share
	var err error
	for range attempts {
		share, err = p.ensure(ctx, name, size)
		if err == nil || (status(err) != 0 && status(err) < 500) {
			break // the share exists, or Manila refused the request
		}
		// The share may have been created. The next attempt looks for it first.
		if err := p.Sleep(ctx, interval); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, noRoom(err)
	}
	return p.available(ctx, share)
}

func (p *Provisioner) ensure(ctx context.Context, name string, size int) (*shares.Share, error) {
	pages, err := shares.ListDetail(p.Client, shares.ListOpts{Name: name}).AllPages(ctx)
	if err != nil {
		return nil, err
	}
	found, err := shares.ExtractShares(pages)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return &found[0], nil
	}
	return shares.Create(ctx, p.Client, shares.CreateOpts{Name: name, Size: size, ShareProto: "NFS"}).Extract()
}

func (p *Provisioner) available(ctx context.Context, share *shares.Share) (*shares.Share, error) {
	for range looks {
		switch share.Status {
		case "available":
			return share, nil
		case "error":
			return nil, fmt.Errorf("share %s is in error: %s", share.Name, p.reason(ctx, share.ID))
		}
		if err := p.Sleep(ctx, interval); err != nil {
			return nil, err
		}
		found, err := shares.Get(ctx, p.Client, share.ID).Extract()
		if err != nil {
			return nil, err
		}
		share = found
	}
	return nil, fmt.Errorf("share %s is still %s", share.Name, share.Status)
}

// reason returns the user message about the error of a share.
func (p *Provisioner) reason(ctx context.Context, id string) string {
	pages, err := messages.List(p.Client, messages.ListOpts{ResourceID: id}).AllPages(ctx)
	if err != nil {
		return err.Error()
	}
	found, err := messages.ExtractMessages(pages)
	if err != nil || len(found) == 0 {
		return "no message"
	}
	return found[0].UserMessage
}

// Snapshot creates a snapshot of a share.
func (p *Provisioner) Snapshot(ctx context.Context, share *shares.Share, name string) (*snapshots.Snapshot, error) {
	made, err := snapshots.Create(ctx, p.Client, snapshots.CreateOpts{ShareID: share.ID, Name: name}).Extract()
	return made, noRoom(err)
}

// status returns the HTTP status of a gophercloud error, or 0 if there was no answer.
func status(err error) int {
	var refused gophercloud.ErrUnexpectedResponseCode
	if errors.As(err, &refused) {
		return refused.Actual
	}
	return 0
}

func noRoom(err error) error {
	if status(err) == http.StatusRequestEntityTooLarge {
		return fmt.Errorf("%w: %w", ErrNoRoom, err)
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run . NAME")
	}
	ctx := context.Background()
	auth, err := openstack.AuthOptionsFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	client, err := Connect(ctx, auth, os.Getenv("OS_REGION_NAME"))
	if err != nil {
		log.Fatal(err)
	}
	share, err := (&Provisioner{Client: client, Sleep: sleep}).Share(ctx, os.Args[1], 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(share.ID, share.Status)
}
