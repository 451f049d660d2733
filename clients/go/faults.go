package fakemanila

import (
	"context"
	"time"

	"github.com/fakemanila/fakemanila/clients/go/control"
)

// Faults manages the fault rules of a world. A rule says which requests fail, when, and how.
type Faults struct {
	client *control.Client
}

// Add adds a rule to the world:
//
//	m.Faults.Add(ctx, fakemanila.Preset("quota:snapshots"), fakemanila.Times(1))
//	m.Faults.Add(ctx, fakemanila.Respond(503, "busy"), fakemanila.On("shares.create"), fakemanila.MustFire())
func (f *Faults) Add(ctx context.Context, options ...RuleOption) (*control.Fault, error) {
	return f.client.FaultsCreate(ctx, NewRule(options...))
}

// List returns all rules, including how often each one matched and fired.
func (f *Faults) List(ctx context.Context) ([]control.Fault, error) {
	found, err := f.client.FaultsList(ctx)
	if err != nil {
		return nil, err
	}
	return found.Faults, nil
}

// Get returns the rule with the given id. For an unknown id, IsNotFound reports true for the error.
func (f *Faults) Get(ctx context.Context, id string) (*control.Fault, error) {
	return f.client.FaultsShow(ctx, id)
}

// Remove removes the rule with the given id.
func (f *Faults) Remove(ctx context.Context, id string) error {
	return f.client.FaultsDelete(ctx, id)
}

// Clear removes all rules.
func (f *Faults) Clear(ctx context.Context) error {
	return f.client.FaultsClear(ctx)
}

// Presets returns the predefined faults; see Preset.
func (f *Faults) Presets(ctx context.Context) ([]control.Preset, error) {
	found, err := f.client.PresetsList(ctx)
	if err != nil {
		return nil, err
	}
	return found.Presets, nil
}

// RuleOption sets a part of a rule: which requests it matches, when it fires, or what it does.
type RuleOption func(*control.Rule)

// NewRule builds a rule from its options.
func NewRule(options ...RuleOption) *control.Rule {
	rule := &control.Rule{}
	for _, option := range options {
		option(rule)
	}
	return rule
}

// Named sets the name of the rule in the journal.
func Named(name string) RuleOption {
	return func(rule *control.Rule) { rule.Name = name }
}

// MustFire fails the test if the rule never fires.
func MustFire() RuleOption {
	return func(rule *control.Rule) { rule.MustFire = true }
}

// Preset uses a predefined fault, such as quota:snapshots, conn-reset or share-create-error. Faults.Presets lists them.
func Preset(name string) RuleOption {
	return func(rule *control.Rule) { rule.Preset = name }
}

// Which requests match

func match(change func(*control.Match)) RuleOption {
	return func(rule *control.Rule) {
		if rule.Match == nil {
			rule.Match = &control.Match{}
		}
		change(rule.Match)
	}
}

// On matches requests for any of the given operations: ids such as shares.create, or patterns such as shares.*.
func On(operations ...string) RuleOption {
	return match(func(m *control.Match) { m.Operation = append(m.Operation, operations...) })
}

// OnPath matches requests whose path, without the prefix of the world, matches the given pattern, such as /v2/shares/*.
func OnPath(path string) RuleOption {
	return match(func(m *control.Match) { m.Path = path })
}

// OnMethod matches requests with any of the given HTTP methods.
func OnMethod(methods ...string) RuleOption {
	return match(func(m *control.Match) { m.Method = append(m.Method, methods...) })
}

// ByProject matches requests of the project with the given name or id.
func ByProject(project string) RuleOption {
	return match(func(m *control.Match) { m.Project = project })
}

// ByUser matches requests of the user with the given name or id.
func ByUser(user string) RuleOption {
	return match(func(m *control.Match) { m.User = user })
}

// OnResource matches requests about a resource, such as a share, whose name matches the given pattern.
func OnResource(name string) RuleOption {
	return match(func(m *control.Match) { m.Resource = &control.MatchResource{Name: name} })
}

// AtMicroversion matches requests with the given microversions, such as 2.65, >=2.40 or 2.7-2.40.
func AtMicroversion(versions string) RuleOption {
	return match(func(m *control.Match) { m.Microversion = versions })
}

// Match sets all match conditions of the rule, including those that have no option of their own. It replaces the
// conditions that earlier options set.
func Match(wanted control.Match) RuleOption {
	return func(rule *control.Rule) { rule.Match = &wanted }
}

// When it fires

func when(change func(*control.When)) RuleOption {
	return func(rule *control.Rule) {
		if rule.When == nil {
			rule.When = &control.When{}
		}
		change(rule.When)
	}
}

// Times limits how often the rule fires.
func Times(n int) RuleOption {
	return when(func(w *control.When) { w.Times = n })
}

// After skips the first n matching requests.
func After(n int) RuleOption {
	return when(func(w *control.When) { w.After = n })
}

// Every fires on every nth matching request.
func Every(n int) RuleOption {
	return when(func(w *control.When) { w.Every = n })
}

// Probability fires on a matching request with a probability from 0 to 1. The seed of the world determines when.
func Probability(p float64) RuleOption {
	return when(func(w *control.When) { w.Probability = &p })
}

// Between fires only in a period of the world's time. Begin and end count from the time when the rule was added.
func Between(begin, end time.Duration) RuleOption {
	from, to := control.Duration(begin), control.Duration(end)
	return when(func(w *control.When) { w.Between = []*control.Duration{&from, &to} })
}

// What happens

// Do sets the effect of the rule. Use it for effects that have no option of their own.
func Do(effect control.Do) RuleOption {
	return func(rule *control.Rule) { rule.Do = &effect }
}

// Respond answers with a status and a message, in the format of Manila's errors. The request is not carried out.
func Respond(status int, message string) RuleOption {
	return RespondWith(Fields{"status": status, "message": message})
}

// RespondWith answers with the given response. Its fields are status, error, message, headers and body; all are
// optional. The request is not carried out.
func RespondWith(answer Fields) RuleOption {
	return Do(control.Do{Respond: answer})
}

// ResetConnection resets the connection. The request is not carried out.
func ResetConnection() RuleOption {
	return Do(control.Do{Reset: true})
}

// LoseAnswer carries out the request, then resets the connection instead of answering.
func LoseAnswer() RuleOption {
	return Do(control.Do{CommitThen: Fields{"reset": true}})
}

// Hang doesn't answer for the given real time; 0 means until the client disconnects. The request is not carried out.
func Hang(d time.Duration) RuleOption {
	if d == 0 {
		return Do(control.Do{Hang: true})
	}
	return Do(control.Do{Hang: control.Duration(d)})
}

// Slow waits for the given real time before the request is carried out.
func Slow(d time.Duration) RuleOption {
	return Do(control.Do{Delay: control.Duration(d)})
}

// EndIn sets how the transition that the request starts will end: error, stuck, or a status.
func EndIn(outcome string) RuleOption {
	return Do(control.Do{Outcome: outcome})
}

// StaleLists answers list requests with old data: as the world was d ago.
func StaleLists(d time.Duration) RuleOption {
	stale := control.Duration(d)
	return Do(control.Do{StaleList: &stale})
}

// Pause holds the request before it is carried out, until you decide it with Manila.Paused or the given real time has
// passed.
func Pause(longest time.Duration) RuleOption {
	return Do(control.Do{Pause: Fields{"at": "arrival", "max": longest.Seconds()}})
}

// PauseAnswer is like Pause, but holds the request after it was carried out, before the answer is sent.
func PauseAnswer(longest time.Duration) RuleOption {
	return Do(control.Do{Pause: Fields{"at": "answer", "max": longest.Seconds()}})
}
