package extract

import (
	"slices"
	"testing"
)

func TestRSL(t *testing.T) {
	for name, c := range map[string]struct {
		head   string
		header map[string][]string
		want   Right
	}{
		"link":   {`<link rel="license" type="application/rsl+xml" href="/license.xml">`, nil, Right{"rsl", "https://news.example/license.xml", "link rel=license"}},
		"header": {"", map[string][]string{"Link": {`</a.css>; rel=preload, <https://news.example/l.xml>; rel="license"; type="application/rsl+xml"`}}, Right{"rsl", "https://news.example/l.xml", "header Link"}},
		"script": {`<script type="application/rsl+xml"><rsl></rsl></script>`, nil, Right{"rsl", "", "script application/rsl+xml"}},
	} {
		a := Page(articlePage(c.head, "", ""), Source{URL: "https://news.example/1", Header: c.header})
		if len(a.Rights) != 1 || a.Rights[0] != c.want || a.License != nil {
			t.Errorf("%s: rights %+v, licence %+v", name, a.Rights, a.License)
		}
	}
}

func TestBinding(t *testing.T) {
	for name, c := range map[string]struct {
		rights []Right
		honour []string
		want   bool
	}{
		"nothing honoured":                     {[]Right{{"noai", "", "meta robots"}}, nil, false},
		"noai":                                 {[]Right{{"noai", "", "meta robots"}}, []string{"noai"}, true},
		"noai for another robot":               {[]Right{{"noai", "otherbot", "header X-Robots-Tag"}}, []string{"noai"}, false},
		"noai for us":                          {[]Right{{"noai", "dateline", "header X-Robots-Tag"}}, []string{"noai"}, true},
		"none is noindex":                      {[]Right{{"none", "", "meta robots"}}, []string{"noindex"}, true},
		"TDM reserved":                         {[]Right{{"tdm-reservation", "1", "tdmrep.json"}}, []string{"tdm-reservation"}, true},
		"the header lifts the file's":          {[]Right{{"tdm-reservation", "1", "tdmrep.json"}, {"tdm-reservation", "0", "header tdm-reservation"}}, []string{"tdm-reservation"}, false},
		"the page reserves against the header": {[]Right{{"tdm-reservation", "1", "meta tdm-reservation"}, {"tdm-reservation", "0", "header tdm-reservation"}}, []string{"tdm-reservation"}, true},
		"an unknown value lifts nothing":       {[]Right{{"tdm-reservation", "maybe", "meta tdm-reservation"}, {"tdm-reservation", "1", "tdmrep.json"}}, []string{"tdm-reservation"}, true},
		"content usage":                        {[]Right{{"content-usage", "search=y, train-ai=n", "robots.txt Content-Usage"}}, []string{"train-ai"}, true},
		"content usage allows":                 {[]Right{{"content-usage", "train-ai=y", "robots.txt Content-Usage"}}, []string{"train-ai"}, false},
		"twice, the stricter":                  {[]Right{{"content-usage", "train-ai=n, train-ai=y", "header Content-Usage"}}, []string{"train-ai"}, true},
		"content signal":                       {[]Right{{"content-signal", "ai-train=no", "robots.txt Content-Signal"}}, []string{"search", "train-ai"}, true},
		"content signal on input":              {[]Right{{"content-signal", "ai-input=no", "robots.txt Content-Signal"}}, []string{"ai-use"}, true},
		"malformed":                            {[]Right{{"content-signal", "ai-train", "robots.txt Content-Signal"}}, []string{"train-ai"}, false},
		"rsl":                                  {[]Right{{"rsl", "", "script"}}, []string{"rsl"}, true},
		"third party":                          {[]Right{{"third-party", "AFP", "byline"}}, []string{"third-party"}, true},
	} {
		r, got := Binding(c.rights, c.honour)
		if got != c.want || got && !slices.Contains(c.rights, r) {
			t.Errorf("%s: got %+v %v", name, r, got)
		}
	}
}

// TestRobotsNames: a directive may name its robot; the parts of a date name none.
func TestRobotsNames(t *testing.T) {
	for value, want := range map[string][]Right{
		"noai":                      {{"noai", "", "header X-Robots-Tag"}},
		"otherbot: noai, noarchive": {{"noai", "otherbot", "header X-Robots-Tag"}, {"noarchive", "otherbot", "header X-Robots-Tag"}},
		"unavailable_after: 25 Jun 2030 15:00:00 GMT, noai":      {{"noai", "", "header X-Robots-Tag"}},
		"unavailable_after: Tue, 25 Jun 2030 15:00:00 GMT, noai": {{"noai", "", "header X-Robots-Tag"}},
		"max-snippet:0, max-image-preview:large":                 {{"nosnippet", "", "header X-Robots-Tag"}},
	} {
		a := Page(articlePage("", "", ""), Source{Header: map[string][]string{"X-Robots-Tag": {value}}})
		if !slices.Equal(a.Rights, want) {
			t.Errorf("%s: %+v", value, a.Rights)
		}
	}
	if a := Page(articlePage(`<meta name="dateline" content="noai">`, "", ""), Source{}); len(a.Rights) != 1 || !a.Rights[0].reserves("noai") {
		t.Errorf("by our name: %+v", a.Rights)
	}
}
