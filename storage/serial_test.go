package storage_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"dateline/storage/storagetest"
)

// TestSerial has a text, and the same with every seventh word changed: of the same agency on the same day and on the next, and of
// another agency on the next. Figures do not tell here: the words of the press are half digits.
func TestSerial(t *testing.T) {
	for name, c := range map[string]struct {
		agency string
		later  time.Duration
		copied bool
	}{
		"same day":       {"a", 2 * time.Hour, true},
		"next day":       {"a", 23 * time.Hour, false},
		"the day before": {"a", -24 * time.Hour, false},
		"another agency": {"b", 24 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			p := clusterPress{rand.New(rand.NewPCG(8, 9))}
			text := p.text(300)
			first := draft("a", feedA, urlA, "Outlook", now)
			second := draft(c.agency, fmt.Sprintf("http://%s.example/rss", c.agency), urlB, "Outlook", now.Add(c.later))
			poll(t, s, feedA, first)
			store(t, s, first, text)
			poll(t, s, second.Record.Feed, second)
			store(t, s, second, p.edited(text, 0.14))
			if got := record(t, s, urlB).DuplicateOf != "" || record(t, s, urlA).DuplicateOf != ""; got != c.copied {
				t.Errorf("copied is %v: %+v", got, record(t, s, urlB).Similarity)
			}
			storagetest.Check(t, s)
		})
	}
}
