package extract

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"
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
	if racing && set != "aeb" {
		t.Skipf("%s: measured without the race detector, which would take minutes", set)
	}
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

// TestCorpus prints how well bodies are found, as the corpus's scorer counts, and how long that takes; with -v also the
// worst pages. The model was made of these very pages: what it does on sites that it has not seen is told by
// cross-validation (TestTrain with -train), and is about a hundredth less. The floors keep the code from getting worse.
func TestCorpus(t *testing.T) {
	for _, row := range []struct {
		set   string
		floor float64 // F1
	}{{"aeb", 0.972}, {"fundus", 0.955}, {"wcxb", 0.950}} {
		t.Run(row.set, func(t *testing.T) {
			sum, worst := score(t, row.set)
			ratio := "not measured under the race detector"
			if !racing {
				r := timed(t, row.set)
				ratio = fmt.Sprintf("time %.2f × html.Parse", r)
				if r > 2.3 {
					t.Errorf("%s takes %.2f times html.Parse, want at most 2.3", row.set, r)
				}
			}
			t.Logf("%-6s %v, %s", row.set, sum, ratio)
			for _, w := range worst[:min(12, len(worst))] {
				t.Log(w)
			}
			if sum.f1() < row.floor {
				t.Errorf("%s: F1 %.4f, want at least %.3f", row.set, sum.f1(), row.floor)
			}
		})
	}
}

// score adds up a set, and tells its pages, the worst first.
func score(t *testing.T, set string) (*tallied, []string) {
	t.Helper()
	sum := &tallied{}
	var worst []string
	for _, g := range goldOf(t, set) {
		if g.Text == "" {
			continue
		}
		a := Page(htmlOf(t, set, g), Source{URL: g.URL})
		if a.Text == "" {
			t.Errorf("%s %s: no text", set, g.ID)
		}
		sum.add(g.Text, a.Text)
		f, extra, missing := f1(g.Text, a.Text)
		worst = append(worst, fmt.Sprintf("%.3f %s by %s, confidence %.2f: extra %.2f missing %.2f", f, g.ID, a.BodyFrom, a.Confidence, extra, missing))
	}
	slices.Sort(worst)
	return sum, worst
}

// timed is the time of Page as a multiple of that of html.Parse of the same bytes, page by page in turn and on one core: the
// best of three passes, since whatever else the machine does only adds to it.
func timed(t *testing.T, set string) float64 {
	t.Helper()
	var pages [][]byte
	for _, g := range goldOf(t, set)[:80] {
		pages = append(pages, htmlOf(t, set, g))
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	best := math.Inf(1)
	for range 3 {
		var parse, page time.Duration
		for _, h := range pages {
			start := time.Now()
			if _, err := html.Parse(bytes.NewReader(h)); err != nil {
				continue
			}
			middle := time.Now()
			Page(h, Source{URL: "https://news.example/a"})
			parse += middle.Sub(start)
			page += time.Since(middle)
		}
		best = min(best, float64(page)/float64(parse))
	}
	return best
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
