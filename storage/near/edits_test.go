package near_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/storage"
	"dateline/storage/near"
)

const corpus = "../../../shared/corpus"

// article is a real one, cut up for comparing.
type article struct {
	id, text string
	cut      near.Text
	sketch   near.Sketch
}

func newArticle(id, text string) article {
	cut := near.New(storage.Normalize(text))
	return article{id, text, cut, cut.Sketch()}
}

// likeness is what dateline makes of two articles: looked at only if their sketches resemble each other.
func likeness(a, b article) near.Likeness {
	if !a.sketch.Resembles(&b.sketch) {
		return near.Likeness{}
	}
	return near.Judge(a.cut, b.cut)
}

// articles reads the bodies of a corpus that are long enough to be cut in half.
func articles(t testing.TB, name string) (all []article) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(corpus, name, "gold.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no corpus: %v", err)
	}
	var rows []struct{ ID, URL, Text string }
	if err == nil {
		err = json.Unmarshal(b, &rows)
	}
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows {
		address := strings.TrimRight(r.URL, "/") // some corpora have a page twice
		if words := strings.Fields(r.Text); len(words) >= 120 && !seen[address] {
			seen[address] = true
			all = append(all, newArticle(r.ID, r.Text))
		}
	}
	if len(all) < 50 {
		t.Fatalf("%s: %d articles", name, len(all))
	}
	return all
}

// desk edits dispatches as agencies' clients do.
type desk struct {
	rnd   *rand.Rand
	words []string  // of all articles
	all   []article // to take paragraphs from
}

func newDesk(all []article) desk {
	d := desk{rnd: rand.New(rand.NewPCG(7, 7)), all: all}
	for _, a := range all {
		d.words = append(d.words, strings.Fields(a.text)...)
	}
	return d
}

// edit is a way to edit, and how much of the text it touches.
type edit struct {
	name  string
	share float64
	apply func(d desk, text string) string
}

// edits are those of shared/tools/wire_variants.py, which measures the same.
var edits = []edit{
	{"signed", 0, func(d desk, s string) string { return d.signed(s) }},
	{"paragraphs reordered", 0, func(d desk, s string) string { return d.reordered(s) }},
	{"5 % of the words changed", 0.05, func(d desk, s string) string { return d.changed(s, 0.05) }},
	{"10 % changed", 0.1, func(d desk, s string) string { return d.changed(s, 0.1) }},
	{"20 % changed", 0.2, func(d desk, s string) string { return d.changed(s, 0.2) }},
	{"last 30 % cut", 0.3, func(d desk, s string) string { return d.cut(s, 0.3) }},
	{"30 % added", 0.3, func(d desk, s string) string { return d.added(s, 0.3) }},
	{"30 % cut, signed, 5 % changed", 0.3, func(d desk, s string) string { return d.signed(d.changed(d.cut(s, 0.3), 0.05)) }},
	{"last 50 % cut", 0.5, func(d desk, s string) string { return d.cut(s, 0.5) }},
	{"50 % cut, 30 % added, 10 % changed", 0.5, func(d desk, s string) string { return d.added(d.changed(d.cut(s, 0.5), 0.1), 0.3) }},
}

func paragraphs(text string) (all []string) {
	for p := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(p) != "" {
			all = append(all, p)
		}
	}
	return all
}

func (d desk) signed(text string) string {
	return "GENEVA, Nov 3 (Lantern) - " + text + "\n\nWritten by A. Mara; edited by B. Finch. All rights reserved by Lantern, 2026."
}

func (d desk) cut(text string, share float64) string {
	p := paragraphs(text)
	if len(p) < 3 {
		w := strings.Fields(text)
		return strings.Join(w[:int(float64(len(w))*(1-share))], " ")
	}
	return strings.Join(p[:max(1, int(float64(len(p))*(1-share)))], "\n")
}

func (d desk) added(text string, share float64) string {
	other := strings.Fields(d.all[d.rnd.IntN(len(d.all))].text)
	n := int(float64(len(strings.Fields(text))) * share)
	return text + "\n" + strings.Join(other[:min(n, len(other))], " ")
}

func (d desk) changed(text string, share float64) string {
	w := strings.Fields(text)
	for i := range w {
		if d.rnd.Float64() < share {
			w[i] = d.words[d.rnd.IntN(len(d.words))]
		}
	}
	return strings.Join(w, " ")
}

func (d desk) reordered(text string) string {
	p := paragraphs(text)
	if len(p) > 1 {
		d.rnd.Shuffle(len(p)-1, func(i, j int) { p[1+i], p[1+j] = p[1+j], p[1+i] })
	}
	return strings.Join(p, "\n")
}
