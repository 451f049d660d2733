package fakemanila

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// timeLayout is the format of times in the control plane. They are in UTC.
const timeLayout = "2006-01-02T15:04:05.999999"

// Clock controls the time of a world.
type Clock struct {
	client *control.Client
}

// Show returns the state of the clock: the time, the mode, the rate, and the number of transitions in progress.
func (c *Clock) Show(ctx context.Context) (*control.Clock, error) {
	return c.client.ClockShow(ctx)
}

// Now returns the time of the world, in UTC.
func (c *Clock) Now(ctx context.Context) (time.Time, error) {
	shown, err := c.client.ClockShow(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(timeLayout, shown.Now)
}

// Set sets the time of the world.
func (c *Clock) Set(ctx context.Context, now time.Time) error {
	_, err := c.client.ClockSet(ctx, &control.ClockChange{Now: now.UTC().Format(timeLayout)})
	return err
}

// Stop stops the clock. Advance and Set still move it. Run starts it again.
func (c *Clock) Stop(ctx context.Context) error {
	_, err := c.client.ClockSet(ctx, &control.ClockChange{Mode: control.ClockModeManual})
	return err
}

// Run lets the clock run. The rate is in seconds of the world per real second: 1 is real time.
func (c *Clock) Run(ctx context.Context, rate float64) error {
	_, err := c.client.ClockSet(ctx, &control.ClockChange{Mode: control.ClockModeReal, Rate: &rate})
	return err
}

// Advance moves the time forward, and returns the transitions that ended in this time.
func (c *Clock) Advance(ctx context.Context, by time.Duration) ([]control.Ran, error) {
	duration := control.Duration(by)
	return c.advance(ctx, &control.Advance{Duration: &duration})
}

// AdvanceToNext moves the time forward to the end of the next transition. It returns the transitions that ended.
func (c *Clock) AdvanceToNext(ctx context.Context) ([]control.Ran, error) {
	return c.advance(ctx, &control.Advance{To: control.AdvanceToNext})
}

// AdvanceToIdle moves the time forward until no transition is in progress that ends with time. It returns the
// transitions that ended.
func (c *Clock) AdvanceToIdle(ctx context.Context) ([]control.Ran, error) {
	return c.advance(ctx, &control.Advance{To: control.AdvanceToIdle})
}

func (c *Clock) advance(ctx context.Context, how *control.Advance) ([]control.Ran, error) {
	advanced, err := c.client.ClockAdvance(ctx, how)
	if err != nil {
		return nil, err
	}
	return advanced.Transitions, nil
}

// Delay says how long an operation takes. Create one with Fixed, Uniform or Reads, or set its field Lognormal.
type Delay = control.Delay

// Fixed returns a delay that is always d.
func Fixed(d time.Duration) Delay {
	return control.Fixed(d)
}

// Uniform returns a random delay between two durations, drawn from the seed of the world.
func Uniform(shortest, longest time.Duration) Delay {
	return control.Uniform(shortest, longest)
}

// Reads returns a delay that ends with the nth read of the record, independent of time.
func Reads(n int) Delay {
	return control.Reads(n)
}

// DelaysByOperation maps operations to their delays. A key is the id of an operation, a pattern of ids, or default.
type DelaysByOperation map[string]Delay

// Delays controls how long operations take. Changes apply to transitions that start afterwards.
type Delays struct {
	client *control.Client
}

// Show returns the delays that are set.
func (d *Delays) Show(ctx context.Context) (DelaysByOperation, error) {
	shown, err := d.client.DelaysShow(ctx)
	return DelaysByOperation(shown), err
}

// Set sets the delay of one operation: m.Delays.Set(ctx, "snapshots.create", 30*time.Second).
func (d *Delays) Set(ctx context.Context, operation string, delay time.Duration) error {
	return d.Update(ctx, DelaysByOperation{operation: Fixed(delay)})
}

// Update sets the given delays, and keeps all others.
func (d *Delays) Update(ctx context.Context, delays DelaysByOperation) error {
	change := control.DelaysChange{}
	for operation, delay := range delays {
		change[operation] = &delay
	}
	_, err := d.client.DelaysUpdate(ctx, change)
	return err
}

// Remove removes the delays of the given operations.
func (d *Delays) Remove(ctx context.Context, operations ...string) error {
	change := control.DelaysChange{}
	for _, operation := range operations {
		change[operation] = nil
	}
	_, err := d.client.DelaysUpdate(ctx, change)
	return err
}

// Replace sets the given delays, and removes all others.
func (d *Delays) Replace(ctx context.Context, delays DelaysByOperation) error {
	if delays == nil {
		delays = DelaysByOperation{}
	}
	_, err := d.client.DelaysReplace(ctx, control.Delays(delays))
	return err
}

// Transitions manages operations in progress, such as a share that is being created.
type Transitions struct {
	client *control.Client
}

// List returns the transitions in progress.
func (t *Transitions) List(ctx context.Context) ([]control.Pending, error) {
	found, err := t.client.TransitionsList(ctx, nil)
	if err != nil {
		return nil, err
	}
	return found.Transitions, nil
}

// WaitIdle waits in real time until no transition is in progress that ends with time. If the context is done first, it
// returns an error.
func (t *Transitions) WaitIdle(ctx context.Context) error {
	return wait(ctx, "transitions are still under way", func(atMost string) error {
		_, err := t.client.TransitionsList(ctx, &control.TransitionsListParams{Wait: "idle", Timeout: atMost})
		return err
	})
}

// Succeed ends a transition successfully, now.
func (t *Transitions) Succeed(ctx context.Context, id string) error {
	return t.decide(ctx, id, control.DecisionOutcomeSuccess)
}

// Fail ends a transition with an error, now.
func (t *Transitions) Fail(ctx context.Context, id string) error {
	return t.decide(ctx, id, control.DecisionOutcomeError)
}

// Hold keeps a transition from ending until you call Release.
func (t *Transitions) Hold(ctx context.Context, id string) error {
	return t.decide(ctx, id, control.DecisionOutcomeHold)
}

// Release lets a held transition end.
func (t *Transitions) Release(ctx context.Context, id string) error {
	return t.decide(ctx, id, control.DecisionOutcomeRelease)
}

func (t *Transitions) decide(ctx context.Context, id string, outcome control.DecisionOutcome) error {
	_, err := t.client.TransitionsDecide(ctx, id, &control.Decision{Outcome: outcome})
	return err
}

// atATime is how long a single call waits.
const atATime = 10 * time.Second

// wait repeats a call until the answer is not 408 or the context is done.
func wait(ctx context.Context, inVain string, ask func(atMost string) error) error {
	for {
		left := atATime
		if deadline, set := ctx.Deadline(); set {
			left = max(0, min(left, time.Until(deadline)-50*time.Millisecond))
		}
		err := ask(fmt.Sprintf("%.3fs", left.Seconds()))
		if control.IsStatus(err, http.StatusRequestTimeout) && left == atATime && ctx.Err() == nil {
			continue
		}
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("%s: %w", inVain, ctx.Err())
		case control.IsStatus(err, http.StatusRequestTimeout): // the deadline is near
			return fmt.Errorf("%s: %w: %w", inVain, context.DeadlineExceeded, err)
		}
		return err
	}
}
