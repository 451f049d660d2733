package fakemanila

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// timeLayout is how the control plane writes times, which are UTC.
const timeLayout = "2006-01-02T15:04:05.999999"

// Clock is the world's time.
type Clock struct {
	client *control.Client
}

// Show tells the time, how fast it runs, and how much is under way.
func (c *Clock) Show(ctx context.Context) (*control.Clock, error) {
	return c.client.ClockShow(ctx)
}

// Now is the world's time, in UTC.
func (c *Clock) Now(ctx context.Context) (time.Time, error) {
	shown, err := c.client.ClockShow(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(timeLayout, shown.Now)
}

// Set sets the time.
func (c *Clock) Set(ctx context.Context, now time.Time) error {
	_, err := c.client.ClockSet(ctx, &control.ClockChange{Now: now.UTC().Format(timeLayout)})
	return err
}

// Stop makes the time stand still until it is moved; Run lets it run again.
func (c *Clock) Stop(ctx context.Context) error {
	_, err := c.client.ClockSet(ctx, &control.ClockChange{Mode: control.ClockModeManual})
	return err
}

// Run lets the time run at a rate of world seconds per second; 1 is usual.
func (c *Clock) Run(ctx context.Context, rate float64) error {
	_, err := c.client.ClockSet(ctx, &control.ClockChange{Mode: control.ClockModeReal, Rate: &rate})
	return err
}

// Advance moves the time forward, and returns the transitions that ran on the way.
func (c *Clock) Advance(ctx context.Context, by time.Duration) ([]control.Ran, error) {
	duration := control.Duration(by)
	return c.advance(ctx, &control.Advance{Duration: &duration})
}

// AdvanceToNext moves the time to when the next transition ends.
func (c *Clock) AdvanceToNext(ctx context.Context) ([]control.Ran, error) {
	return c.advance(ctx, &control.Advance{To: control.AdvanceToNext})
}

// AdvanceToIdle moves the time until nothing is under way that time ends.
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

// Delay is how long an operation takes: Fixed, Uniform, Lognormal or Reads.
type Delay = control.Delay

// Fixed is a delay that is always the same.
func Fixed(d time.Duration) Delay {
	return control.Fixed(d)
}

// Uniform is a delay between two durations, drawn from the world's seed.
func Uniform(shortest, longest time.Duration) Delay {
	return control.Uniform(shortest, longest)
}

// Reads is a delay that is over with the n-th read of the record, whatever the time.
func Reads(n int) Delay {
	return control.Reads(n)
}

// DelaysByOperation are delays by the id of an operation, a pattern of ids, or default.
type DelaysByOperation map[string]Delay

// Delays are how long operations take. A change is for transitions that start afterwards.
type Delays struct {
	client *control.Client
}

// Show tells those that are set.
func (d *Delays) Show(ctx context.Context) (DelaysByOperation, error) {
	shown, err := d.client.DelaysShow(ctx)
	return DelaysByOperation(shown), err
}

// Set sets the delay of one operation: m.Delays.Set(ctx, "snapshots.create", 30*time.Second).
func (d *Delays) Set(ctx context.Context, operation string, delay time.Duration) error {
	return d.Update(ctx, DelaysByOperation{operation: Fixed(delay)})
}

// Update sets some, and leaves the others.
func (d *Delays) Update(ctx context.Context, delays DelaysByOperation) error {
	change := control.DelaysChange{}
	for operation, delay := range delays {
		change[operation] = &delay
	}
	_, err := d.client.DelaysUpdate(ctx, change)
	return err
}

// Remove takes some away.
func (d *Delays) Remove(ctx context.Context, operations ...string) error {
	change := control.DelaysChange{}
	for _, operation := range operations {
		change[operation] = nil
	}
	_, err := d.client.DelaysUpdate(ctx, change)
	return err
}

// Replace takes the place of all that are set.
func (d *Delays) Replace(ctx context.Context, delays DelaysByOperation) error {
	if delays == nil {
		delays = DelaysByOperation{}
	}
	_, err := d.client.DelaysReplace(ctx, control.Delays(delays))
	return err
}

// Transitions are what is under way: shares that are being created, snapshots that are being deleted.
type Transitions struct {
	client *control.Client
}

// List tells what is under way.
func (t *Transitions) List(ctx context.Context) ([]control.Pending, error) {
	found, err := t.client.TransitionsList(ctx, nil)
	if err != nil {
		return nil, err
	}
	return found.Transitions, nil
}

// WaitIdle waits, in real time, until nothing is under way that time ends, or until the context is done.
func (t *Transitions) WaitIdle(ctx context.Context) error {
	return wait(ctx, "something is still under way", func(atMost string) error {
		_, err := t.client.TransitionsList(ctx, &control.TransitionsListParams{Wait: "idle", Timeout: atMost})
		return err
	})
}

// Succeed ends a transition now, well.
func (t *Transitions) Succeed(ctx context.Context, id string) error {
	return t.decide(ctx, id, control.DecisionOutcomeSuccess)
}

// Fail ends a transition now, in error.
func (t *Transitions) Fail(ctx context.Context, id string) error {
	return t.decide(ctx, id, control.DecisionOutcomeError)
}

// Hold keeps a transition from ending until Release.
func (t *Transitions) Hold(ctx context.Context, id string) error {
	return t.decide(ctx, id, control.DecisionOutcomeHold)
}

// Release lets a transition end that was held.
func (t *Transitions) Release(ctx context.Context, id string) error {
	return t.decide(ctx, id, control.DecisionOutcomeRelease)
}

func (t *Transitions) decide(ctx context.Context, id string, outcome control.DecisionOutcome) error {
	_, err := t.client.TransitionsDecide(ctx, id, &control.Decision{Outcome: outcome})
	return err
}

// atATime is how long one call waits.
const atATime = 10 * time.Second

// wait asks again and again until the answer is another one than 408, or the context is done.
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
		case control.IsStatus(err, http.StatusRequestTimeout): // the deadline is about to come
			return fmt.Errorf("%s: %w: %w", inVain, context.DeadlineExceeded, err)
		}
		return err
	}
}
