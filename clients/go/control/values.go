package control

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration that the control plane reads: seconds, or a text such as 250ms, 5m or 1d.
type Duration time.Duration

// String is that of time.Duration.
func (d Duration) String() string {
	return time.Duration(d).String()
}

// MarshalJSON writes seconds.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Duration(d).Seconds())
}

// UnmarshalJSON reads what the control plane shows.
func (d *Duration) UnmarshalJSON(content []byte) error {
	var value any
	if err := json.Unmarshal(content, &value); err != nil {
		return err
	}
	switch value := value.(type) {
	case nil:
		return nil
	case float64:
		*d = Duration(value * float64(time.Second))
		return nil
	case string:
		read, err := parseDuration(value)
		*d = Duration(read)
		return err
	}
	return fmt.Errorf("%s is not a duration", content)
}

func parseDuration(text string) (time.Duration, error) {
	text = strings.ReplaceAll(text, " ", "")
	if days, found := strings.CutSuffix(text, "d"); found {
		number, err := strconv.ParseFloat(days, 64)
		return time.Duration(number * float64(24*time.Hour)), err
	}
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		return time.Duration(number * float64(time.Second)), nil
	}
	return time.ParseDuration(text)
}

// Delay is how long an operation takes: Fixed, Uniform, Lognormal or Reads.
type Delay struct {
	// Fixed is a duration, where nothing else is set.
	Fixed Duration
	// Uniform is drawn from the world's seed, between two durations.
	Uniform []Duration
	// Lognormal is drawn from the world's seed.
	Lognormal *Lognormal
	// Reads is over with the n-th read of the record.
	Reads int
}

// Lognormal is a distribution of durations.
type Lognormal struct {
	Median Duration `json:"median"`
	Sigma  float64  `json:"sigma"`
}

// Fixed is a delay that is always the same.
func Fixed(d time.Duration) Delay {
	return Delay{Fixed: Duration(d)}
}

// Uniform is a delay between two durations, drawn from the world's seed.
func Uniform(shortest, longest time.Duration) Delay {
	return Delay{Uniform: []Duration{Duration(shortest), Duration(longest)}}
}

// Reads is a delay that is over with the n-th read of the record.
func Reads(n int) Delay {
	return Delay{Reads: n}
}

// MarshalJSON writes what the control plane takes.
func (d Delay) MarshalJSON() ([]byte, error) {
	switch {
	case d.Uniform != nil:
		return json.Marshal(map[string]any{"uniform": d.Uniform})
	case d.Lognormal != nil:
		return json.Marshal(map[string]any{"lognormal": d.Lognormal})
	case d.Reads != 0:
		return json.Marshal(map[string]any{"reads": d.Reads})
	}
	return json.Marshal(d.Fixed)
}

// UnmarshalJSON reads what the control plane shows.
func (d *Delay) UnmarshalJSON(content []byte) error {
	*d = Delay{}
	if len(content) > 0 && content[0] == '{' {
		var drawn struct {
			Uniform   []Duration
			Lognormal *Lognormal
			Reads     int
		}
		err := json.Unmarshal(content, &drawn)
		d.Uniform, d.Lognormal, d.Reads = drawn.Uniform, drawn.Lognormal, drawn.Reads
		return err
	}
	return json.Unmarshal(content, &d.Fixed)
}

// Patterns are one text or several, each of which may have *, ? and […] in it.
type Patterns []string

// MarshalJSON writes one text as it is, and several as a list.
func (p Patterns) MarshalJSON() ([]byte, error) {
	if len(p) == 1 {
		return json.Marshal(p[0])
	}
	return json.Marshal([]string(p))
}

// UnmarshalJSON reads both.
func (p *Patterns) UnmarshalJSON(content []byte) error {
	if len(content) > 0 && content[0] == '[' {
		return json.Unmarshal(content, (*[]string)(p))
	}
	var one string
	if err := json.Unmarshal(content, &one); err != nil {
		return err
	}
	*p = Patterns{one}
	return nil
}
