package extract

import (
	"slices"
	"strings"
)

const maxRights = 50

// findRights lists what the publisher reserves or permits beside the licence: robots directives, the TDM Reservation
// Protocol (W3C community group, 2024), Content-Usage (IETF aipref) and Really Simple Licensing (RSL 1.0).
func (p *page) findRights() {
	for _, name := range []string{"robots", "dateline", "googlebot", "googlebot-news"} {
		for _, v := range p.survey.metaAll(name) {
			p.robots("meta "+name, strings.TrimPrefix(name, "robots"), v)
		}
	}
	for _, v := range p.src.Header["X-Robots-Tag"] {
		p.robots("header X-Robots-Tag", "", v)
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
	p.findRSL()
}

// findRSL notes the terms of RSL 1.0 that a page or its headers link to, or hold.
func (p *page) findRSL() {
	for _, n := range p.survey.terms {
		if attr(n, "type") == rslType {
			p.addRight(Right{Name: "rsl", Value: p.absolute(attr(n, "href")), Evidence: "link rel=license"})
		}
	}
	for _, link := range p.headerLinks() {
		if address, ok := strings.CutPrefix(link, "<"); ok && strings.Contains(link, rslType) {
			address, _, _ = strings.Cut(address, ">")
			p.addRight(Right{Name: "rsl", Value: p.absolute(address), Evidence: "header Link"})
		}
	}
	if p.survey.rsl {
		p.addRight(Right{Name: "rsl", Evidence: "script " + rslType})
	}
}

// headerLinks are the links of the HTTP header Link, each with its parameters.
func (p *page) headerLinks() []string {
	var out []string
	for _, v := range p.src.Header["Link"] {
		for _, link := range strings.Split(clip(v, 8192), ",") {
			out = append(out, strings.TrimSpace(link))
		}
	}
	return out
}

const rslType = "application/rsl+xml"

// Reservations are the names that [Binding] knows: what an operator may decide to be bound by.
var Reservations = []string{"noai", "noindex", "noarchive", "nosnippet", tdmReservation, "train-ai", "ai-use", "search", "rsl", allReserved, thirdParty}

// Binding finds the right that reserves one of the uses named; each name is one of [Reservations]. Of several statements
// on one use the most restrictive counts, but for tdm-reservation, where the page goes before the header, and the
// header before the site's file.
func Binding(rights []Right, honour []string) (Right, bool) {
	for _, name := range honour {
		for _, r := range rights {
			if name == tdmReservation {
				r = strongestTDM(rights)
			}
			if r.reserves(name) {
				return r, true
			}
		}
	}
	return Right{}, false
}

const tdmReservation = "tdm-reservation"

func strongestTDM(rights []Right) (best Right) {
	for _, r := range rights {
		if r.Name == tdmReservation && tdmRank(r) > tdmRank(best) {
			best = r
		}
	}
	return best
}

func tdmRank(r Right) int {
	switch {
	case r.Value != "0" && r.Value != "1":
		return 0 // says nothing
	case strings.HasPrefix(r.Evidence, "meta"):
		return 3
	case strings.HasPrefix(r.Evidence, "header"):
		return 2
	}
	return 1
}

// reserves says whether a right forbids a use. A robots directive that names another robot forbids nothing here, and what
// is unknown is not forbidden.
func (r Right) reserves(use string) bool {
	switch r.Name {
	case "none":
		return use == "noindex" && addressed(r.Value)
	case "noai", "noindex", "noarchive", "nosnippet":
		return use == r.Name && addressed(r.Value)
	case tdmReservation:
		return use == r.Name && r.Value == "1"
	case "content-usage":
		return preference(r.Value, use) == "n"
	case "content-signal":
		return preference(r.Value, map[string]string{"train-ai": "ai-train", "ai-use": "ai-input", "search": "search"}[use]) == "no"
	}
	return use == r.Name
}

// addressed says whether a robots directive is for everybody or for dateline.
func addressed(agent string) bool { return agent == "" || agent == "*" || agent == "dateline" }

// preference reads one key of a list such as "train-ai=n, search=y"; of several the most restrictive.
func preference(list, key string) string {
	found := ""
	for _, part := range strings.Split(list, ",") {
		k, v, ok := strings.Cut(strings.ToLower(strings.TrimSpace(part)), "=")
		if v, _, _ = strings.Cut(v, ";"); ok && strings.TrimSpace(k) == key && found != "n" && found != "no" {
			found = strings.TrimSpace(v)
		}
	}
	return found
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
func (p *page) robots(evidence, agent, value string) {
	reserved := []string{"noai", "noimageai", "noindex", "noarchive", "nosnippet", "none"}
	for _, d := range strings.FieldsFunc(strings.ToLower(clip(value, 4096)), func(r rune) bool { return r == ',' || r == ';' }) {
		name, rest, ok := strings.Cut(strings.TrimSpace(d), ":")
		if name = strings.TrimSpace(name); ok && !strings.Contains(name, " ") && !strings.HasPrefix(name, "max-") && name != "unavailable_after" {
			agent, d = name, rest // holds for all that follows; the words of a date are no robot
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
