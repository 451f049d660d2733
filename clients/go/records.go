package fakemanila

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// Records are what the world keeps, by kind as scenarios or states call it: share or shares.
type Records struct {
	client *control.Client
}

// List tells the records that have these attributes, in the order of their making; nil is all of them.
func (r *Records) List(ctx context.Context, kind string, attributes Attributes) ([]control.Kept, error) {
	var found control.Records
	err := r.client.Call(ctx, "records.list", "GET", "/records/"+url.PathEscape(kind), attributes.query(), nil, &found)
	return found.Records, err
}

// Get tells one record; an *Error of status 404 where it isn't there.
func (r *Records) Get(ctx context.Context, kind, id string) (control.Kept, error) {
	found, err := r.client.RecordsShow(ctx, kind, id, nil)
	if err != nil {
		return nil, err
	}
	return found.Record, nil
}

// Wait waits, in real time, until a record has these attributes, or until the context is done.
func (r *Records) Wait(ctx context.Context, kind, id string, attributes Attributes) (control.Kept, error) {
	var found control.Record
	path := "/records/" + url.PathEscape(kind) + "/" + url.PathEscape(id)
	err := wait(ctx, kind+" "+id+" did not become so", func(atMost string) error {
		query := attributes.query()
		query.Set("wait", atMost)
		return r.client.Call(ctx, "records.show", "GET", path, query, nil, &found)
	})
	return found.Record, err
}

// Attributes are what records are chosen by: status, name, size, …
type Attributes map[string]string

func (a Attributes) query() url.Values {
	query := url.Values{}
	for name, value := range a {
		query.Set(name, value)
	}
	return query
}

// Paused are the requests that rules hold: see Pause.
type Paused struct {
	client *control.Client
}

// List tells the requests that are held, in the order in which they came.
func (p *Paused) List(ctx context.Context) ([]control.PausedRequest, error) {
	found, err := p.client.PausedList(ctx, nil)
	if err != nil {
		return nil, err
	}
	return found.Paused, nil
}

// Wait waits, in real time, until so many are held, or until the context is done.
func (p *Paused) Wait(ctx context.Context, count int) ([]control.PausedRequest, error) {
	var found *control.PausedRequests
	err := wait(ctx, "no "+strconv.Itoa(count)+" requests were held", func(atMost string) error {
		var err error
		found, err = p.client.PausedList(ctx, &control.PausedListParams{Count: count, Wait: atMost})
		return err
	})
	if err != nil {
		return nil, err
	}
	return found.Paused, nil
}

// Release lets a request go on.
func (p *Paused) Release(ctx context.Context, id string) error {
	return p.decide(ctx, id, "continue")
}

// Drop resets a request's connection; at its arrival nothing is carried out.
func (p *Paused) Drop(ctx context.Context, id string) error {
	return p.decide(ctx, id, "drop")
}

// Respond answers a request otherwise, with the fields of RespondWith.
func (p *Paused) Respond(ctx context.Context, id string, answer Fields) error {
	return p.decide(ctx, id, Fields{"respond": answer})
}

func (p *Paused) decide(ctx context.Context, id string, do any) error {
	_, err := p.client.PausedDecide(ctx, id, &control.PausedDecision{Do: do})
	return err
}

// Checkpoints are what was saved of the world.
type Checkpoints struct {
	client *control.Client
}

// List tells what was saved.
func (c *Checkpoints) List(ctx context.Context) ([]control.Checkpoint, error) {
	found, err := c.client.CheckpointsList(ctx)
	if err != nil {
		return nil, err
	}
	return found.Checkpoints, nil
}

// Save keeps the world as it is, in the place of what has that name.
func (c *Checkpoints) Save(ctx context.Context, name string) error {
	_, err := c.client.CheckpointsSave(ctx, name)
	return err
}

// Restore puts the world back to what was saved.
func (c *Checkpoints) Restore(ctx context.Context, name string) error {
	_, err := c.client.CheckpointsRestore(ctx, name)
	return err
}

// Drop forgets what was saved.
func (c *Checkpoints) Drop(ctx context.Context, name string) error {
	return c.client.CheckpointsDrop(ctx, name)
}

// Diff tells what has changed since a checkpoint was saved.
func (c *Checkpoints) Diff(ctx context.Context, since string) (*control.Diff, error) {
	return c.client.DiffShow(ctx, &control.DiffShowParams{From: "checkpoint:" + since})
}

// IsNotFound says whether what a call is about isn't there.
func IsNotFound(err error) bool {
	return control.IsStatus(err, http.StatusNotFound)
}
