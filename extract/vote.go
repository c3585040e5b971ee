package extract

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/html/atom"

	"dateline/extract/calendar"
)

// dayVotes are the places that agree on a day: how many kinds of them, and the stamp that says most.
type dayVotes struct {
	day   string
	kinds []string
	at    time.Time
	stamp stamp
}

// outvote follows two kinds of places that agree on another day than the first source, if that is not the day of the
// revision: templates fill the structured data with the day on which the page was made.
func (p *page) outvote() {
	first := p.article.Published
	if first.IsZero() {
		return
	}
	mine := 1
	for _, v := range p.votes() {
		apart := v.at.Sub(first).Abs()
		switch {
		case v.day == first.UTC().Format(time.DateOnly) || v.day == first.Format(time.DateOnly):
			mine = max(mine, len(v.kinds))
		case apart < 24*time.Hour, bare(v.at) && apart < 38*time.Hour: // the same day elsewhere
		case len(v.kinds) > mine && v.day != p.article.Updated.Format(time.DateOnly):
			p.setPublished(v.at, v.stamp)
			return
		}
	}
}

// votes lists the days that the page states, in the order in which they are met.
func (p *page) votes() []*dayVotes {
	var out []*dayVotes
	for _, s := range slices.Concat(p.publishedSources(), p.vagueSources(), p.shownDates()) {
		t, ok := calendar.Date(s.value, p.src.Zone)
		if !ok || !p.plausible(t) {
			continue
		}
		day := t.Format(time.DateOnly)
		i := slices.IndexFunc(out, func(v *dayVotes) bool { return v.day == day })
		if i < 0 {
			i = len(out)
			out = append(out, &dayVotes{day: day, at: t, stamp: s})
		}
		v := out[i]
		if kind, _, _ := strings.Cut(s.from, " "); !slices.Contains(v.kinds, kind) {
			v.kinds = append(v.kinds, kind)
		}
		if bare(v.at) && !bare(t) {
			v.at, v.stamp = t, s
		}
	}
	return out
}

// bare says whether a time is a day only.
func bare(t time.Time) bool { return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 }

// shownDates are the dates that readers see about the headline.
func (p *page) shownDates() []stamp {
	if p.shown != nil {
		return p.shown
	}
	p.shown = []stamp{}
	for _, b := range p.aboutTitle() {
		if len(b.text) > maxByline || !mayDate(b) {
			continue
		}
		for _, window := range p.dateWindows(calendar.Digits(b.text)) {
			if _, ok := calendar.Date(window, nil); ok {
				p.shown = append(p.shown, stamp{"shown", window})
			}
		}
	}
	return p.shown
}

// mayDate says whether a block about the headline can date the article.
func mayDate(b *block) bool {
	digits := 0
	for _, r := range b.text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits >= 3 && !heading(b.tag) && !within(b.node, atom.Figcaption, atom.Aside, atom.Nav)
}
