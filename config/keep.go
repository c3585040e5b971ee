package config

import "time"

// Keep is how long records are kept.
type Keep struct {
	Age time.Duration // counted from publication; 0 means for ever
}

// forever is an agency's own age where its records are kept for ever, whatever [Keep] says.
const forever = -1

// Bounds of an age. An hour's age would remove what a feed still lists.
const (
	leastAge   = 24 * time.Hour
	longestAge = 36_500 * 24 * time.Hour
)

// age reads how long records are kept; ever is what "0s" means.
func (r *reader) age(dst *time.Duration, ever time.Duration) func(spot) {
	const want = `an age from "1d" to "36500d", or "0s" for ever`
	return func(s spot) {
		text, isText := r.string(s, want)
		if !isText {
			return
		}
		d, ok := parseDuration(text)
		switch {
		case ok && d == 0:
			*dst = ever
		case !ok || d < leastAge || d > longestAge:
			r.wrong(s.value.at, s.key, "expected %s, found %s", want, shown(text))
		default:
			*dst = d
		}
	}
}

// KeptFor is how long an agency's records are kept; 0 is for ever.
func (c *Config) KeptFor(a Agency) time.Duration {
	switch {
	case a.Keep < 0:
		return 0
	case a.Keep > 0:
		return a.Keep
	default:
		return c.Keep.Age
	}
}
