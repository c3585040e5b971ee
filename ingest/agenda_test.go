package ingest

import (
	"fmt"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestFirstPollsAreSpread: a crowd of feeds that were never asked comes over an hour, a handful at once.
func TestFirstPollsAreSpread(t *testing.T) {
	for _, c := range []struct {
		feeds  int
		within time.Duration
		atOnce int
		step   time.Duration
	}{{5, 2 * time.Second, 5, time.Second}, {10_000, time.Hour, 60, 10 * time.Second}} {
		var all []target
		for i := range c.feeds {
			all = append(all, target{feed: fmt.Sprintf("https://news%d.example/rss", i)})
		}
		g := &agenda{lines: map[string]appointment{}}
		g.begin(noon)
		left := c.feeds
		for now := noon; left > 0 && now.Sub(noon) <= c.within; now = now.Add(c.step) {
			due, _ := g.due(all, time.Hour, now)
			if len(due) > c.atOnce {
				t.Fatalf("%d feeds: %d at once after %v", c.feeds, len(due), now.Sub(noon))
			}
			for _, d := range due {
				g.lines[d.feed] = appointment{last: now, next: now.Add(24 * time.Hour), asked: now}
			}
			left -= len(due)
		}
		if left > 0 {
			t.Errorf("%d feeds: %d were not asked within %v", c.feeds, left, c.within)
		}
	}
}

// TestManner30ClockSteps: a step of the clock by an hour makes a feed neither early nor late; what is stored is believed when this process
// has not asked yet, unless a clock that was days ahead has written it.
func TestManner30ClockSteps(t *testing.T) {
	const wait = time.Hour
	mine := appointment{last: noon, next: noon.Add(wait), asked: noon}
	stored := appointment{last: noon, next: noon.Add(wait)}
	skip := mine
	skip.wishes.SkipHours = 1 << 14
	for _, c := range []struct {
		name   string
		a      appointment
		passed time.Duration // by the clock that nobody sets
		step   time.Duration // of the clock on the wall meanwhile
		want   time.Duration
	}{
		{"asked by this process", mine, 20 * time.Minute, 0, 40 * time.Minute},
		{"an hour forward", mine, 20 * time.Minute, time.Hour, 40 * time.Minute},
		{"an hour back", mine, 20 * time.Minute, -time.Hour, 40 * time.Minute},
		{"two hours forward", mine, 20 * time.Minute, 2 * time.Hour, 40 * time.Minute},
		{"three days back", mine, 20 * time.Minute, -72 * time.Hour, 40 * time.Minute},
		{"three hours of sleep", mine, 20 * time.Minute, 3 * time.Hour, 0},
		{"stored", stored, 20 * time.Minute, 0, 40 * time.Minute},
		{"stored, an hour forward", stored, 20 * time.Minute, time.Hour, 0},
		{"stored, an hour back", stored, 20 * time.Minute, -time.Hour, 100 * time.Minute},
		{"stored by a clock two days ahead", stored, 0, -48 * time.Hour, 0},
		{"late, in an hour to be skipped", skip, 2 * time.Hour, 0, time.Hour},
		{"late, in the hour after it", skip, 3 * time.Hour, 0, 0},
	} {
		got := c.a.left(noon.Add(c.passed+c.step), c.passed, c.step)
		if max(got, 0) != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// crowdedAgenda has feeds of which every thousandth is due.
func crowdedAgenda(feeds int) (*agenda, []target) {
	var all []target
	g := &agenda{lines: map[string]appointment{}}
	g.begin(noon)
	for i := range feeds {
		t := target{feed: fmt.Sprintf("https://news%d.example/rss", i)}
		next := noon.Add(time.Duration(i%1000) * time.Minute)
		all = append(all, t)
		g.lines[t.feed] = appointment{address: t.feed, last: noon.Add(-time.Hour), next: next, overflow: next.Add(time.Duration(i*7919%feeds) * time.Minute)}
	}
	return g, all
}

// TestCatchingUp: after a day off, those come first whose entries would be lost first.
func TestCatchingUp(t *testing.T) {
	g, all := crowdedAgenda(5000)
	due, nap := g.due(all, time.Hour, noon)
	if len(due) != 5 || nap != time.Minute {
		t.Errorf("%d are due, the next one in %v", len(due), nap)
	}
	due, _ = g.due(all, time.Hour, noon.Add(24*time.Hour))
	if len(due) != 5000 {
		t.Fatalf("%d are due a day later", len(due))
	}
	for i := range due[1:] {
		if before, after := g.lines[due[i].feed].overflow, g.lines[due[i+1].feed].overflow; after.Before(before) {
			t.Fatalf("%s comes before %s", before, after)
		}
	}
}

// BenchmarkAgenda is what the schedule pays for 10,000 feeds each time it wakes. The floor is going through their names.
func BenchmarkAgenda(b *testing.B) {
	g, all := crowdedAgenda(10_000)
	b.Run("wake", func(b *testing.B) {
		for b.Loop() {
			if due, _ := g.due(all, time.Hour, noon); len(due) != 10 {
				b.Fatalf("%d are due", len(due))
			}
		}
	})
	b.Run("floor", func(b *testing.B) {
		letters := 0
		for b.Loop() {
			for i := range all {
				letters += len(g.lines[all[i].feed].address)
			}
		}
	})
	b.Run("reread", func(b *testing.B) { // each five minutes
		store := manyStates(b, 10_000)
		for b.Loop() {
			g.read = time.Time{}
			if _, err := g.refresh(b.Context(), store, noon); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// manyStates is a store of feeds with thirty entries each and a rhythm.
func manyStates(b *testing.B, feeds int) *storage.Store {
	store, err := storage.Open(b.Context(), storagetest.NewMemory())
	if err != nil {
		b.Fatal(err)
	}
	rhythm, _ := newsroom(2, office(2))
	for i := range feeds {
		f := storage.FeedState{URL: fmt.Sprintf("https://news%d.example/rss", i), LastPoll: noon, Listed: make([]byte, 120), Rhythm: rhythm}
		if _, err := store.SavePoll(b.Context(), f, nil); err != nil {
			b.Fatal(err)
		}
	}
	return store
}
