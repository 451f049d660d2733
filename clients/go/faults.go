package fakemanila

import (
	"context"
	"time"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// Faults are the rules of the world: what goes wrong, at which requests, and when.
type Faults struct {
	client *control.Client
}

// Add adds a rule:
//
//	m.Faults.Add(ctx, fakemanila.Preset("quota:snapshots"), fakemanila.Times(1))
//	m.Faults.Add(ctx, fakemanila.Respond(503, "busy"), fakemanila.On("shares.create"), fakemanila.MustFire())
func (f *Faults) Add(ctx context.Context, options ...RuleOption) (*control.Fault, error) {
	return f.client.FaultsCreate(ctx, NewRule(options...))
}

// List tells all rules, with how often each matched and fired.
func (f *Faults) List(ctx context.Context) ([]control.Fault, error) {
	found, err := f.client.FaultsList(ctx)
	if err != nil {
		return nil, err
	}
	return found.Faults, nil
}

// Get tells one rule.
func (f *Faults) Get(ctx context.Context, id string) (*control.Fault, error) {
	return f.client.FaultsShow(ctx, id)
}

// Remove takes one rule away.
func (f *Faults) Remove(ctx context.Context, id string) error {
	return f.client.FaultsDelete(ctx, id)
}

// Clear takes all rules away.
func (f *Faults) Clear(ctx context.Context) error {
	return f.client.FaultsClear(ctx)
}

// Presets tells the faults with names.
func (f *Faults) Presets(ctx context.Context) ([]control.Preset, error) {
	found, err := f.client.PresetsList(ctx)
	if err != nil {
		return nil, err
	}
	return found.Presets, nil
}

// RuleOption says a part of a rule: which requests it is about, when it fires, or what happens then.
type RuleOption func(*control.Rule)

// NewRule is a rule as the control plane takes it.
func NewRule(options ...RuleOption) *control.Rule {
	rule := &control.Rule{}
	for _, option := range options {
		option(rule)
	}
	return rule
}

// Named is what the journal calls the rule.
func Named(name string) RuleOption {
	return func(rule *control.Rule) { rule.Name = name }
}

// MustFire makes a test fail in which the rule never fires.
func MustFire() RuleOption {
	return func(rule *control.Rule) { rule.MustFire = true }
}

// Preset is a fault with a name: quota:snapshots, conn-reset, share-create-error. All are in the reference of faults.
func Preset(name string) RuleOption {
	return func(rule *control.Rule) { rule.Preset = name }
}

// Which requests

func match(change func(*control.Match)) RuleOption {
	return func(rule *control.Rule) {
		if rule.Match == nil {
			rule.Match = &control.Match{}
		}
		change(rule.Match)
	}
}

// On is about requests for these operations: shares.create, or patterns such as shares.*.
func On(operations ...string) RuleOption {
	return match(func(m *control.Match) { m.Operation = append(m.Operation, operations...) })
}

// OnPath is about requests for a path below the world's prefix, which may have * in it.
func OnPath(path string) RuleOption {
	return match(func(m *control.Match) { m.Path = path })
}

// OnMethod is about requests by these methods.
func OnMethod(methods ...string) RuleOption {
	return match(func(m *control.Match) { m.Method = append(m.Method, methods...) })
}

// ByProject is about requests of a project, by name or id.
func ByProject(project string) RuleOption {
	return match(func(m *control.Match) { m.Project = project })
}

// ByUser is about requests of a user, by name or id.
func ByUser(user string) RuleOption {
	return match(func(m *control.Match) { m.User = user })
}

// OnResource is about requests for a share, snapshot, … whose name has this pattern.
func OnResource(name string) RuleOption {
	return match(func(m *control.Match) { m.Resource = &control.MatchResource{Name: name} })
}

// AtMicroversion is about requests at some microversions: 2.65, >=2.40, 2.7-2.40.
func AtMicroversion(versions string) RuleOption {
	return match(func(m *control.Match) { m.Microversion = versions })
}

// Match is all else that a rule can say of requests.
func Match(wanted control.Match) RuleOption {
	return func(rule *control.Rule) { rule.Match = &wanted }
}

// When

func when(change func(*control.When)) RuleOption {
	return func(rule *control.Rule) {
		if rule.When == nil {
			rule.When = &control.When{}
		}
		change(rule.When)
	}
}

// Times fires so often and never again.
func Times(n int) RuleOption {
	return when(func(w *control.When) { w.Times = n })
}

// After lets so many matching requests go first.
func After(n int) RuleOption {
	return when(func(w *control.When) { w.After = n })
}

// Every fires on every n-th matching request.
func Every(n int) RuleOption {
	return when(func(w *control.When) { w.Every = n })
}

// Probability fires by chance, from 0 to 1, drawn from the world's seed.
func Probability(p float64) RuleOption {
	return when(func(w *control.When) { w.Probability = &p })
}

// Between fires in a window of the world's time since the rule was added.
func Between(begin, end time.Duration) RuleOption {
	from, to := control.Duration(begin), control.Duration(end)
	return when(func(w *control.When) { w.Between = []*control.Duration{&from, &to} })
}

// What happens

// Do is an effect with all that the control plane knows of it.
func Do(effect control.Do) RuleOption {
	return func(rule *control.Rule) { rule.Do = &effect }
}

// Respond answers with a status and a message in Manila's envelope; nothing is carried out.
func Respond(status int, message string) RuleOption {
	return RespondWith(Fields{"status": status, "message": message})
}

// RespondWith answers with status, error, message, headers and body; nothing is carried out.
func RespondWith(answer Fields) RuleOption {
	return Do(control.Do{Respond: answer})
}

// ResetConnection resets the connection; nothing is carried out.
func ResetConnection() RuleOption {
	return Do(control.Do{Reset: true})
}

// LoseAnswer carries the request out, and resets the connection instead of answering.
func LoseAnswer() RuleOption {
	return Do(control.Do{CommitThen: Fields{"reset": true}})
}

// Hang answers nothing for so long; 0 is until the client gives up. Nothing is carried out.
func Hang(d time.Duration) RuleOption {
	if d == 0 {
		return Do(control.Do{Hang: true})
	}
	return Do(control.Do{Hang: control.Duration(d)})
}

// Slow waits so long, in real time, before a request is carried out.
func Slow(d time.Duration) RuleOption {
	return Do(control.Do{Delay: control.Duration(d)})
}

// EndIn is how what the request starts ends: error, stuck, or a status.
func EndIn(outcome string) RuleOption {
	return Do(control.Do{Outcome: outcome})
}

// StaleLists shows lists as the world was so long ago.
func StaleLists(d time.Duration) RuleOption {
	stale := control.Duration(d)
	return Do(control.Do{StaleList: &stale})
}

// Pause holds a request before anything is done, until Paused lets it go or so long has passed.
func Pause(longest time.Duration) RuleOption {
	return Do(control.Do{Pause: Fields{"at": "arrival", "max": longest.Seconds()}})
}

// PauseAnswer holds a request once it is carried out and before its answer is sent.
func PauseAnswer(longest time.Duration) RuleOption {
	return Do(control.Do{Pause: Fields{"at": "answer", "max": longest.Seconds()}})
}
