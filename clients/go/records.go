package fakemanila

import (
	"context"
	"net/http"
	"strconv"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// Records gives access to the records of a world, such as shares and snapshots, of all projects. Kinds are singular or
// plural: share or shares.
type Records struct {
	client *control.Client
}

// List returns the records of a kind that have the given attributes, oldest first. If attributes is nil, it returns all
// records of the kind.
func (r *Records) List(ctx context.Context, kind string, attributes Attributes) ([]control.Kept, error) {
	found, err := r.client.RecordsList(ctx, kind, &control.RecordsListParams{Attributes: attributes})
	if err != nil {
		return nil, err
	}
	return found.Records, nil
}

// Get returns one record. If it doesn't exist, the error is an *Error with status 404; see IsNotFound.
func (r *Records) Get(ctx context.Context, kind, id string) (control.Kept, error) {
	found, err := r.client.RecordsShow(ctx, kind, id, nil)
	if err != nil {
		return nil, err
	}
	return found.Record, nil
}

// Wait waits in real time until a record has the given attributes, and returns the record. If the context is done
// first, it returns an error.
func (r *Records) Wait(ctx context.Context, kind, id string, attributes Attributes) (control.Kept, error) {
	var found *control.Record
	err := wait(ctx, kind+" "+id+" did not get the expected attributes", func(atMost string) error {
		var err error
		found, err = r.client.RecordsShow(ctx, kind, id, &control.RecordsShowParams{Attributes: attributes, Wait: atMost})
		return err
	})
	if err != nil {
		return nil, err
	}
	return found.Record, nil
}

// Attributes selects records by their attributes, such as status, name or size.
type Attributes map[string]string

// Paused manages the requests that rules hold; see Pause and PauseAnswer.
type Paused struct {
	client *control.Client
}

// List returns the requests that are held, oldest first.
func (p *Paused) List(ctx context.Context) ([]control.PausedRequest, error) {
	found, err := p.client.PausedList(ctx, nil)
	if err != nil {
		return nil, err
	}
	return found.Paused, nil
}

// Wait waits in real time until count requests are held, and returns them. If the context is done first, it returns an
// error.
func (p *Paused) Wait(ctx context.Context, count int) ([]control.PausedRequest, error) {
	var found *control.PausedRequests
	err := wait(ctx, "fewer than "+strconv.Itoa(count)+" requests are held", func(atMost string) error {
		var err error
		found, err = p.client.PausedList(ctx, &control.PausedListParams{Count: count, Wait: atMost})
		return err
	})
	if err != nil {
		return nil, err
	}
	return found.Paused, nil
}

// Release lets a request continue.
func (p *Paused) Release(ctx context.Context, id string) error {
	return p.decide(ctx, id, "continue")
}

// Drop resets the connection of a request. A request that Pause holds is then not carried out; one that PauseAnswer
// holds already was.
func (p *Paused) Drop(ctx context.Context, id string) error {
	return p.decide(ctx, id, "drop")
}

// Respond answers a request with the given response. The fields are those of RespondWith.
func (p *Paused) Respond(ctx context.Context, id string, answer Fields) error {
	return p.decide(ctx, id, Fields{"respond": answer})
}

func (p *Paused) decide(ctx context.Context, id string, do any) error {
	_, err := p.client.PausedDecide(ctx, id, &control.PausedDecision{Do: do})
	return err
}

// Checkpoints manages saved states of a world.
type Checkpoints struct {
	client *control.Client
}

// List returns all checkpoints.
func (c *Checkpoints) List(ctx context.Context) ([]control.Checkpoint, error) {
	found, err := c.client.CheckpointsList(ctx)
	if err != nil {
		return nil, err
	}
	return found.Checkpoints, nil
}

// Save saves the state of the world. It replaces a checkpoint with the same name.
func (c *Checkpoints) Save(ctx context.Context, name string) error {
	_, err := c.client.CheckpointsSave(ctx, name)
	return err
}

// Restore restores the world from a checkpoint.
func (c *Checkpoints) Restore(ctx context.Context, name string) error {
	_, err := c.client.CheckpointsRestore(ctx, name)
	return err
}

// Drop removes a checkpoint.
func (c *Checkpoints) Drop(ctx context.Context, name string) error {
	return c.client.CheckpointsDrop(ctx, name)
}

// Diff returns the changes in the world since the checkpoint with the given name was saved.
func (c *Checkpoints) Diff(ctx context.Context, since string) (*control.Diff, error) {
	return c.client.DiffShow(ctx, &control.DiffShowParams{From: "checkpoint:" + since})
}

// IsNotFound reports whether the control plane answered 404: the rule, record, checkpoint, … doesn't exist.
func IsNotFound(err error) bool {
	return control.IsStatus(err, http.StatusNotFound)
}
