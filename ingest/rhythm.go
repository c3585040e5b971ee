package ingest

import (
	"math"
	"slices"
	"time"

	"dateline/storage"
)

// How fast a rhythm forgets, and how much evidence it wants. Times are half-lives in hours.
const (
	habitHalf  = 14 * 24
	latelyHalf = 3
	weekHalf   = 3 * 24

	// maxHistory bounds how far back evidence is taken, in hours; older counts would weigh next to nothing.
	maxHistory = 28 * 24

	// priorHours is how long a feed is assumed to have been watched beforehand, with an entry a day.
	priorHours = 24

	// inertia is how many expected entries outweigh a slot's own count half and half.
	inertia = 2.0

	// paceInertia is the same for what happened of late: a single entry makes no burst.
	paceInertia = 1.5
)

// observed is one poll's news for a rhythm: entries that were not listed before, by when they came.
type observed struct {
	window int         // entries that the document lists
	listed []time.Time // dates of all that it lists, those that are known
	fresh  []time.Time // when the new ones came; the zero time if nothing tells
}

// learn takes in what came since the last look. A feed's first document is evidence too: its dates tell how the days before
// went.
func learn(r storage.Rhythm, o observed, now time.Time) storage.Rhythm {
	from := r.At
	if from.IsZero() {
		from = now
		for _, t := range o.fresh {
			if !t.IsZero() && t.Before(from) {
				from = t
			}
		}
	}
	if limit := now.Add(-maxHistory * time.Hour); from.Before(limit) {
		from = limit
	}
	if now.Before(from) { // the clock was set back
		from = now
	}
	r.Newest, r.Dated = earliest(r.Newest, now), earliest(r.Dated, now)
	came := arrivals(r, o.fresh, from, now)
	h := newHabit(&r)
	h.fade(now.Sub(from).Hours())
	h.take(came, from, now)
	if r.At.IsZero() { // no habit was there to expect any of it: only now can its last days be compared with all
		hours, days := r.Hours, r.Days
		r.Lately, r.Week = storage.Pace{}, storage.Pace{}
		newHabit(&r).take(came, from, now)
		r.Hours, r.Days = hours, days
	}
	if len(came) > 0 {
		r.Gap = longestGap(r, came, now)
		r.Newest = slices.MaxFunc(came, time.Time.Compare)
	}
	if o.window > 0 {
		r.Window, r.Dated = o.window, time.Time{}
		if len(o.listed) > 0 {
			r.Dated = earliest(slices.MaxFunc(o.listed, time.Time.Compare), now)
		}
		r.Dense = density(r.Dense, o.listed, now.Sub(from))
	}
	r.At = now
	return r
}

// arrivals are when entries came. One without a date, or with one from before the last look, was put in since, some time; but the
// first document shows how old its entries are.
func arrivals(r storage.Rhythm, fresh []time.Time, from, now time.Time) (came []time.Time) {
	for _, t := range fresh {
		if t.IsZero() || t.Before(from) && !r.At.IsZero() {
			t = from.Add(now.Sub(from) / 2)
		}
		came = append(came, earliest(t, now))
	}
	return came
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// density is the least time, in hours, in which four fifths of a document's entries came. An old record fades, by a tenth
// a week. Entries of one date count as one: they may bear the day alone, or the moment when the document was written.
func density(known float64, dates []time.Time, passed time.Duration) float64 {
	if known > 0 {
		known *= 1 + 0.1*passed.Hours()/(7*24)
	}
	dates = slices.CompactFunc(slices.SortedFunc(slices.Values(dates), time.Time.Compare), time.Time.Equal)
	n := len(dates)
	if n < 5 {
		return known
	}
	k := n * 4 / 5
	least := math.Inf(1)
	for i := 0; i+k < n; i++ {
		least = min(least, dates[i+k].Sub(dates[i]).Hours())
	}
	if known > 0 && known < least {
		return known
	}
	return max(least, 0.01)
}

// longestGap is the longest time between two entries, in hours. An old record fades by half in two months.
func longestGap(r storage.Rhythm, came []time.Time, now time.Time) float64 {
	gap, last := 0.0, r.Newest
	for _, t := range slices.SortedFunc(slices.Values(came), time.Time.Compare) {
		if !last.IsZero() {
			gap = max(gap, t.Sub(last).Hours())
		}
		if t.After(last) {
			last = t
		}
	}
	return max(gap, r.Gap*math.Exp2(-max(now.Sub(r.At).Hours(), 0)/(60*24)))
}

// isQuiet says whether nothing has come for longer than the rhythm allows: three times the longest gap and two days at
// least, once the feed has been watched for a week and has shown a rhythm; or a month, unless gaps of that length are its
// habit.
func isQuiet(r storage.Rhythm, now time.Time) bool {
	if r.Newest.IsZero() {
		return false
	}
	const week, enough = 0.8 * 7 * 24, 5 // hours and entries, as far as they are not forgotten
	silence := now.Sub(r.Newest).Hours()
	var watched, came float32
	for i := range r.Hours.Watched {
		watched += r.Hours.Watched[i]
		came += r.Hours.Entries[i]
	}
	if watched >= week && came >= enough && silence >= max(3*r.Gap, 48) {
		return true
	}
	return silence >= max(stale.Hours(), 1.5*r.Gap)
}

// habit is a rhythm with its long rate, which all else is relative to.
type habit struct {
	*storage.Rhythm
	rate float64 // entries an hour
}

func newHabit(r *storage.Rhythm) habit {
	var came, watched float64
	for i := range r.Hours.Entries {
		came += float64(r.Hours.Entries[i])
		watched += float64(r.Hours.Watched[i])
	}
	return habit{r, (came + 1) / (watched + priorHours)}
}

// usual is the rate that the long habit has for a moment, in entries an hour.
func (h habit) usual(t time.Time) float64 {
	hour := t.Hour()
	var came, watched float64
	for i, weight := range []float64{0.25, 0.5, 0.25} { // habits don't change on the stroke of the hour
		j := (hour + 23 + i) % 24
		came += weight * float64(h.Hours.Entries[j])
		watched += weight * float64(h.Hours.Watched[j])
	}
	day := int(t.Weekday())
	return h.rate * h.factor(came, watched) * h.factor(float64(h.Days.Entries[day]), float64(h.Days.Watched[day]))
}

// factor is how much more than the average a slot brings.
func (h habit) factor(came, watched float64) float64 {
	return (came + inertia) / (watched*h.rate + inertia)
}

// expect is the rate that is expected for a moment after the last look: the usual one, more in a burst, less in a silence.
func (h habit) expect(t time.Time) float64 {
	ahead := max(t.Sub(h.At).Hours(), 0)
	return h.usual(t) * surge(h.Lately, ahead, latelyHalf) * surge(h.Week, ahead, weekHalf)
}

// surge is how far a pace departs from the habit, so many hours later.
func surge(p storage.Pace, ahead, half float64) float64 {
	now := (p.Came + paceInertia) / (p.Expected + paceInertia)
	return 1 + (now-1)*math.Exp2(-ahead/half)
}

// fade lets time pass.
func (h habit) fade(hours float64) {
	keep := float32(math.Exp2(-hours / habitHalf))
	for i := range h.Hours.Entries {
		h.Hours.Entries[i] *= keep
		h.Hours.Watched[i] *= keep
	}
	for i := range h.Days.Entries {
		h.Days.Entries[i] *= keep
		h.Days.Watched[i] *= keep
	}
	fade(&h.Lately, hours, latelyHalf)
	fade(&h.Week, hours, weekHalf)
}

func fade(p *storage.Pace, hours, half float64) {
	keep := math.Exp2(-hours / half)
	p.Came *= keep
	p.Expected *= keep
}

// watch counts the time between two looks, slot by slot, and what the habit expects of it.
func (h habit) watch(from, to time.Time) {
	for t := from; t.Before(to); {
		next := t.Truncate(time.Hour).Add(time.Hour)
		if next.After(to) {
			next = to
		}
		hours := next.Sub(t).Hours()
		usual := h.usual(t) * hours
		ago := to.Sub(t).Hours()
		h.Lately.Expected += usual * math.Exp2(-ago/latelyHalf)
		h.Week.Expected += usual * math.Exp2(-ago/weekHalf)
		h.Hours.Watched[t.Hour()] += float32(hours)
		h.Days.Watched[t.Weekday()] += float32(hours)
		t = next
	}
}

// take counts what came between two looks.
func (h habit) take(came []time.Time, from, to time.Time) {
	h.watch(from, to)
	for _, t := range came {
		if !t.Before(from) {
			h.count(t, to)
		}
	}
}

// count takes one new entry.
func (h habit) count(t, now time.Time) {
	ago := now.Sub(t).Hours()
	h.Lately.Came += math.Exp2(-ago / latelyHalf)
	h.Week.Came += math.Exp2(-ago / weekHalf)
	h.Hours.Entries[t.Hour()]++
	h.Days.Entries[t.Weekday()]++
}

// outlook looks for the moment to poll again: the first at which what has probably come since the last look has waited, all
// entries together, for as long as a request is worth; or at which more may have come than the document lists.
// Polls so placed cost least in waiting and requests together: for a steady rate λ and a worth w it is after √(2w/λ), where
// ten times the entries are asked for three times as often. A worth of zero looks for the second moment alone.
func outlook(r storage.Rhythm, worth, longest time.Duration) time.Duration {
	h := newHabit(&r)
	var came, waited float64
	for ahead := time.Duration(0); ahead < longest; {
		step := 5 * time.Minute
		if ahead >= 6*time.Hour {
			step = 30 * time.Minute
		}
		now := h.expect(r.At.Add(ahead + step/2))
		hours := step.Hours()
		waited += came*hours + now*hours*hours/2
		came += now * hours
		ahead += step
		if worth > 0 && waited >= worth.Hours() || h.overflows(came, ahead) {
			return min(ahead, longest)
		}
	}
	return longest
}

// overflows says whether entries may fall off the document before they are seen: because so many are expected, or because so
// many came in so short a time before.
func (h habit) overflows(came float64, ahead time.Duration) bool {
	if h.Window == 0 {
		return false
	}
	const share = 0.6    // of the document that may fill: what is not expected comes on top
	const caution = 0.75 // of the time in which it once went by
	return came+2*math.Sqrt(came) >= share*float64(h.Window) || h.Dense > 0 && ahead.Hours() >= caution*h.Dense
}
