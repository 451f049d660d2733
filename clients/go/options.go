package fakemanila

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// Option configures how a server starts, or the initial state of its worlds.
type Option func(*config) error

type config struct {
	command []string
	serve   []string
	token   string
	cacert  string
	// scenario is the initial state of worlds; nil means the server's own.
	scenario Fields
}

func configured(options []Option) (*config, error) {
	c := &config{command: []string{"fakemanila"}, token: os.Getenv("FAKEMANILA_CONTROL_TOKEN"), cacert: os.Getenv("OS_CACERT")}
	if words := strings.Fields(os.Getenv("FAKEMANILA_COMMAND")); len(words) > 0 {
		c.command = words
	}
	for _, option := range options {
		if err := option(c); err != nil {
			return nil, fmt.Errorf("fakemanila: %w", err)
		}
	}
	return c, nil
}

// key is equal for configurations that can share a server.
func (c *config) key() string {
	return strings.Join(append(slices.Clone(c.command), c.serve...), "\x00")
}

// Options of servers

// WithCommand sets the command that runs the server: a program and its arguments before serve. The default is
// FAKEMANILA_COMMAND, split at spaces, or fakemanila if that is not set.
func WithCommand(words ...string) Option {
	return func(c *config) error {
		if len(words) == 0 {
			return errors.New("WithCommand: the command is empty")
		}
		c.command = words
		return nil
	}
}

// WithServeArgs adds arguments to fakemanila serve. Tests with the same command and arguments share a server.
func WithServeArgs(arguments ...string) Option {
	return func(c *config) error {
		c.serve = append(c.serve, arguments...)
		return nil
	}
}

// WithScenarioFile starts worlds from a scenario: a YAML or JSON file, or the name of a built-in scenario.
func WithScenarioFile(name string) Option {
	return WithServeArgs("--scenario", name)
}

// WithControlToken sets the token for the control plane. The default is FAKEMANILA_CONTROL_TOKEN.
func WithControlToken(token string) Option {
	return func(c *config) error {
		c.token = token
		return nil
	}
}

// WithCACert sets the PEM file of the certificates to trust if you attach to a server with HTTPS. The default is
// OS_CACERT.
func WithCACert(file string) Option {
	return func(c *config) error {
		c.cacert = file
		return nil
	}
}

// Options of worlds

// WithScenario sets the initial state of worlds. The fields are those of scenario files. If you pass several options,
// lists such as resources and faults are appended, objects are merged, and other fields take the last value.
func WithScenario(scenario Fields) Option {
	return func(c *config) error {
		plain, err := asJSON(scenario)
		if err != nil {
			return err
		}
		if c.scenario == nil {
			c.scenario = Fields{}
		}
		for name, value := range plain {
			switch before := c.scenario[name].(type) {
			case []any:
				if more, isList := value.([]any); isList {
					value = append(before, more...)
				}
			case map[string]any:
				if more, isMap := value.(map[string]any); isMap {
					maps.Copy(before, more)
					value = before
				}
			}
			c.scenario[name] = value
		}
		return nil
	}
}

// asJSON converts fields to the types that encoding/json decodes into, so that all lists are []any.
func asJSON(fields Fields) (Fields, error) {
	encoded, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	var plain Fields
	return plain, json.Unmarshal(encoded, &plain)
}

// WithResource adds a resource, such as a share, to the initial state of worlds. See Manila.Create.
func WithResource(kind string, fields Fields) Option {
	resource := Fields{"kind": kind}
	maps.Copy(resource, fields)
	return WithScenario(Fields{"resources": []any{resource}})
}

// WithFault adds a fault rule to the initial state of worlds.
func WithFault(options ...RuleOption) Option {
	return WithScenario(Fields{"faults": []any{NewRule(options...)}})
}

// WithSeed sets the seed of ids, random delays and faults with a probability. Worlds with the same seed and scenario
// get the same values. To this end New forks a world whose name begins with go-, and leaves that on the server.
func WithSeed(seed int) Option {
	return WithScenario(Fields{"seed": seed})
}

// WithDelays sets how long operations take.
func WithDelays(delays DelaysByOperation) Option {
	return WithScenario(Fields{"delays": delays})
}

// WithManualClock stops the clock of the world. Clock.Advance moves it.
func WithManualClock() Option {
	return WithScenario(Fields{"clock": Fields{"mode": "manual"}})
}

// WithStart sets the initial time of the world, and stops its clock like WithManualClock.
func WithStart(start time.Time) Option {
	return WithScenario(Fields{"clock": Fields{"mode": "manual", "start": start.UTC().Format(timeLayout)}})
}

// WithBackend adds a backend, with protocols such as CEPHFS or NFS. It replaces the built-in backends.
func WithBackend(name string, protocols ...string) Option {
	backend := Fields{"name": name}
	if len(protocols) > 0 {
		backend["protocols"] = protocols
	}
	return WithScenario(Fields{"backends": []any{backend}})
}

// WithQuota sets the quota of a project. The keys of limits are resources, such as shares or gigabytes; -1 means
// unlimited.
func WithQuota(project string, limits map[string]int) Option {
	return WithScenario(Fields{"quotas": []any{Fields{"project": project, "limits": limits}}})
}

// WithRelease sets the OpenStack release to imitate, such as 2025.1.
func WithRelease(release string) Option {
	return WithScenario(Fields{"release": release})
}

// WithMaxMicroversion sets the newest microversion that the server supports, such as 2.65.
func WithMaxMicroversion(version string) Option {
	return WithScenario(Fields{"max_microversion": version})
}

// WithServices adds services besides Manila to the service catalog; "all" adds all of them.
func WithServices(services ...string) Option {
	return WithScenario(Fields{"services": services})
}

// WithStrict rejects requests that the API reference doesn't allow, even if a real Manila accepts them.
func WithStrict() Option {
	return WithScenario(Fields{"strict": true})
}
