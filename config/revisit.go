package config

import "time"

// Bounds on second looks: how soon the first may be, and how many there are. Each costs a publisher a request for each article.
const (
	soonestLook = 5 * time.Minute
	mostLooks   = 20
)

// looks reads when pages are looked at again: durations that grow.
func (r *reader) looks(dst *[]time.Duration) func(spot) {
	const want = `a duration such as "10m", "6h" or "7d"`
	return func(s spot) {
		all := []time.Duration{}
		r.each(s, want, func(s spot) {
			d, before := time.Duration(-1), time.Duration(-1)
			if len(all) > 0 {
				before = all[len(all)-1]
			}
			r.duration(&d, soonestLook)(s)
			if d >= 0 && d <= before {
				r.wrong(s.value.at, s.key, "expected a longer time than %q before it, found %s", formatDuration(before), s.value.what())
			}
			all = append(all, d)
		})
		if len(all) > mostLooks {
			r.wrong(s.value.at, s.key, "expected at most %d durations, found %d", mostLooks, len(all))
		}
		*dst = all
	}
}

// Looks is when an agency's pages are looked at again, counted from when they were read.
func (c *Config) Looks(a Agency) []time.Duration {
	if a.Revisit != nil {
		return a.Revisit
	}
	return c.Revisit
}
