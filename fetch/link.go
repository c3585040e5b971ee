package fetch

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxHubs bounds the hubs of one feed; more than two are rare.
const maxHubs = 10

// maxLinks bounds what is read of one answer's Link headers.
const maxLinks = 100

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
	for _, l := range parseLinks(h.Values("Link")) {
		rels := strings.Fields(l.params["rel"])
		if !slices.ContainsFunc(rels, func(r string) bool { return strings.EqualFold(r, rel) }) || len(l.url) > maxURL {
			continue
		}
		if u, err := base.Parse(l.url); err == nil && isWeb(u) && u.User == nil && !slices.Contains(all, u.String()) {
			all = append(all, u.String())
		}
	}
	return all
}

// link is one link of an RFC 8288 header, or an element with its attributes.
type link struct {
	url    string
	params map[string]string // names in lower case
}

// set keeps the first of two parameters of one name (RFC 8288, section 3.3; HTML says the same of attributes).
func (l *link) set(name, value string) {
	if l.params == nil {
		l.params = map[string]string{}
	}
	if _, there := l.params[name]; !there {
		l.params[name] = value
	}
}

// parseLinks reads Link headers (RFC 8288, section 3). What is no link is skipped up to the next comma.
func parseLinks(headers []string) []link {
	var all []link
	for _, rest := range headers {
		for rest != "" && len(all) < maxLinks {
			rest = strings.TrimLeft(rest, " \t,")
			address, after, ok := strings.Cut(rest, ">")
			if !ok || !strings.HasPrefix(address, "<") {
				_, rest, _ = strings.Cut(rest, ",")
				continue
			}
			l := link{url: strings.TrimSpace(address[1:])}
			rest = l.readParams(after)
			all = append(all, l)
		}
	}
	return all
}

// readParams takes the parameters in front of s and gives the rest of the header.
func (l *link) readParams(s string) (rest string) {
	for {
		s = strings.TrimLeft(s, " \t")
		if !strings.HasPrefix(s, ";") {
			return s
		}
		s = strings.TrimLeft(s[1:], " \t")
		end := strings.IndexAny(s, "=;,")
		if end < 0 {
			end = len(s)
		}
		name := strings.ToLower(strings.TrimSpace(s[:end]))
		if s = s[end:]; !strings.HasPrefix(s, "=") {
			l.set(name, "")
			continue
		}
		value, after := paramValue(strings.TrimLeft(s[1:], " \t"))
		l.set(name, value)
		s = after
	}
}

// paramValue reads a token or a quoted string (RFC 9110, section 5.6.4).
func paramValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ";,")
		if end < 0 {
			end = len(s)
		}
		return strings.TrimSpace(s[:end]), s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}
