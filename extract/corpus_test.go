package extract

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// gold is a row of a corpus: the page and what a person found on it.
type gold struct {
	ID, URL, File, Text, Title, Published, License string
	With, Without                                  []string
	Authors                                        people
}

const corpus = "../../shared/corpus"

// goldOf reads a corpus, or skips the test where there is none.
func goldOf(t testing.TB, set string) []gold {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(corpus, set, "gold.json"))
	if os.IsNotExist(err) {
		t.Skipf("no corpus at %s: nothing measured", corpus)
	}
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.ReplaceAll(b, []byte(": NaN"), []byte(": null")) // as Python writes what is not there
	var rows []gold
	if err := json.Unmarshal(b, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		t.Fatalf("the corpus %q is empty", set)
	}
	return rows
}

func htmlOf(t testing.TB, set string, g gold) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus, set, g.File))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tokens cuts as the score does: words, and single characters of unspaced scripts.
func tokens(s string) []string {
	var out []string
	start := -1
	end := func(i int) {
		if start >= 0 {
			out = append(out, s[start:i])
			start = -1
		}
	}
	for i, r := range s {
		one := r >= 0x3040 && r <= 0x30ff || r >= 0x3400 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7af || r >= 0x0e00 && r <= 0x0e7f
		word := unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_'
		if one || !word {
			end(i)
		}
		if one {
			out = append(out, string(r))
		} else if word && start < 0 {
			start = i
		}
	}
	end(len(s))
	return out
}

func counted(s string) map[string]int {
	t := tokens(s)
	m := map[string]int{}
	if len(t) > 0 && len(t) < 4 {
		m[strings.Join(t, " ")]++
	}
	for i := 0; i+4 <= len(t); i++ {
		m[strings.Join(t[i:i+4], " ")]++
	}
	return m
}

// f1 is the agreement of two texts in runs of four words.
func f1(want, got string) (score, extra, missing float64) {
	g, p := counted(want), counted(got)
	var tp, fp, fn int
	for s, n := range g {
		tp += min(n, p[s])
		fn += max(0, n-p[s])
	}
	for s, n := range p {
		fp += max(0, n-g[s])
	}
	if tp+fp+fn == 0 {
		return 1, 0, 0
	}
	all := float64(tp + fp + fn)
	return 2 * float64(tp) / float64(2*tp+fp+fn), float64(fp) / all, float64(fn) / all
}

type scored struct {
	id                    string
	f1, extra, missing    float64
	article               Article
	from                  string
	titleRight, dateRight bool
}

func score(t *testing.T, set string) (mean float64, all []scored) {
	t.Helper()
	for _, g := range goldOf(t, set) {
		a := Page(htmlOf(t, set, g), Source{URL: g.URL})
		if a.Text == "" {
			t.Errorf("%s %s: no text", set, g.ID)
		}
		if g.Text == "" {
			continue
		}
		s := scored{id: g.ID, article: a, from: a.BodyFrom}
		s.f1, s.extra, s.missing = f1(g.Text, a.Text)
		s.titleRight = same(g.Title, a.Title)
		s.dateRight = len(g.Published) >= 10 && sameDay(g.Published, a.Published)
		mean += s.f1
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b scored) int {
		if a.f1 < b.f1 {
			return -1
		}
		return 1
	})
	return mean / float64(len(all)), all
}

// sameDay compares days with the tolerance that zones need.
func sameDay(gold string, got time.Time) bool {
	want, err := time.Parse("2006-01-02", gold[:10])
	return err == nil && got.Sub(want).Abs() < 36*time.Hour
}

func TestCorpus(t *testing.T) {
	floors := map[string]float64{"aeb": 0.953, "fundus": 0.934}
	for _, set := range []string{"aeb", "fundus"} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			report(t, set, floors[set])
		})
	}
}

// report prints the worst pages of a set and fails under its floor.
func report(t *testing.T, set string, floor float64) {
	mean, all := score(t, set)
	titles, dates := 0, 0
	for i, s := range all {
		if i < 12 {
			t.Logf("%.3f %s by %s: extra %.2f missing %.2f", s.f1, s.id, s.from, s.extra, s.missing)
		}
		if s.titleRight {
			titles++
		}
		if s.dateRight {
			dates++
		}
	}
	t.Logf("%s: F1 %.4f on %d pages, titles %d, days %d", set, mean, len(all), titles, dates)
	if mean < floor {
		t.Errorf("%s: F1 %.4f, want at least %.2f", set, mean, floor)
	}
}

// people are names, of which a corpus gives some in several spellings: the first counts.
type people []string

func (p *people) UnmarshalJSON(b []byte) error {
	var all []any
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	for _, a := range all {
		switch a := a.(type) {
		case string:
			*p = append(*p, a)
		case []any:
			if len(a) > 0 {
				*p = append(*p, a[0].(string))
			}
		}
	}
	return nil
}
