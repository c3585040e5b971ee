package extract

import (
	"slices"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	page := articlePage("", `<ul class="share"><li><a href="#">Share on Telegram</a></li></ul><p>`+mehr+`</p>`, `<footer><p>About us</p></footer>`)
	src := Source{URL: "https://news.example/1", Rules: Rules{Body: ".gone"}}
	e := Explain(page, src)
	if e.Article.Text != Page(page, src).Text || e.Article.License == nil {
		t.Errorf("another article: %+v", e.Article)
	}
	if len(e.Candidates) < 3 || e.Candidates[0].Detail != ".gone matches nothing" || e.Candidates[0].Chosen {
		t.Errorf("candidates %+v", e.Candidates)
	}
	chosen := 0
	for _, c := range e.Candidates {
		if c.Chosen {
			chosen++
			if c.From != "generic" || c.Letters == 0 || c.Confidence <= 0.5 {
				t.Errorf("chosen: %+v", c)
			}
		}
	}
	if chosen != 1 {
		t.Errorf("%d are chosen", chosen)
	}
	for text, want := range map[string]struct {
		kept bool
		why  string
	}{
		"The harbour opens": {false, "the headline"},
		"Share on Telegram": {false, "100 % links"},
		"About us":          {false, "named as furniture"},
		"The harbour of the old town took eleven years to build, and the engineers who drew it never saw it open.": {true, "in the heaviest element"},
		mehr: {false, "speaks of rights"},
	} {
		i := slices.IndexFunc(e.Blocks, func(v Verdict) bool { return v.Text == text })
		if i < 0 {
			t.Errorf("%q: not told", text)
			continue
		}
		if v := e.Blocks[i]; v.Kept != want.kept || !strings.Contains(strings.Join(v.Why, ", "), want.why) || text != mehr && v.Kept != (v.Probability >= 0.5) {
			t.Errorf("%q: %+v", text, v)
		}
	}
}

// TestExplainLicence: a line that was taken for text and taken out again says why.
func TestExplainLicence(t *testing.T) {
	page := []byte(`<html><body><div class="b">` + prose + `<p>` + mehr + `</p></div></body></html>`)
	e := Explain(page, Source{Rules: Rules{Body: ".b p"}})
	v := e.Blocks[len(e.Blocks)-1]
	if v.Text != mehr || v.Kept || !slices.Contains(v.Why, "a licence or signature") {
		t.Errorf("got %+v", v)
	}
}

func TestJudge(t *testing.T) {
	of := func(id, scope, status string) *License {
		l := LicenseByID(id)
		l.Scope, l.Status = scope, status
		return l
	}
	for name, c := range map[string]struct {
		a, b         *License
		spdx, status string
	}{
		"nothing":                {nil, nil, "", ""},
		"one":                    {nil, of("CC-BY-4.0", "page", "verified"), "CC-BY-4.0", "verified"},
		"asserted and verified":  {of("CC-BY-4.0", "agency", "asserted"), of("CC-BY-4.0", "site", "verified"), "CC-BY-4.0", "verified"},
		"version from the other": {of("LicenseRef-cc-by", "page", "verified"), of("CC-BY-4.0", "agency", "asserted"), "CC-BY-4.0", "verified"},
		"another version":        {of("CC-BY-3.0", "feed", "verified"), of("CC-BY-4.0", "site", "verified"), "CC-BY-3.0", "conflict"},
		"in conflict already":    {of("CC-BY-4.0", "feed", "verified"), of("CC-BY-4.0", "site", "conflict"), "CC-BY-4.0", "conflict"},
		"the page narrows":       {of("CC-BY-4.0", "feed", "verified"), of("CC-BY-NC-4.0", "page", "verified"), "CC-BY-NC-4.0", "verified"},
		"the page is wider":      {of("CC-BY-NC-4.0", "feed", "verified"), of("CC-BY-4.0", "page", "verified"), "CC-BY-NC-4.0", "conflict"},
		"the item over the site": {of("CC-BY-4.0", "item", "verified"), of("CC-BY-NC-4.0", "site", "verified"), "CC-BY-4.0", "verified"},
		"beyond the table":       {of("MIT", "agency", "asserted"), of("MIT", "page", "verified"), "MIT", "verified"},
	} {
		got := Judge(c.a, c.b)
		if got == nil {
			got = &License{}
		}
		if got.SPDX != c.spdx || got.Status != c.status {
			t.Errorf("%s: %+v", name, *got)
		}
	}
	if !Reserved([]Right{{Name: "all-rights-reserved"}}) || Reserved([]Right{{Name: "noai"}}) || !Credited([]Right{{Name: "third-party"}}) || Credited(nil) {
		t.Error("the rights are not told apart")
	}
}
