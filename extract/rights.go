package extract

import (
	"slices"
	"strings"
)

const maxRights = 50

// findRights lists what the publisher reserves or permits beside the licence: robots directives, the TDM Reservation
// Protocol (W3C community group, 2024) and Content-Usage (IETF aipref).
func (p *page) findRights() {
	for _, name := range []string{"robots", "googlebot", "googlebot-news"} {
		for _, v := range p.survey.metaAll(name) {
			p.robots("meta "+name, v)
		}
	}
	for _, v := range p.src.Header["X-Robots-Tag"] {
		p.robots("header X-Robots-Tag", v)
	}
	for _, name := range []string{"tdm-reservation", "tdm-policy"} {
		if v := p.tdm(name); v != "" {
			p.addRight(Right{Name: name, Value: v, Evidence: "header " + name})
		}
		for _, v := range p.survey.metaAll(name) {
			p.addRight(Right{Name: name, Value: v, Evidence: "meta " + name})
		}
	}
	for _, v := range p.src.Header["Content-Usage"] {
		p.addRight(Right{Name: "content-usage", Value: v, Evidence: "header Content-Usage"})
	}
}

// tdm reads a header whose canonical MIME form is unlike its printed one.
func (p *page) tdm(name string) string {
	for key, v := range p.src.Header {
		if strings.EqualFold(key, name) && len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// robots keeps the directives that reserve something. A header may name a robot first ("bot: noindex").
func (p *page) robots(evidence, value string) {
	reserved := []string{"noai", "noimageai", "noindex", "noarchive", "nosnippet", "none"}
	agent := "" // holds for all that follows it
	for _, d := range strings.FieldsFunc(strings.ToLower(clip(value, 4096)), func(r rune) bool { return r == ',' || r == ';' }) {
		if i := strings.LastIndex(d, ":"); i >= 0 && !strings.HasPrefix(strings.TrimSpace(d), "max-") {
			agent, d = strings.TrimSpace(d[:i]), d[i+1:]
		}
		if d = strings.TrimSpace(d); d == "max-snippet:0" {
			d = "nosnippet"
		}
		if slices.Contains(reserved, d) {
			p.addRight(Right{Name: d, Value: agent, Evidence: evidence})
		}
	}
}

func (p *page) addRight(r Right) {
	r.Value = clip(collapse(r.Value), 1000)
	if slices.Contains(p.article.Rights, r) || len(p.article.Rights) >= maxRights {
		return
	}
	p.article.Rights = append(p.article.Rights, r)
	p.note("rights", r.Evidence, strings.TrimSpace(r.Name+" "+r.Value))
}
