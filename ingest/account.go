package ingest

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// Account counts what hosts are asked for, until a worker stores the counts. A client's Observe is to be its own; the zero
// value is ready.
type Account struct {
	mu   sync.Mutex
	rows map[accountKey]*storage.Manners
	kept time.Time // when the counts were last taken to be stored
}

type accountKey struct {
	host string
	day  time.Time
}

// longestName is the longest name that a host may have, in bytes (RFC 1035, section 2.3.4); what is longer was not asked.
const longestName = 253

// flushEvery is the least time between two writes of the account while the work goes on: what a crash costs of it.
const flushEvery = 30 * time.Second

// Observe counts a request. It never waits for the store.
func (a *Account) Observe(r fetch.Request) {
	a.count(r.URL, r.Start, func(m *storage.Manners) {
		m.Add(storage.Manners{
			Requests: map[string]int{r.Kind: 1},
			Answers:  map[string]int{answerOf(r): 1},
			LeastGap: r.Gap,
		})
		if r.Kind != "feed" || r.Status == 0 || isRedirect(r.Status) {
			return
		}
		m.Polls++
		if !r.Conditional {
			m.Unconditional++
		}
		if r.Status == http.StatusNotModified {
			m.NotModified++
		}
	})
}

// wanted counts what robots.txt said of a page that was wanted, by how the request for it ended.
func (a *Account) wanted(page string, err error, now time.Time) {
	if a == nil {
		return
	}
	verdict := storage.RobotsAllowed
	var e *fetch.Error
	if errors.As(err, &e) {
		switch e.Reason {
		case fetch.Robots:
			verdict = storage.RobotsForbidden
		case fetch.RobotsDown:
			verdict = storage.RobotsUnavailable
		case fetch.BadURL:
			return // nobody was asked
		}
	}
	a.count(page, now, func(m *storage.Manners) {
		m.Add(storage.Manners{Robots: map[string]int{verdict: 1}})
	})
}

func (a *Account) count(address string, at time.Time, add func(*storage.Manners)) {
	key := accountKey{strings.ToLower(host(address)), storage.Day(at)}
	if key.host == "" || len(key.host) > longestName {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rows == nil {
		a.rows = map[accountKey]*storage.Manners{}
	}
	if a.rows[key] == nil {
		a.rows[key] = &storage.Manners{Host: key.host, Day: key.day}
	}
	add(a.rows[key])
}

// take hands out the counts and begins anew; none if they were taken less than a pause ago.
func (a *Account) take(now time.Time, pause time.Duration) []storage.Manners {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept.IsZero() {
		a.kept = now
	}
	if len(a.rows) == 0 || now.Sub(a.kept) < pause {
		return nil
	}
	a.kept = now
	var all []storage.Manners
	for m := range maps.Values(a.rows) {
		all = append(all, *m)
	}
	a.rows = nil
	slices.SortFunc(all, func(x, y storage.Manners) int { return strings.Compare(x.Host, y.Host) })
	return all
}

// answerOf is what came of a request: the reason of a failure, or the status; of one that has no name only its class, so that
// a server can't make the account grow.
func answerOf(r fetch.Request) string {
	switch {
	case r.Reason != "":
		return string(r.Reason)
	case http.StatusText(r.Status) != "":
		return strconv.Itoa(r.Status)
	}
	return strconv.Itoa(r.Status/100) + "xx"
}

// isRedirect tells the answers that only lead to the one that counts.
func isRedirect(status int) bool {
	return status >= 300 && status < 400 && status != http.StatusNotModified
}

// Keep makes the worker store an account. It is called before the work begins.
func (w *Worker) Keep(a *Account) { w.account = a }

// note stores the account, if the last time is at least a pause ago. An error is ours; the counts are lost then.
func (w *Worker) note(ctx context.Context, pause time.Duration) error {
	now := time.Now()
	rows := w.account.take(now, pause)
	if len(rows) == 0 {
		return nil
	}
	return ours("storage", w.store.NoteRequests(ctx, rows, now))
}

// lastNote is how long the end of a run may take to store what it still knows.
const lastNote = 5 * time.Second

// noteAll stores the account when a run ends, however it ended: these requests were made.
func (w *Worker) noteAll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastNote)
	defer cancel()
	return w.note(ctx, 0)
}
