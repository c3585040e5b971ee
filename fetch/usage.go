package fetch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// Usage is what a site says about the use of its pages, beside what may be fetched.
type Usage struct {
	Name     string // content-usage, content-signal, rsl, tdm-reservation, tdm-policy
	Value    string // as printed
	Evidence string // robots.txt Content-Usage …
}

// Bounds on what one site may make us keep.
const (
	maxUsage  = 200     // lines of a robots.txt or locations of a tdmrep.json
	usageSize = 1000    // bytes of one value
	tdmLimit  = 1 << 20 // bytes of a tdmrep.json
)

// usageRule is a line of robots.txt about use, or a location of tdmrep.json, and the paths that it is about.
type usageRule struct {
	Pattern string `json:"pattern,omitempty"` // as in [rule]; empty for the whole site
	Usage   Usage  `json:"usage"`
}

// usageLine reads the lines of a robots.txt that speak of use: Content-Usage (IETF aipref-attach, the path before the
// preferences), Content-Signal (contentsignals.org) and License (RSL 1.0).
func usageLine(key, value string) (usageRule, bool) {
	value = clipText(value, usageSize)
	switch key {
	case "content-usage":
		pattern := ""
		if strings.HasPrefix(value, "/") {
			pattern, value = value, ""
			if i := strings.IndexAny(pattern, " \t"); i > 0 {
				pattern, value = pattern[:i], pattern[i:]
			}
		}
		return usageRule{comparable(pattern), Usage{"content-usage", strings.TrimSpace(value), "robots.txt Content-Usage"}}, value != ""
	case "content-signal":
		return usageRule{"", Usage{"content-signal", value, "robots.txt Content-Signal"}}, value != ""
	case "license":
		return usageRule{"", Usage{"rsl", value, "robots.txt License"}}, value != ""
	}
	return usageRule{}, false
}

// uses gives what a site says about the use of one path. Of several Content-Usage lines the one with the longest path
// counts, and of tdmrep.json's locations the first that matches.
func (r rules) uses(path string) []Usage {
	path = comparable(path)
	var out []Usage
	longest := -1
	for _, u := range r.Usage {
		if u.Usage.Name == "content-usage" && matches(u.Pattern, path) {
			longest = max(longest, len(u.Pattern))
		}
	}
	tdm := false
	for _, u := range r.Usage {
		switch {
		case !matches(u.Pattern, path), u.Usage.Name == "content-usage" && len(u.Pattern) < longest:
		case strings.HasPrefix(u.Usage.Name, "tdm-"):
			if u.Usage.Name == "tdm-reservation" && tdm {
				return out // a later location
			}
			tdm = tdm || u.Usage.Name == "tdm-reservation"
			out = append(out, u.Usage)
		default:
			out = append(out, u.Usage)
		}
	}
	return out
}

// getTDM reads /.well-known/tdmrep.json (TDM Reservation Protocol, W3C community group report of 2024), unless
// robots.txt forbids it. A site without one, or with one that can't be read, reserves nothing by it.
func (c *Client) getTDM(ctx context.Context, origin string, bound rules) ([]usageRule, error) {
	const path = "/.well-known/tdmrep.json"
	if !bound.allow(path) {
		return nil, nil
	}
	got, err := c.get(ctx, ask{kind: "tdm", url: origin + path, accept: "application/json", limit: tdmLimit})
	var failed *Error
	if errors.As(err, &failed) || err == nil && got.status != http.StatusOK {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseTDM(got.body), nil
}

// parseTDM keeps the locations of a tdmrep.json whose reservation is 0 or 1; what is malformed says nothing.
func parseTDM(body []byte) []usageRule {
	var places []json.RawMessage
	if json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), &places) != nil {
		return nil
	}
	var out []usageRule
	for _, place := range places[:min(len(places), maxUsage)] {
		var p struct {
			Location    string `json:"location"`
			Reservation *int   `json:"tdm-reservation"`
			Policy      string `json:"tdm-policy"`
		}
		if json.Unmarshal(place, &p) != nil || p.Reservation == nil || *p.Reservation != 0 && *p.Reservation != 1 || !strings.HasPrefix(p.Location, "/") {
			continue
		}
		pattern := comparable(clipText(p.Location, usageSize))
		value := string(rune('0' + *p.Reservation))
		out = append(out, usageRule{pattern, Usage{"tdm-reservation", value, "tdmrep.json"}})
		if u, err := url.Parse(p.Policy); err == nil && p.Policy != "" && u.IsAbs() {
			out = append(out, usageRule{pattern, Usage{"tdm-policy", clipText(p.Policy, usageSize), "tdmrep.json"}})
		}
	}
	return out
}

func clipText(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }
