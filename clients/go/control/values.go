package control

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration in the JSON of the control plane: a number of seconds, or a string such as 250ms, 5m or 1d.
type Duration time.Duration

// String formats the duration like time.Duration.
func (d Duration) String() string {
	return time.Duration(d).String()
}

// MarshalJSON encodes the duration as a number of seconds.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Duration(d).Seconds())
}

// UnmarshalJSON decodes a number of seconds, or a string such as 250ms.
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
	return fmt.Errorf("%s is not a valid duration", content)
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

// Delay says how long an operation takes. Set one field.
type Delay struct {
	// Fixed is a constant delay. It is ignored if another field is set.
	Fixed Duration
	// Uniform is a random delay between two durations, drawn from the seed of the world.
	Uniform []Duration
	// Lognormal is a random delay with this distribution, drawn from the seed of the world.
	Lognormal *Lognormal
	// Reads ends the delay with the nth read of the record.
	Reads int
}

// Lognormal is a log-normal distribution of durations.
type Lognormal struct {
	Median Duration `json:"median"`
	Sigma  float64  `json:"sigma"`
}

// Fixed returns a delay that is always d.
func Fixed(d time.Duration) Delay {
	return Delay{Fixed: Duration(d)}
}

// Uniform returns a random delay between two durations, drawn from the seed of the world.
func Uniform(shortest, longest time.Duration) Delay {
	return Delay{Uniform: []Duration{Duration(shortest), Duration(longest)}}
}

// Reads returns a delay that ends with the nth read of the record.
func Reads(n int) Delay {
	return Delay{Reads: n}
}

// MarshalJSON encodes the delay in the format of the control plane.
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

// UnmarshalJSON decodes a delay in the format of the control plane.
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

// Patterns is a list of patterns. A pattern may contain *, ? and […].
type Patterns []string

// MarshalJSON encodes a single pattern as a string, and several as a list.
func (p Patterns) MarshalJSON() ([]byte, error) {
	if len(p) == 1 {
		return json.Marshal(p[0])
	}
	return json.Marshal([]string(p))
}

// UnmarshalJSON decodes a string or a list of strings.
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
