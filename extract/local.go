package extract

import (
	"strings"
	"time"

	"dateline/extract/calendar"
)

// local gives a time that was stated in UTC the zone in which the page prints it, so that its day is the reader's: the
// zone is what lies between the two clocks. It does not change when the time was.
func (p *page) local(t time.Time, value string) time.Time {
	if _, offset := t.Zone(); offset != 0 || !zoned(value) || bare(t) {
		return t // at midnight in UTC, a bare day was stated
	}
	for _, s := range p.witnesses() {
		w, ok := calendar.Date(s.value, nil)
		if !ok || !strings.Contains(s.value, ":") && !strings.Contains(s.value, "٫") {
			continue
		}
		if _, offset := w.Zone(); offset != 0 && w.Equal(t) {
			return w
		}
		apart := w.Truncate(time.Minute).Sub(t.Truncate(time.Minute))
		if apart != 0 && apart%(30*time.Minute) == 0 && apart.Abs() <= 14*time.Hour && !zoned(s.value) {
			return t.In(time.FixedZone("", int(apart.Seconds())))
		}
	}
	return p.onDayShown(t)
}

// onDayShown moves a time in UTC to the day that readers see, where they see no clock: by as few hours as that takes.
func (p *page) onDayShown(t time.Time) time.Time {
	hours := 0
	for _, s := range p.shownDates() {
		w, ok := calendar.Date(s.value, nil)
		if !ok || !bare(w) {
			continue
		}
		switch after := t.Sub(w); {
		case after >= 0 && after < 24*time.Hour:
			return t // the day in UTC is shown too
		case after >= 24*time.Hour && after < 36*time.Hour:
			hours = -int(after/time.Hour) + 23
		case after < 0 && after >= -14*time.Hour:
			hours = int((-after + time.Hour - 1) / time.Hour)
		}
	}
	if hours == 0 {
		return t
	}
	return t.In(time.FixedZone(dayShown, hours*3600))
}

// dayShown names a zone that no page prints: it only gives the day that readers see.
const dayShown = "of the day shown"

// zoned says whether a date prints its zone.
func zoned(s string) bool {
	here, _ := calendar.Date(s, time.UTC)
	there, ok := calendar.Date(s, time.FixedZone("", 3600))
	return ok && here.Equal(there)
}

// witnesses are the other places that tell when the article was published, those in machine form first.
func (p *page) witnesses() []stamp {
	var out []stamp
	for _, o := range p.ld {
		out = append(out, stamp{"json-ld", o.text("datePublished")})
	}
	out = append(out, p.publishedSources()...)
	out = append(out, p.vagueSources()...)
	for _, n := range p.survey.times {
		if p.nearTitle(n) {
			out = append(out, stamp{"time", textOf(n)})
		}
	}
	out = append(out, p.shownDates()...)
	return out
}
