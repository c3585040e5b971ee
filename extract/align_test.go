package extract

import (
	"fmt"
	"strings"
	"testing"
)

// TestStructuredTextFindsScatteredParagraphs has a page whose article lies in boxes that nothing joins. Its structured
// data hold all of it in one line; the paragraphs come from the page.
func TestStructuredTextFindsScatteredParagraphs(t *testing.T) {
	var paragraphs, boxes []string
	for i := range 12 {
		p := fmt.Sprintf("In paragraph %d the council of harbour number %d heard what ship %d had carried, and who among its crew of %d had seen the light go out.", i, i*7, i*11, i*13)
		paragraphs = append(paragraphs, p)
		links := strings.Repeat(fmt.Sprintf(`<li><a href="/%d">A headline of another article that somebody may want to read next %d</a></li>`, i, i), 6)
		boxes = append(boxes, fmt.Sprintf(`<div class="box%d"><div><p>%s</p></div><ul>%s</ul></div>`, i, p, links))
	}
	ld := `<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"` + strings.Join(paragraphs, " ") + `"}</script>`
	a := Page([]byte(`<html><head>`+ld+`</head><body>`+strings.Join(boxes, "\n")+`</body></html>`), Source{})
	if want := strings.Join(paragraphs, "\n\n"); a.Text != want {
		t.Errorf("body from %q:\n%s", a.BodyFrom, a.Text)
	}
}

// TestStructuredLeadDoesNotReplaceTheArticle has structured data that stop after the lead.
func TestStructuredLeadDoesNotReplaceTheArticle(t *testing.T) {
	ld := `<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"The harbour of the old town took eleven years to build, and the engineers..."}</script>`
	with, without := Page(articlePage(ld, "", ""), Source{}), Page(articlePage("", "", ""), Source{})
	if with.Text != without.Text || with.BodyFrom != "generic" {
		t.Errorf("body from %q: %q", with.BodyFrom, with.Text)
	}
}
