// This program creates volumes for Kubernetes, with the same API calls as Manila's CSI driver. Kubernetes requests a
// volume by its name until it exists. Whatever failed before, there must be exactly one share at the end.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrNotYet is returned if a share is not available in time. The next call of Create finds it by its name.
var ErrNotYet = errors.New("the share is not available yet")

const (
	firstWait = 3 * time.Second
	factor    = 1.2
	looks     = 10
)

// Driver creates and deletes volumes.
type Driver struct {
	Manila *Manila
	// Sleep waits between two requests for the status.
	Sleep func(context.Context, time.Duration) error
}

// Request describes the wanted volume.
type Request struct {
	Name    string
	SizeGiB int
	// Clients are the addresses that may mount the volume.
	Clients []string
}

// Volume contains what a node needs to mount a volume.
type Volume struct {
	ID           string
	Server, Path string
	AccessIDs    []string
}

// Create returns the volume with the wanted name, and creates it if it doesn't exist.
func (d *Driver) Create(ctx context.Context, wanted Request) (*Volume, error) {
	share, err := d.Manila.ShareByName(ctx, wanted.Name)
	if err != nil {
		return nil, fmt.Errorf("look for the share: %w", err)
	}
	if share == nil {
		if share, err = d.Manila.CreateShare(ctx, wanted.Name, "NFS", wanted.SizeGiB); err != nil {
			return nil, fmt.Errorf("create the share: %w", err)
		}
	}
	if share, err = d.available(ctx, share); err != nil {
		return nil, err
	}
	if share.Size != wanted.SizeGiB || share.ShareProto != "NFS" {
		return nil, fmt.Errorf("%s already exists, with %d GiB and protocol %s", wanted.Name, share.Size, share.ShareProto)
	}
	volume := &Volume{ID: share.ID}
	if volume.AccessIDs, err = d.granted(ctx, share.ID, wanted.Clients); err != nil {
		return nil, err
	}
	locations, err := d.Manila.ExportLocations(ctx, share.ID)
	if err != nil {
		return nil, fmt.Errorf("export locations: %w", err)
	}
	volume.Server, volume.Path, err = mountedFrom(locations)
	return volume, err
}

// available waits until a share is available. It deletes a share in error, so that the next attempt creates a new one.
func (d *Driver) available(ctx context.Context, share *Share) (*Share, error) {
	pause := firstWait
	for range looks {
		switch share.Status {
		case "available":
			return share, nil
		case "creating", "creating_from_snapshot":
		case "error":
			message, err := d.Manila.LastMessage(ctx, share.ID)
			return nil, errors.Join(fmt.Errorf("share %s is in error: %s", share.ID, message), err, d.Delete(ctx, share.ID))
		default:
			return nil, fmt.Errorf("share %s is %s", share.ID, share.Status)
		}
		if err := d.Sleep(ctx, pause); err != nil {
			return nil, err
		}
		pause = time.Duration(float64(pause) * factor)
		found, err := d.Manila.ShareByID(ctx, share.ID)
		if err != nil {
			return nil, fmt.Errorf("look at the share: %w", err)
		}
		share = found
	}
	return nil, ErrNotYet
}

// granted adds the missing access rules, and waits until all are active. The real driver doesn't wait, and accepts a
// rule in error. TestSweep would find that.
func (d *Driver) granted(ctx context.Context, share string, clients []string) ([]string, error) {
	rules, err := d.Manila.AccessRules(ctx, share)
	if err != nil {
		return nil, fmt.Errorf("access rules: %w", err)
	}
	for _, client := range clients {
		if ruleOf(rules, client) != nil {
			continue
		}
		if _, err := d.Manila.Grant(ctx, share, client); err != nil {
			return nil, fmt.Errorf("grant access to %s: %w", client, err)
		}
	}
	for range looks {
		if rules, err = d.Manila.AccessRules(ctx, share); err != nil {
			return nil, fmt.Errorf("access rules: %w", err)
		}
		ids, ready, err := active(rules, clients)
		if err != nil || ready {
			return ids, err
		}
		if err := d.Sleep(ctx, firstWait); err != nil {
			return nil, err
		}
	}
	return nil, ErrNotYet
}

func ruleOf(rules []AccessRule, client string) *AccessRule {
	index := slices.IndexFunc(rules, func(rule AccessRule) bool {
		return rule.AccessTo == client && rule.AccessType == "ip" && rule.AccessLevel == "rw"
	})
	if index < 0 {
		return nil
	}
	return &rules[index]
}

// active returns the ids of the clients' access rules, and reports whether all of them are active.
func active(rules []AccessRule, clients []string) (ids []string, ready bool, err error) {
	ready = true
	for _, client := range clients {
		rule := ruleOf(rules, client)
		switch {
		case rule == nil:
			ready = false
		case rule.State == "error":
			return nil, false, fmt.Errorf("access rule for %s is in error", client)
		default:
			ready = ready && rule.State == "active"
			ids = append(ids, rule.ID)
		}
	}
	return ids, ready, nil
}

// mountedFrom returns the preferred location that users can see, or else the first one.
func mountedFrom(locations []ExportLocation) (server, path string, err error) {
	found := ""
	for _, location := range locations {
		if location.AdminOnly || location.Path == "" {
			continue
		}
		if found == "" || location.Preferred {
			found = location.Path
		}
		if location.Preferred {
			break
		}
	}
	colon := strings.LastIndex(found, ":/")
	if colon < 0 {
		return "", "", fmt.Errorf("no location to mount from: %q", found)
	}
	return found[:colon], found[colon+1:], nil
}

// Delete deletes a volume. It returns nil if the volume doesn't exist.
func (d *Driver) Delete(ctx context.Context, id string) error {
	err := d.Manila.DeleteShare(ctx, id)
	if isStatus(err, 404) {
		return nil
	}
	return err
}
