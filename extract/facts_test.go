package extract

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// facts counts how many pages of a set are right.
type facts struct{ titles, days, minutes, authors, ofTitles, ofDays, ofMinutes, ofAuthors int }

// factFloors are a little under what is reached. The hosts of wcxb and trafilatura are no news agencies, and their gold
// names authors loosely: they are here so that a rule made for the others is seen to hold elsewhere.
var factFloors = map[string]shares{
	"fundus":      {titles: 0.92, days: 0.98, minutes: 0.98, authors: 0.93},
	"dates":       {days: 0.935},
	"wcxb":        {titles: 0.78, days: 0.86, authors: 0.79},
	"trafilatura": {titles: 0.77, days: 0.91, authors: 0.64},
}

type shares struct{ titles, days, minutes, authors float64 }

// TestFacts measures title, date and authors against the corpora, prints what is wrong with -v, and fails under a floor.
func TestFacts(t *testing.T) {
	for set, floor := range factFloors {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			var f facts
			for _, g := range goldOf(t, set) {
				a := Page(htmlOf(t, set, g), Source{URL: g.URL, Fetched: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
				f.check(t, g, a)
			}
			f.report(t, set, floor)
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

func (f *facts) report(t *testing.T, set string, floor shares) {
	for _, c := range []struct {
		what  string
		n, of int
		floor float64
	}{
		{"titles", f.titles, f.ofTitles, floor.titles},
		{"days", f.days, f.ofDays, floor.days},
		{"minutes", f.minutes, f.ofMinutes, floor.minutes},
		{"authors", f.authors, f.ofAuthors, floor.authors},
	} {
		share := float64(c.n) / float64(max(1, c.of))
		t.Logf("%s: %s %.3f of %d", set, c.what, share, c.of)
		if share < c.floor {
			t.Errorf("%s: %s %.3f, want at least %.3f", set, c.what, share, c.floor)
		}
	}
}
