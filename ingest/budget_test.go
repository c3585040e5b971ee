package ingest

import (
	"testing"
	"time"
)

func TestAfford(t *testing.T) {
	feeds := []demand{{10, 5 * time.Minute}, {1, time.Hour}, {0.01, time.Hour}}
	const worth = 15 * time.Minute
	for _, c := range []struct {
		budget      int
		least, most time.Duration
	}{
		{0, worth, worth},
		{1_000_000, worth, worth},
		{60, worth + 1, mostWorth - 1},
		{2, mostWorth / 2, mostWorth}, // less than once a day for each
	} {
		got := afford(feeds, c.budget, worth)
		if got < c.least || got > c.most {
			t.Errorf("budget %d: a request is worth %v, want %v to %v", c.budget, got, c.least, c.most)
		}
		sum := 0.0
		for _, d := range feeds {
			sum += d.polls(got)
		}
		if c.budget >= len(feeds) && sum > float64(c.budget)*1.01 {
			t.Errorf("budget %d: %.1f polls a day", c.budget, sum)
		}
	}
}

// TestBudgetIsKept: what was reckoned from the feeds' rates holds for the polls that are made, burst, night and all.
func TestBudgetIsKept(t *testing.T) {
	if Racing {
		t.Skip("a simulation, and one goroutine")
	}
	world := simWorld(100)
	var feeds []demand
	for _, f := range world {
		feeds = append(feeds, demand{float64(len(f.at)) / (24 * (simBefore + simDays)), f.least})
	}
	for _, aDay := range []int{4, 8, 16} {
		r := byRhythm(world, afford(feeds, aDay*len(world), time.Second))
		got := float64(r.polls) / float64(len(world)*simDays)
		// What would fall off a document comes before any budget, so the smallest is kept least.
		if off := got / float64(aDay); off < 0.8 || off > 1.25 {
			t.Errorf("budget of %d polls a feed and day: %.2f", aDay, got)
		}
	}
}
