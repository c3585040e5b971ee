package fetch

import (
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxHubs bounds the hubs of one feed; more than two are rare.
const maxHubs = 10

// addLinks puts what the Link header says of WebSub before what the document says (W3C Recommendation of 2018, section 4).
func (f *Feed) addLinks(got *answer) {
	base, err := url.Parse(got.url)
	if err != nil {
		return
	}
	hubs := linked(got.header, base, "hub")
	for _, hub := range f.Hubs {
		if !slices.Contains(hubs, hub) {
			hubs = append(hubs, hub)
		}
	}
	f.Hubs = hubs[:min(len(hubs), maxHubs)]
	if self := linked(got.header, base, "self"); len(self) > 0 {
		f.Self = self[0]
	}
}

// linked gives the web addresses that a Link header relates to the document in one way (RFC 8288, section 3).
func linked(h http.Header, base *url.URL, rel string) []string {
	var all []string
	for _, value := range h.Values("Link") {
		for link := range linkValues(value) {
			target, rels := splitLink(link)
			if !slices.ContainsFunc(strings.Fields(rels), func(r string) bool { return strings.EqualFold(r, rel) }) || len(target) > maxURL {
				continue
			}
			if u, err := base.Parse(target); err == nil && isWeb(u) && u.User == nil && !slices.Contains(all, u.String()) {
				all = append(all, u.String())
			}
		}
	}
	return all
}

// linkValues cuts a header at its commas, but for those inside <> and quotes.
func linkValues(value string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, end := 0, byte(0)
		for i := range len(value) {
			switch c := value[i]; {
			case end != 0:
				if c == end {
					end = 0
				}
			case c == '<':
				end = '>'
			case c == '"':
				end = '"'
			case c == ',':
				if !yield(value[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(value[start:])
	}
}

// splitLink gives the target of one link and its first rel, which may be several words.
func splitLink(link string) (target, rels string) {
	link, ok := strings.CutPrefix(strings.TrimSpace(link), "<")
	target, params, closed := strings.Cut(link, ">")
	if !ok || !closed {
		return "", ""
	}
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(param, "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.TrimSpace(target), strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return target, ""
}
