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

// Option says how a server is started, or what its worlds start from.
type Option func(*config) error

type config struct {
	command []string
	serve   []string
	token   string
	cacert  string
	// scenario is what worlds start from, nil where nothing was said.
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

// key is the same for all that one server is enough for.
func (c *config) key() string {
	return strings.Join(append(slices.Clone(c.command), c.serve...), "\x00")
}

// Of servers

// WithCommand is the program and its first arguments, in front of serve: the words of FAKEMANILA_COMMAND unless given,
// and fakemanila without that.
func WithCommand(words ...string) Option {
	return func(c *config) error {
		if len(words) == 0 {
			return errors.New("WithCommand needs the name of a program")
		}
		c.command = words
		return nil
	}
}

// WithServeArgs are further arguments of fakemanila serve. Tests that give the same share a server.
func WithServeArgs(arguments ...string) Option {
	return func(c *config) error {
		c.serve = append(c.serve, arguments...)
		return nil
	}
}

// WithScenarioFile starts worlds from a scenario file in YAML or JSON, or from a shipped scenario's name.
func WithScenarioFile(name string) Option {
	return WithServeArgs("--scenario", name)
}

// WithControlToken is what the control plane wants to see; FAKEMANILA_CONTROL_TOKEN unless given.
func WithControlToken(token string) Option {
	return func(c *config) error {
		c.token = token
		return nil
	}
}

// WithCACert is a file of certificates to trust, for Attach to a server with HTTPS; OS_CACERT unless given.
func WithCACert(file string) Option {
	return func(c *config) error {
		c.cacert = file
		return nil
	}
}

// Of worlds

// WithScenario is what worlds start from: fields of a scenario file, as JSON has them. Of several, the later one wins;
// the lists resources, quotas, faults and backends are appended to each other.
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

// asJSON gives the same in the types that JSON is read into, so that lists can be told from other things.
func asJSON(fields Fields) (Fields, error) {
	encoded, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	var plain Fields
	return plain, json.Unmarshal(encoded, &plain)
}

// WithResource is a share, snapshot, … that worlds have from their start, as Manila.Create makes one.
func WithResource(kind string, fields Fields) Option {
	resource := Fields{"kind": kind}
	maps.Copy(resource, fields)
	return WithScenario(Fields{"resources": []any{resource}})
}

// WithFault is a rule that worlds start with.
func WithFault(options ...RuleOption) Option {
	return WithScenario(Fields{"faults": []any{NewRule(options...)}})
}

// WithSeed is the seed of ids, of delays that are drawn, and of faults with a probability. The tests of one seed and
// scenario fork a world whose name begins with go-, which stays on the server.
func WithSeed(seed int) Option {
	return WithScenario(Fields{"seed": seed})
}

// WithDelays is how long operations take.
func WithDelays(delays DelaysByOperation) Option {
	return WithScenario(Fields{"delays": delays})
}

// WithManualClock makes time stand still until it is moved.
func WithManualClock() Option {
	return WithScenario(Fields{"clock": Fields{"mode": "manual"}})
}

// WithStart makes time begin then, and stand still until it is moved.
func WithStart(start time.Time) Option {
	return WithScenario(Fields{"clock": Fields{"mode": "manual", "start": start.UTC().Format(timeLayout)}})
}

// WithBackend is a backend in the place of the built-in ones, with protocols such as CEPHFS or NFS.
func WithBackend(name string, protocols ...string) Option {
	backend := Fields{"name": name}
	if len(protocols) > 0 {
		backend["protocols"] = protocols
	}
	return WithScenario(Fields{"backends": []any{backend}})
}

// WithQuota are a project's limits, by resource: -1 is no limit.
func WithQuota(project string, limits map[string]int) Option {
	return WithScenario(Fields{"quotas": []any{Fields{"project": project, "limits": limits}}})
}

// WithRelease is the release of OpenStack whose Manila it is like: 2025.1.
func WithRelease(release string) Option {
	return WithScenario(Fields{"release": release})
}

// WithMaxMicroversion is the newest microversion that is served: 2.65.
func WithMaxMicroversion(version string) Option {
	return WithScenario(Fields{"max_microversion": version})
}

// WithServices are the services beside Manila that are in the catalog, or all.
func WithServices(services ...string) Option {
	return WithScenario(Fields{"services": services})
}

// WithStrict refuses what the API reference doesn't cover, where a real Manila lets it pass.
func WithStrict() Option {
	return WithScenario(Fields{"strict": true})
}
