package fetch

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"dateline/fetch/fetchtest"
)

// Polls and files keep within the limits on a document, whatever its format.
func TestDocumentLimits(t *testing.T) {
	const item, entry, object, page = "<item><title>T</title></item>", "<entry><title>T</title></entry>", `{"title":"T"}`, "<url><loc>http://h.example/</loc></url>"
	deep := strings.Repeat("<a>", 9) + strings.Repeat("</a>", 9)
	web := fetchtest.New(t, "")
	for _, c := range []struct {
		name, body string
		limits     Limits
		entries    int // that are kept; -1: the document is refused
		dropped    int
		title      string // of the last
	}{
		{"entries of RSS", "<rss><channel>" + strings.Repeat(item, 5) + "</channel></rss>", Limits{Entries: 3}, 3, 2, "T"},
		{"entries of Atom", "<feed>" + strings.Repeat(entry, 5) + "</feed>", Limits{Entries: 3}, 3, 2, "T"},
		{"entries of JSON", `{"items":[` + strings.Repeat(object+",", 4) + object + "]}", Limits{Entries: 3}, 3, 2, "T"},
		{"entries of a sitemap", "<urlset>" + strings.Repeat(page, 5) + "</urlset>", Limits{Entries: 3}, 3, 2, ""},
		{"more than by default", "<rss><channel>" + strings.Repeat(item, 1500) + "</channel></rss>", Limits{Entries: 2000}, 1500, 0, "T"},
		{"depth of RSS", "<rss><channel><item><title>T</title>" + deep + "</item></channel></rss>", Limits{Depth: 10}, -1, 0, ""},
		{"depth that is allowed", "<rss><channel><item><title>T</title>" + deep + "</item></channel></rss>", Limits{Depth: 12}, 1, 0, "T"},
		{"depth of JSON", `{"items":[{"title":"T","_x":` + strings.Repeat(`{"a":`, 9) + "1" + strings.Repeat("}", 9) + "}]}", Limits{Depth: 10}, -1, 0, ""},
		{"depth of a sitemap", "<urlset><url><loc>http://h.example/</loc>" + deep + "</url></urlset>", Limits{Depth: 10}, -1, 0, ""},
		{"elements of an entry", "<rss><channel><item>" + strings.Repeat("<a/>", 9) + "<title>T</title></item>" + item + "</channel></rss>", Limits{Elements: 8}, 2, 0, "T"},
		{"elements of all", "<rss><channel>" + strings.Repeat(item, 5) + "</channel></rss>", Limits{AllElements: 6}, 2, 3, "T"},
		{"a text", "<rss><channel><item><title>" + strings.Repeat("T", 99) + "</title></item></channel></rss>", Limits{Text: 4}, 1, 0, "TTTT"},
	} {
		web.Handle("h.example", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(c.body)) }))
		polled, pollErr := New(Options{Dial: web.Dial, HostInterval: -1, Limits: c.limits}).Poll(t.Context(), "http://h.example/", Validators{})
		parsed, parseErr := c.limits.ParseFeed([]byte(c.body), "", "")
		for how, got := range map[string]struct {
			f   Feed
			err error
		}{"polled": {polled, pollErr}, "parsed": {parsed, parseErr}} {
			n := len(got.f.Entries)
			switch {
			case c.entries < 0 && !errors.Is(got.err, errDepth):
				t.Errorf("%s, %s: %v, want %v", c.name, how, got.err, errDepth)
			case c.entries >= 0 && (got.err != nil || n != c.entries || got.f.Dropped != c.dropped || got.f.Entries[n-1].Title != c.title):
				t.Errorf("%s, %s: %d entries, %d dropped, %v: %.200v", c.name, how, n, got.f.Dropped, got.err, got.f.Entries)
			}
		}
	}
}
