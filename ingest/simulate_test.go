package ingest

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

var draw = flag.Bool("draw", false, "with BenchmarkPolling: draw docs/polling.svg")

// The simulated world runs for four weeks from a Monday. A week before it is what the first documents show.
const (
	simDays   = 28
	simBefore = 7
)

var (
	simStart = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	simFrom  = simStart.AddDate(0, 0, -simBefore)
	simEnd   = simStart.AddDate(0, 0, simDays)
)

// simFeed is a feed of that world.
type simFeed struct {
	url    string
	at     []time.Time // when its entries came, in order
	window int         // how many it lists
	least  time.Duration
}

func simWorld(feeds int) []simFeed {
	rnd := rand.New(rand.NewPCG(1, 2))
	world := make([]simFeed, feeds)
	for i := range world {
		world[i] = newSimFeed(rnd)
		world[i].url = "http://feed.example/" + strconv.Itoa(i)
	}
	return world
}

// newSimFeed makes a feed of one entry a month to 500 a day, most of them slow (a bounded Pareto distribution), with a day
// and a night, weekends, up to eight bursts of three to eight times the rate, and now and then a silence. Half of the feeds
// show their last 10 entries, the others 20 to 100; all show what comes within twice the time between two polls that they
// allow, for nobody could read the others.
func newSimFeed(rnd *rand.Rand) simFeed {
	f := simFeed{window: 10, least: []time.Duration{5, 15, 30, 60}[rnd.IntN(4)] * time.Minute}
	rate := boundedPareto(rnd.Float64(), 1.0/30, 500, 0.35) / 24 // an hour
	weight := habits(rnd)
	spells := simSpells(rnd)
	var mean float64
	for h := range 7 * 24 {
		mean += weight(simFrom.Add(time.Duration(h)*time.Hour)) / (7 * 24)
	}
	const step = 15 * time.Minute
	for t := simFrom; t.Before(simEnd); t = t.Add(step) {
		now := rate * weight(t) / mean
		for _, s := range spells {
			if !t.Before(s.from) && t.Before(s.to) {
				now *= s.factor
			}
		}
		for range poisson(rnd, now*step.Hours()) {
			f.at = append(f.at, t.Add(time.Duration(rnd.Float64()*float64(step))))
		}
	}
	slices.SortFunc(f.at, time.Time.Compare)
	if rnd.IntN(2) == 0 {
		f.window = 20 + rnd.IntN(80)
	}
	f.window = max(f.window, 2*crowd(f.at, f.least))
	return f
}

func boundedPareto(u, least, most, alpha float64) float64 {
	l, h := math.Pow(least, alpha), math.Pow(most, alpha)
	return math.Pow((h-u*(h-l))/(h*l), -1/alpha)
}

// habits is how much a newsroom writes at a time, relative to its busiest hour.
func habits(rnd *rand.Rand) func(time.Time) float64 {
	zone := rnd.IntN(24)
	night := []float64{0.05, 0.2, 0.6}[rnd.IntN(3)]
	weekend := []float64{0.2, 0.5, 1}[rnd.IntN(3)]
	return func(t time.Time) float64 {
		t = t.Add(time.Duration(zone) * time.Hour)
		w := night
		if hour := float64(t.Hour()) + float64(t.Minute())/60; hour > 6 && hour < 22 {
			w += (1 - night) * math.Sin((hour-6)/16*math.Pi)
		}
		if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
			w *= weekend
		}
		return w
	}
}

type simSpell struct {
	from, to time.Time
	factor   float64
}

func simSpells(rnd *rand.Rand) (all []simSpell) {
	add := func(hours, factor float64) {
		at := simFrom.Add(time.Duration(rnd.Float64() * float64(simEnd.Sub(simFrom))))
		all = append(all, simSpell{at, at.Add(time.Duration(hours * float64(time.Hour))), factor})
	}
	for range rnd.IntN(9) {
		add(1+3*rnd.Float64(), 3+5*rnd.Float64())
	}
	if rnd.IntN(4) == 0 {
		add(24*(1+5*rnd.Float64()), 0)
	}
	if rnd.IntN(20) == 0 { // for good
		add(24*(simBefore+simDays), 0)
	}
	return all
}

// crowd is the largest number of entries that come within a time.
func crowd(at []time.Time, within time.Duration) int {
	most, i := 0, 0
	for j := range at {
		for at[j].Sub(at[i]) > within {
			i++
		}
		most = max(most, j-i+1)
	}
	return most
}

func poisson(rnd *rand.Rand, mean float64) int {
	n, p, limit := 0, rnd.Float64(), math.Exp(-mean)
	for p > limit {
		p *= rnd.Float64()
		n++
	}
	return n
}

// simResult is what a way of polling achieved.
type simResult struct {
	polls, found, missed, early int
	delay                       float64 // hours, all entries that were found added up
	polled                      []time.Time
}

func (r simResult) mean() float64 { return r.delay / float64(max(r.found, 1)) }

func (r *simResult) add(o simResult) {
	r.polls += o.polls
	r.found += o.found
	r.missed += o.missed
	r.early += o.early
	r.delay += o.delay
}

// look is a poll of the simulated world: from and to are the entries that the document lists, those from seen on are new.
type look struct {
	now            time.Time
	from, seen, to int
}

// simulate polls a feed for four weeks; wait says how long after each poll. The first one's entries count for nobody.
func simulate(f simFeed, first time.Time, wait func(look) time.Duration) simResult {
	var r simResult
	seen := 0
	for now := first; now.Before(simEnd); {
		l := look{now: now, to: seen}
		for l.to < len(f.at) && !f.at[l.to].After(now) {
			l.to++
		}
		l.from = max(0, l.to-f.window)
		l.seen = max(seen, l.from)
		if r.polls > 0 {
			r.missed += l.seen - seen
			r.found += l.to - l.seen
			for _, t := range f.at[l.seen:l.to] {
				r.delay += now.Sub(t).Hours()
			}
		}
		r.polls++
		r.polled = append(r.polled, now)
		w := wait(l)
		if w < f.least {
			r.early++
		}
		seen, now = l.to, now.Add(w)
	}
	return r
}

// byRhythm polls as the schedule does.
func byRhythm(world []simFeed, worth time.Duration) (sum simResult) {
	for _, f := range world {
		sum.add(pollByRhythm(f, worth))
	}
	return sum
}

func pollByRhythm(f simFeed, worth time.Duration) simResult {
	state := storage.FeedState{URL: f.url}
	lim := limits{floor: f.least, worth: worth}
	return simulate(f, simStart.Add(phase(f.url, 1000, time.Hour).Truncate(time.Second)), func(l look) time.Duration {
		got := polled{feed: fetch.Feed{Validators: tagged, NotModified: l.seen == l.to && l.from > 0}}
		for i := l.from; i < l.to; i++ {
			got.drafts = append(got.drafts, storage.Draft{Record: storage.Record{ID: strconv.Itoa(i), Published: f.at[i].Truncate(time.Second)}})
		}
		state = next(state, got, lim, l.now)
		return state.NextPoll.Sub(l.now)
	})
}

// byClock polls all feeds at one interval.
func byClock(world []simFeed, every time.Duration) (sum simResult) {
	for _, f := range world {
		sum.add(simulate(f, simStart.Add(time.Duration(fraction(f.url)*float64(every))), func(look) time.Duration { return max(every, f.least) }))
	}
	return sum
}

// byFrequency polls each feed as often as it had entries in the last week, times a factor, and once a day at least.
func byFrequency(world []simFeed, factor float64) (sum simResult) {
	for _, f := range world {
		sum.add(simulate(f, simStart.Add(time.Duration(fraction(f.url)*float64(time.Hour))), func(l look) time.Duration {
			since, _ := slices.BinarySearchFunc(f.at, l.now.AddDate(0, 0, -7), time.Time.Compare)
			week := l.to - max(since, 0)
			w := time.Duration(factor * float64(7*24*time.Hour) / float64(max(week, 1)))
			return max(min(w, 24*time.Hour), f.least)
		}))
	}
	return sum
}

// comparison is the three ways with the same number of requests.
type comparison struct{ rhythm, clock, frequency simResult }

func compareWays(world []simFeed, worth time.Duration) (c comparison) {
	c.rhythm = byRhythm(world, worth)
	lo, hi := time.Minute, 100*time.Hour
	for hi-lo > time.Minute {
		every := (lo + hi) / 2
		if c.clock = byClock(world, every); c.clock.polls > c.rhythm.polls {
			lo = every
		} else {
			hi = every
		}
	}
	least, most := 0.01, 100.0
	for most/least > 1.01 {
		factor := math.Sqrt(least * most)
		if c.frequency = byFrequency(world, factor); c.frequency.polls > c.rhythm.polls {
			least = factor
		} else {
			most = factor
		}
	}
	return c
}

func (c comparison) String() string {
	line := func(name string, r simResult) string {
		return fmt.Sprintf("%-12s polls %6d  mean delay %5.1f min  missed %5d of %d\n", name, r.polls, 60*r.mean(), r.missed, r.missed+r.found)
	}
	return "\n" + line("rhythm", c.rhythm) + line("fixed", c.clock) + line("frequency", c.frequency)
}

// TestPollingFindsNewsEarly holds a small world to the goals that BenchmarkPolling measures on a large one.
func TestPollingFindsNewsEarly(t *testing.T) {
	if Racing {
		t.Skip("a simulation, and one goroutine")
	}
	c := compareWays(simWorld(200), 15*time.Minute)
	t.Log(c)
	if limit := 0.5 * c.clock.mean(); c.rhythm.mean() > limit {
		t.Errorf("mean delay %.3f h, want at most %.3f, half of a fixed interval's", c.rhythm.mean(), limit)
	}
	if limit := 0.8 * c.frequency.mean(); c.rhythm.mean() > limit {
		t.Errorf("mean delay %.3f h, want at most %.3f, 0.8 of the frequency rule's", c.rhythm.mean(), limit)
	}
	if c.rhythm.missed > 0 || c.clock.missed == 0 {
		t.Errorf("missed %d entries, a fixed interval %d; want none, and a world in which that one misses some", c.rhythm.missed, c.clock.missed)
	}
	if c.rhythm.early > 0 {
		t.Errorf("%d polls came before the feed's minimum", c.rhythm.early)
	}
}

// BenchmarkPolling simulates 1,000 feeds over four weeks.
func BenchmarkPolling(b *testing.B) {
	world := simWorld(1000)
	for b.Loop() {
		c := compareWays(world, 15*time.Minute)
		b.ReportMetric(60*c.rhythm.mean(), "rhythm-min")
		b.ReportMetric(60*c.clock.mean(), "fixed-min")
		b.ReportMetric(60*c.frequency.mean(), "frequency-min")
		b.ReportMetric(c.rhythm.mean()/c.clock.mean(), "x-fixed")
		b.ReportMetric(c.rhythm.mean()/c.frequency.mean(), "x-frequency")
		b.ReportMetric(float64(c.rhythm.missed), "missed")
		b.ReportMetric(float64(c.rhythm.early), "early")
		b.Log(c)
	}
	if *draw {
		drawPolling(b, world)
	}
}
