package extract

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// facts counts how many pages of a set are right.
type facts struct{ titles, days, minutes, authors, ofTitles, ofDays, ofMinutes, ofAuthors int }

// TestFacts measures title, date and authors against the corpora, and prints what is wrong with -v.
func TestFacts(t *testing.T) {
	for _, set := range []string{"fundus", "dates", "wcxb", "trafilatura"} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			var f facts
			for _, g := range goldOf(t, set) {
				a := Page(htmlOf(t, set, g), Source{URL: g.URL, Fetched: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
				f.check(t, g, a)
			}
			f.report(t, set)
		})
	}
}

func (f *facts) check(t *testing.T, g gold, a Article) {
	if g.Title != "" {
		f.ofTitles++
		if same(g.Title, a.Title) {
			f.titles++
		} else {
			t.Logf("%s title %q, want %q (%s)", g.ID, a.Title, g.Title, from(a, "title"))
		}
	}
	if g.Authors != nil {
		f.ofAuthors++
		if slices.Equal(folded(g.Authors), folded(a.Authors)) || slices.Equal(folded(splitNames(strings.Join(g.Authors, ", "))), folded(a.Authors)) {
			f.authors++
		} else {
			t.Logf("%s authors %q, want %q (%s)", g.ID, a.Authors, g.Authors, from(a, "authors"))
		}
	}
	if len(g.Published) < len(time.DateOnly) {
		return
	}
	f.ofDays++
	want, clock := goldTime(t, g.Published)
	got := a.Published // a bare day of the gold is the one that the page prints
	if clock {
		got = got.In(want.Location())
	}
	if got.Format(time.DateOnly) == want.Format(time.DateOnly) {
		f.days++
	} else {
		t.Logf("%s day %v, want %v (%s)", g.ID, got, want, from(a, "published"))
	}
	if clock {
		f.ofMinutes++
		if a.Published.Truncate(time.Minute).Equal(want.Truncate(time.Minute)) {
			f.minutes++
		} else {
			t.Logf("%s minute %v, want %v (%s)", g.ID, a.Published, want, from(a, "published"))
		}
	}
}

// goldTime reads a date of a corpus, and says whether it has a time of day.
func goldTime(t *testing.T, s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if v, err := time.Parse(layout, s); err == nil {
			return v, true
		}
	}
	v, err := time.Parse(time.DateOnly, s[:min(10, len(s))])
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return v, false
}

func folded(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, letters(n))
	}
	slices.Sort(out)
	return out
}

func from(a Article, field string) string {
	var out []string
	for _, f := range a.Findings {
		if f.Field == field {
			out = append(out, f.From)
		}
	}
	return strings.Join(out, ", ")
}

func (f *facts) report(t *testing.T, set string) {
	share := func(n, of int) float64 { return float64(n) / float64(max(1, of)) }
	t.Logf("%s: titles %.3f of %d, days %.3f of %d, minutes %.3f of %d, authors %.3f of %d", set, share(f.titles, f.ofTitles), f.ofTitles,
		share(f.days, f.ofDays), f.ofDays, share(f.minutes, f.ofMinutes), f.ofMinutes, share(f.authors, f.ofAuthors), f.ofAuthors)
}
