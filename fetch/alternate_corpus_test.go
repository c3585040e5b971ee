package fetch

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// What a plain search finds of feeds that pages declare: tags and attributes as most templates write them.
var (
	linkTag     = regexp.MustCompile(`(?i)<link\s[^<>]*type=["']application/(rss|atom)\+xml["'][^<>]*>`)
	linkHref    = regexp.MustCompile(`(?i)\shref=["']([^"'&#]+)["']`)
	isAlternate = regexp.MustCompile(`(?i)\srel=["']alternate["']`)
	hidden      = regexp.MustCompile(`(?is)<!--.*?-->|<script.*?</script>|<noscript.*?</noscript>|<textarea.*?</textarea>`)
)

// TestAlternatesOfCorpus holds the reader of pages to a plain search of real ones, and prints what they name.
func TestAlternatesOfCorpus(t *testing.T) {
	sites, links, anchors := map[string]bool{}, 0, 0
	for _, set := range []string{"aeb", "fundus"} {
		for _, p := range corpusPages(t, set) {
			at, err := url.Parse(p.URL)
			if err != nil || sites[at.Host] {
				continue
			}
			sites[at.Host] = true
			found := findAlternates(p)
			switch {
			case len(found.links) > 0:
				links++
			case len(found.anchors) > 0:
				anchors++
			}
			if bytes.Contains(bytes.ToLower(p.HTML), []byte("<base")) {
				continue // the search knows no base
			}
			for _, tag := range linkTag.FindAll(hidden.ReplaceAll(p.HTML, nil), -1) {
				href := linkHref.FindSubmatch(tag)
				if href == nil || !isAlternate.Match(tag) {
					continue
				}
				want := absolute(at, string(href[1]))
				if want != "" && !slices.ContainsFunc(found.links, func(l alternate) bool { return l.url == want }) {
					t.Errorf("%s: %s was not found in %s", p.URL, want, tag)
				}
			}
		}
	}
	t.Logf("of %d sites' articles, %d declare feeds and %d link to what looks like one", len(sites), links, anchors)
	if links < 50 || anchors < 25 {
		t.Errorf("%d and %d, want at least 50 and 25", links, anchors)
	}
}

// corpusPages are the pages of a set. Without the corpus the test is skipped.
func corpusPages(t *testing.T, set string) []Page {
	t.Helper()
	dir := filepath.Join("../../shared/corpus", set)
	b, err := os.ReadFile(filepath.Join(dir, "gold.json"))
	if os.IsNotExist(err) {
		t.Skipf("no corpus at %s: nothing measured", dir)
	}
	var rows []struct{ URL, File string }
	if err := json.Unmarshal(b, &rows); err != nil || len(rows) == 0 {
		t.Fatalf("%s: %d rows, %v", dir, len(rows), err)
	}
	var pages []Page
	for _, row := range rows {
		b := must(os.ReadFile(filepath.Join(dir, row.File)))
		pages = append(pages, Page{URL: row.URL, HTML: must(io.ReadAll(must(gzip.NewReader(bytes.NewReader(b)))))})
	}
	return pages
}
