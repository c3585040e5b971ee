package ingest

import (
	"fmt"
	"testing"
	"time"
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
