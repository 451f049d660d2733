package fakemanila

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// Filter selects requests in the journal. A request must meet all fields that are set. Operation is an id or a pattern;
// Status is 413, 4xx or none; Fault is a name, any or none. Limit keeps only the newest requests. Leave Count and Wait
// empty: Requests.Wait sets them.
type Filter = control.RequestsListParams

// Requests is the journal of a world: the requests that clients sent.
type Requests struct {
	client *control.Client
}

// List returns the requests that meet the filter, oldest first.
func (r *Requests) List(ctx context.Context, filter Filter) ([]control.Request, error) {
	found, err := r.client.RequestsList(ctx, &filter)
	if err != nil {
		return nil, err
	}
	return found.Requests, nil
}

// Last returns the newest request that meets the filter, or nil if there is none.
func (r *Requests) Last(ctx context.Context, filter Filter) (*control.Request, error) {
	filter.Limit = 1
	found, err := r.List(ctx, filter)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Count returns the number of requests that meet the filter.
func (r *Requests) Count(ctx context.Context, filter Filter) (int, error) {
	filter.Limit = 1
	found, err := r.client.RequestsList(ctx, &filter)
	if err != nil {
		return 0, err
	}
	return found.Total, nil
}

// Wait waits in real time until count requests meet the filter, and returns them. If the context is done first, it
// returns an error.
func (r *Requests) Wait(ctx context.Context, filter Filter, count int) ([]control.Request, error) {
	var found *control.Requests
	err := wait(ctx, "too few requests", func(atMost string) error {
		filter.Count, filter.Wait = count, atMost
		var err error
		found, err = r.client.RequestsList(ctx, &filter)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found.Requests, nil
}

// Explain returns a request and the reasons for its answer. The id "last" means the newest request that was refused.
func (r *Requests) Explain(ctx context.Context, id string) (*control.ExplainedRequest, error) {
	return r.client.RequestsShow(ctx, id)
}

// Clear removes all requests from the journal.
func (r *Requests) Clear(ctx context.Context) error {
	return r.client.RequestsClear(ctx)
}

// Conduct returns findings about the clients: requests that work here but cause problems in a real cloud.
func (r *Requests) Conduct(ctx context.Context, params *control.ConductShowParams) ([]control.Finding, error) {
	found, err := r.client.ConductShow(ctx, params)
	if err != nil {
		return nil, err
	}
	return found.Findings, nil
}

// AssertCount fails the test unless exactly want requests meet the filter. The failure lists the newest requests.
func (r *Requests) AssertCount(t testing.TB, filter Filter, want int) bool {
	t.Helper()
	return r.assert(t, filter, func(got int) string {
		if got == want {
			return ""
		}
		return fmt.Sprintf("%s: called %s, want %s", described(filter), times(got), times(want))
	})
}

// AssertCalled fails the test unless a request meets the filter. The failure lists the newest requests.
func (r *Requests) AssertCalled(t testing.TB, filter Filter) bool {
	t.Helper()
	return r.assert(t, filter, func(got int) string {
		if got > 0 {
			return ""
		}
		return described(filter) + ": never called"
	})
}

// AssertNotCalled fails the test if a request meets the filter. The failure lists the newest requests.
func (r *Requests) AssertNotCalled(t testing.TB, filter Filter) bool {
	t.Helper()
	return r.AssertCount(t, filter, 0)
}

func (r *Requests) assert(t testing.TB, filter Filter, wrong func(int) string) bool {
	t.Helper()
	ctx := context.Background()
	got, err := r.Count(ctx, filter)
	if err != nil {
		t.Error(err)
		return false
	}
	said := wrong(got)
	if said == "" {
		return true
	}
	came, err := r.List(ctx, Filter{Limit: shown})
	if err != nil {
		t.Error(err)
		return false
	}
	lines := []string{said + "; the newest requests are:"}
	for _, request := range came {
		lines = append(lines, "  "+requestLine(request))
	}
	t.Error(strings.Join(lines, "\n"))
	return false
}

func described(filter Filter) string {
	var parts []string
	for _, part := range []struct{ name, value string }{
		{"operation", filter.Operation}, {"method", filter.Method}, {"path", filter.Path}, {"status", filter.Status},
		{"project", filter.Project}, {"user", filter.User}, {"fault", filter.Fault}, {"mark", filter.Mark},
		{"since", filter.Since},
	} {
		if part.value != "" {
			parts = append(parts, part.name+"="+part.value)
		}
	}
	if len(parts) == 0 {
		return "any request"
	}
	return strings.Join(parts, " ")
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return strconv.Itoa(n) + " times"
}
