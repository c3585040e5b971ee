package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// feedNews is what about a feed deserves a look.
type feedNews struct {
	Failing time.Time     `json:"failing,omitzero"`  // since when it has failed
	Address string        `json:"address,omitempty"` // where it is asked since it has moved for good
	Quiet   time.Time     `json:"quiet,omitzero"`    // found to be quiet for longer than its rhythm allows
	Lost    *storage.Loss `json:"lost,omitempty"`    // the last time that entries may have been lost
	Mended  []string      `json:"mended,omitempty"`  // what was wrong with the last document
	Dropped int           `json:"dropped,omitempty"` // entries of it that were too many
	Rest    *rest         `json:"rest,omitempty"`    // of its host

	PushedUntil time.Time `json:"pushed_until,omitzero"` // a hub delivers what is new

	newest time.Time // when the last new entry came
}

// rest is a host that is left alone for now.
type rest struct {
	Host  string    `json:"host"`
	Until time.Time `json:"until"`
	Why   string    `json:"why"`
}

func (n *feedNews) take(f storage.FeedState) {
	n.Failing, n.Address, n.Quiet = f.Failing, f.Address, f.Quiet
	n.Mended, n.Dropped, n.newest = f.Mended, f.Dropped, f.Rhythm.Newest
	if !f.Lost.At.IsZero() {
		n.Lost = &f.Lost
	}
}

// fillNews adds what the store knows of the feeds' hosts and hubs.
func fillNews(ctx context.Context, s *storage.Store, lines []feedLine, now time.Time) error {
	hosts, err := s.Hosts(ctx)
	if err != nil {
		return err
	}
	rests := map[string]*rest{}
	for _, h := range hosts {
		if h.Until.After(now) {
			rests[h.Host] = &rest{h.Host, h.Until, h.Why}
		}
	}
	hubs := map[string]time.Time{}
	for sub, err := range s.Pushes(ctx) {
		if err != nil {
			return err
		}
		if sub.Active(now) {
			hubs[sub.Feed] = sub.Until
		}
	}
	for i := range lines {
		l := &lines[i]
		asked := l.Address
		if asked == "" {
			asked = l.Feed
		}
		l.Rest = rests[fetch.Host(asked)]
		l.PushedUntil = hubs[l.Feed]
	}
	return nil
}

// news says in words what deserves a look.
func (l *feedLine) news(now time.Time) (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if failed := now.Sub(l.Failing); !l.Failing.IsZero() && failed >= 24*time.Hour && !l.Gone {
		say("has failed for %s (%s); it is asked on, ever more rarely", days(failed), l.Outcome)
	}
	if l.Rest != nil {
		say("its host is left alone until %s (%s)", minute(l.Rest.Until), l.Rest.Why)
	}
	if l.Address != "" {
		say("has moved for good: name %s in the configuration", printable(l.Address))
	}
	if !l.Quiet.IsZero() {
		say("nothing new since %s, which is long for it", minute(l.newest))
	}
	if l.Lost != nil && now.Sub(l.Lost.At) < 30*24*time.Hour {
		say("%s", lossOf(*l.Lost))
	}
	if len(l.Mended) > 0 {
		say("came damaged and was mended (%s)", strings.Join(l.Mended, ", "))
	}
	if l.Dropped > 0 {
		say("%d entries too many were left out", l.Dropped)
	}
	return out
}

func lossOf(l storage.Loss) string {
	s := fmt.Sprintf("about %d entries may be lost before %s", l.Entries, minute(l.At))
	if l.Entries == 0 {
		s = "entries may be lost before " + minute(l.At)
	}
	if l.Found > 0 {
		s += fmt.Sprintf(", %d were found again", l.Found)
	}
	return s
}

func days(d time.Duration) string {
	if n := int(d.Hours() / 24); n != 1 {
		return fmt.Sprintf("%d days", n)
	}
	return "a day"
}

// printNews tells it, a line per feed.
func (a *app) printNews(lines []feedLine, now time.Time) error {
	gap := "\n"
	for i := range lines {
		news := lines[i].news(now)
		if len(news) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(a.stdout, "%s%s: %s\n", gap, printable(lines[i].Feed), strings.Join(news, "; ")); err != nil {
			return err
		}
		gap = ""
	}
	return nil
}
