package ingest

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"testing/quick"
	"time"

	"dateline/storage"
)

// newsroom has a feed of 20 entries polled each half-hour for some weeks; came says when its entries come.
func newsroom(weeks int, came []time.Time) (r storage.Rhythm, now time.Time) {
	start, seen := noon, 0
	for now = start; now.Before(start.AddDate(0, 0, 7*weeks)); now = now.Add(30 * time.Minute) {
		var o observed
		for seen < len(came) && !came[seen].After(now) {
			o.fresh = append(o.fresh, came[seen])
			seen++
		}
		if len(o.fresh) > 0 {
			o.window, o.listed = 20, came[max(0, seen-20):seen]
		}
		r = learn(r, o, now)
	}
	return r, now.Add(-30 * time.Minute)
}

// office are the times of an hourly entry on workdays from 8 to 18 h, for some weeks from noon on.
func office(weeks int) (came []time.Time) {
	for t := noon; t.Before(noon.AddDate(0, 0, 7*weeks)); t = t.Add(time.Hour) {
		if d := t.Weekday(); t.Hour() >= 8 && t.Hour() < 18 && d != time.Saturday && d != time.Sunday {
			came = append(came, t.Add(10*time.Minute))
		}
	}
	return came
}

// wait is what the rhythm makes of a moment at which it was brought up to date.
func wait(r storage.Rhythm, now time.Time) time.Duration {
	return outlook(learn(r, observed{}, now), 15*time.Minute, longest)
}

func TestRhythmOfAnOffice(t *testing.T) {
	r, now := newsroom(4, office(4)) // a Tuesday noon again
	at := func(days, hours int) time.Time {
		return now.Truncate(time.Hour).Add(time.Duration(24*days+hours-now.Hour()) * time.Hour)
	}
	watched := learn(r, observed{}, now)
	day, evening, weekend := outlook(watched, 15*time.Minute, longest), wait(r, at(0, 20)), wait(r, at(4, 11))
	if day > 2*time.Hour {
		t.Errorf("at midday it waits for %v", day)
	}
	if evening < 2*day || weekend < 2*day {
		t.Errorf("it waits for %v by day, %v in the evening, %v on a Saturday", day, evening, weekend)
	}
}

// TestRhythmOfABurst: after many entries in an hour the next look comes sooner, and a day later as it did before.
func TestRhythmOfABurst(t *testing.T) {
	r, now := newsroom(4, office(4))
	before := wait(r, now)
	var burst observed
	for i := range 10 {
		burst.fresh = append(burst.fresh, now.Add(time.Duration(i)*time.Minute))
	}
	now = now.Add(30 * time.Minute)
	hot := learn(r, burst, now)
	during := outlook(hot, 15*time.Minute, longest)
	after := outlook(learn(hot, observed{fresh: office(5)[len(office(4)):][:6]}, now.Add(24*time.Hour)), 15*time.Minute, longest)
	if during > before*2/3 || after < before/2 {
		t.Errorf("it waits for %v before the burst, %v in it, %v a day later", before, during, after)
	}
}

func TestRhythmOfASilence(t *testing.T) {
	r, now := newsroom(4, office(4))
	if usual, silent := wait(r, now), wait(r, now.AddDate(0, 0, 7)); silent < 2*usual {
		t.Errorf("it waits for %v, and for %v after a week of silence", usual, silent)
	}
}

// TestRhythmOfDates: what an entry is dated decides when it came as far as that can be.
func TestRhythmOfDates(t *testing.T) {
	hours := func(all ...float64) (at []time.Time) {
		for _, h := range all {
			at = append(at, noon.Add(time.Duration(h*float64(time.Hour))))
		}
		return at
	}
	known := learn(storage.Rhythm{}, observed{window: 1, listed: hours(-30), fresh: hours(-30)}, noon.Add(-24*time.Hour))
	undated := make([]time.Time, 3)
	for _, c := range []struct {
		name   string
		before storage.Rhythm
		fresh  []time.Time
		newest float64 // hours from noon
		came   float64 // entries that were counted
	}{
		{"since the last look", known, hours(-3, -2), -2, 2},
		{"undated", known, undated, -12, 3},
		{"of the epoch", known, []time.Time{time.Unix(0, 0), time.Unix(1, 0)}, -12, 2},
		{"of the year 1", known, []time.Time{{}, time.Time{}.Add(time.Hour)}, -12, 2},
		{"of the next day", known, hours(20), 0, 1},
		{"put in late", known, hours(-400), -12, 1},
		{"in a first document", storage.Rhythm{}, hours(-50, -40, -1), -1, 3},
		{"in a first document of a year ago", storage.Rhythm{}, hours(-9000, -8800), -8800, 0},
		{"undated in a first document", storage.Rhythm{}, undated, 0, 3},
	} {
		r := learn(c.before, observed{window: len(c.fresh), fresh: c.fresh}, noon)
		var came, was float64
		for i := range r.Hours.Entries {
			came += float64(r.Hours.Entries[i])
			was += float64(c.before.Hours.Entries[i]) * math.Exp2(-24.0/habitHalf)
		}
		if got := r.Newest.Sub(noon).Hours(); got != c.newest || math.Abs(came-was-c.came) > 0.01 {
			t.Errorf("%s: newest %v h, %.2f counted; want %v h and %v", c.name, got, came-was, c.newest, c.came)
		}
	}
}

// TestRhythmOfEqualDates: a feed whose entries all bear the day, or the moment in which the document was written, does not look
// as if they had come at once.
func TestRhythmOfEqualDates(t *testing.T) {
	var r storage.Rhythm
	for day := range 30 {
		now := noon.AddDate(0, 0, day)
		date := now.Truncate(24 * time.Hour)
		listed := make([]time.Time, 10)
		for i := range listed {
			listed[i] = date
		}
		r = learn(r, observed{window: 10, listed: listed, fresh: []time.Time{date}}, now)
	}
	if wait := outlook(r, 0, longest); wait < 12*time.Hour {
		t.Errorf("a feed of an entry a day, 10 listed, is asked after %v lest some fall off", wait)
	}
}

// TestRhythmKeepsItsBounds: whatever comes, in whatever order, from whatever clock, no number is lost and no wait leaves its
// bounds.
func TestRhythmKeepsItsBounds(t *testing.T) {
	property := func(seed uint64) bool {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var r storage.Rhythm
		now := noon
		for range 40 {
			now = now.Add(time.Duration(math.Pow(10, 3+9*rnd.Float64())) * time.Second / 1e6)
			if rnd.IntN(10) == 0 {
				now = now.AddDate(rnd.IntN(3)-1, 0, 0)
			}
			o := observed{window: rnd.IntN(1000)}
			for range rnd.IntN(30) {
				at := now.Add(-time.Duration(rnd.ExpFloat64() * float64(1+rnd.IntN(1000)) * float64(time.Hour)))
				switch rnd.IntN(20) {
				case 0:
					at = time.Time{}
				case 1:
					at = time.Date(1900+rnd.IntN(8000), 1, 1, 0, 0, 0, 0, time.UTC)
				}
				o.fresh = append(o.fresh, at)
				if !at.IsZero() {
					o.listed = append(o.listed, at)
				}
			}
			r = learn(r, o, now)
			b, err := json.Marshal(r) // fails on infinite numbers and those that are none
			var stored storage.Rhythm
			if err != nil || json.Unmarshal(b, &stored) != nil || stored != r {
				t.Logf("%v: %s", err, b)
				return false
			}
			if !withinBounds(t, r) {
				return false
			}
		}
		return true
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 100}); err != nil {
		t.Error(err)
	}
}

func withinBounds(t *testing.T, r storage.Rhythm) bool {
	least := min(r.Dense, r.Gap, r.Lately.Came, r.Lately.Expected, r.Week.Came, r.Week.Expected)
	for i := range r.Hours.Entries {
		least = min(least, float64(r.Hours.Entries[i]), float64(r.Hours.Watched[i]))
	}
	for _, worth := range []time.Duration{0, 1, time.Minute, 15 * time.Minute, mostWorth} {
		for _, most := range []time.Duration{7 * time.Minute, longest, maxWish} {
			if wait := outlook(r, worth, most); wait < 5*time.Minute || wait > most {
				t.Logf("a wait of %v", wait)
				return false
			}
		}
	}
	if least < 0 || r.Newest.After(r.At) {
		t.Logf("%+v", r)
		return false
	}
	return true
}
