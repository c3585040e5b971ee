package extract

import (
	"strings"
	"testing"
)

// judged makes blocks of a page with the probabilities given, in reading order.
func judged(t *testing.T, htm string, odds ...float64) []*block {
	t.Helper()
	blocks := newPage([]byte(htm), Source{}).survey.blocks
	if len(blocks) != len(odds) {
		t.Fatalf("%d blocks, %d probabilities", len(blocks), len(odds))
	}
	for i, b := range blocks {
		b.odds = odds[i]
	}
	return blocks
}

func texts(blocks []*block) string {
	var out []string
	for _, b := range blocks {
		out = append(out, b.text)
	}
	return strings.Join(out, " ")
}

func TestThreshold(t *testing.T) {
	page := strings.Repeat(`<p>`+strings.Repeat("word ", 10), 4)
	if got := threshold(judged(t, page, 0.99, 0.98, 0.97, 0.02)); got != sure {
		t.Errorf("a clear page: %.2f", got)
	}
	if got := threshold(judged(t, page, 0.6, 0.3, 0.3, 0.3)); got > 0.3 || got < 0.2 {
		t.Errorf("a page of which little is sure: %.2f", got)
	}
	if got := threshold(judged(t, page, 0.4, 0.3, 0.3, 0.3)); got != sure {
		t.Errorf("a page without an article: %.2f", got)
	}
}

func TestCore(t *testing.T) {
	const page = `<p>lead</p><div><div><p>one one one one</p><p>two two two two</p></div><p>three</p></div><div><p>teaser</p><p>certain</p></div>`
	for want, odds := range map[string][]float64{
		"lead one one one one two two two two certain":              {0.6, 0.9, 0.9, 0.9, 0.9, 0.97},
		"lead one one one one two two two two three teaser certain": {0.6, 0.9, 0.9, 0.96, 0.96, 0.97},
	} {
		if got := texts(core(judged(t, page, odds...))); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := core(nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestBetween(t *testing.T) {
	const page = `<div><p>one</p><h2>heading</h2><p>two</p></div><div><p>apart</p></div><p>three</p>`
	all := judged(t, page, 0.9, 0.3, 0.9, 0.3, 0.9)
	taken := []*block{all[0], all[2], all[4]}
	if got := texts(between(all, taken)); got != "one heading two three" {
		t.Errorf("got %q", got)
	}
	all[2].odds = 0.6 // not sure enough to vouch for another
	if got := texts(between(all, taken)); got != "one two three" {
		t.Errorf("beside a doubtful block: %q", got)
	}
	all[2].odds, all[1].odds = 0.9, 0.1
	if got := texts(between(all, taken)); got != "one two three" {
		t.Errorf("too unlikely: %q", got)
	}
}

func TestShouts(t *testing.T) {
	for page, want := range map[string]bool{
		`<p><a href="/x">READ MORE ON HARBOUR NEWS BY CLICKING HERE</a></p>`: true,
		`<p><a href="/x">ПОДПИШИТЕСЬ НА НАШИ НОВОСТИ</a></p>`:                true,
		`<p>THE HARBOUR OPENS ON MONDAY MORNING</p>`:                         false,
		`<p><a href="/x">The harbour opens on Monday morning</a></p>`:        false,
		`<p><a href="/x">NATO AND EU</a></p>`:                                false,
	} {
		if got := shouts(judged(t, page, 1)[0]); got != want {
			t.Errorf("%s: %v", page, got)
		}
	}
}

func TestTablesFollow(t *testing.T) {
	const page = `<div><p>The standings:</p><table><tr><td>Ann</td><td>12</td></tr></table><p>after</p></div><table><tr><td>layout</td></tr></table>`
	all := judged(t, page, 0.9, 0.2, 0.15, 0.2, 0.3)
	if got := texts(tables(all, all[:1])); got != "The standings: Ann 12" {
		t.Errorf("got %q", got)
	}
	all[1].odds, all[2].odds = 0.05, 0.02
	if got := texts(tables(all, all[:1])); got != "The standings:" {
		t.Errorf("an unlikely table: %q", got)
	}
}
