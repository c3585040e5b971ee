package fetch

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// rules are the lines of a robots.txt that bind one crawler. The zero value allows everything. As JSON they are kept from
// one run to the next.
type rules struct {
	Lines []rule        `json:"lines,omitempty"`
	Usage []usageRule   `json:"usage,omitempty"`
	Delay time.Duration `json:"delay,omitempty"` // Crawl-delay, which is in no standard, cut to maxDelay
	TDM   bool          `json:"tdm,omitempty"`   // tdmrep.json was asked for too

	Sitemaps []string `json:"sitemaps,omitempty"` // as written; they belong to no group
}

// Bounds on the sitemaps that one robots.txt may make us keep.
const (
	maxSitemapLines = 20
	sitemapSize     = 500 // bytes of one address
)

// maxDelay bounds a Crawl-delay: a few hosts ask for hours, which would hold the pages of one feed for weeks.
const maxDelay = time.Minute

type rule struct {
	Pattern string `json:"pattern"` // percent-encoded as comparable has it; * stands for anything, a last $ for the end
	Allow   bool   `json:"allow,omitempty"`
}

// allow tells whether a path with its query may be fetched. The standard takes an encoded letter for the letter (RFC
// 9309, section 2.2.2: /%62 is /b), Google's matcher and its tests don't. Publishers write for both, so a page has to be
// allowed in both readings. /robots.txt itself is always allowed.
func (r rules) allow(path string) bool {
	path = comparable(path)
	return path == "/robots.txt" || r.allowRead(path, asWritten, asWritten) && r.allowRead(path, lettersOfPattern, lettersOfPath)
}

// allowRead decides in one reading: the longest pattern that matches counts, and of two equals the one that allows.
func (r rules) allowRead(path string, ofPattern, ofPath func(string) string) bool {
	path = ofPath(path)
	best, allowed := -1, true
	for _, l := range r.Lines {
		pattern := ofPattern(l.Pattern)
		if len(pattern) < best || len(pattern) == best && !l.Allow {
			continue
		}
		if matches(pattern, path) {
			best, allowed = len(pattern), l.Allow
		}
	}
	return allowed
}

func asWritten(s string) string { return s }

// lettersOfPath is the standard's reading of a path: what needs no encoding is decoded, and what means something in a
// pattern is encoded.
func lettersOfPath(s string) string {
	if !strings.ContainsAny(s, "%*$") {
		return s
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "*", "%2A"), "$", "%24")
	return decodeLetters(s)
}

// lettersOfPattern is the standard's reading of a pattern, whose stars and last dollar stay what they are.
func lettersOfPattern(s string) string {
	if !strings.ContainsAny(s, "%$") {
		return s
	}
	s, anchored := strings.CutSuffix(s, "$")
	s = decodeLetters(strings.ReplaceAll(s, "$", "%24"))
	if anchored {
		s += "$"
	}
	return s
}

// decodeLetters decodes the characters that need no encoding anywhere (RFC 3986, section 2.3).
func decodeLetters(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil && isUnreserved(byte(n)) {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-._~", c) >= 0
}

// matches tries a pattern from the path's start. Between stars the earliest place is always as good as any later one, so
// one pass suffices and no pattern can make it slow.
func matches(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	for i, part := range parts[1:] {
		if anchored && i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return !anchored || rest == ""
}

// parseRobots keeps the rules that bind a crawler: those of all groups that name it, or else those of the groups for
// everybody. A group is one or more user-agent lines and the rules after them (RFC 9309, section 2.1).
func parseRobots(body []byte, token string) rules {
	var p robotsParser
	body = bytes.TrimPrefix(body[:min(len(body), robotsLimit)], []byte("\xef\xbb\xbf"))
	for len(body) > 0 {
		end := bytes.IndexAny(body, "\r\n")
		line := body
		if end >= 0 {
			line, body = body[:end], body[end+1:]
		} else {
			body = nil
		}
		key, value := splitLine(string(line[:min(len(line), robotsLine)]))
		p.line(key, value, token)
	}
	if p.named {
		return rules{Lines: p.own, Usage: append(p.site, p.ownUsage...), Delay: p.ownDelay, Sitemaps: p.sitemaps}
	}
	return rules{Lines: p.all, Usage: append(p.site, p.allUsage...), Delay: p.allDelay, Sitemaps: p.sitemaps}
}

// robotsParser is where in the file the parser stands.
type robotsParser struct {
	own, all     []rule
	ownUsage     []usageRule
	allUsage     []usageRule
	site         []usageRule // outside of any group
	sitemaps     []string
	ownDelay     time.Duration
	allDelay     time.Duration
	named        bool // some group names the crawler, even one without rules
	grouped      bool // a group was opened
	mine, others bool // whom the present group addresses
	inRules      bool // a rule was seen: the next user-agent line opens a new group
}

// line takes one record. Unknown ones, such as Sitemap, don't end a group, nor does Crawl-delay.
func (p *robotsParser) line(key, value, token string) {
	switch key {
	case "user-agent":
		if p.inRules {
			p.mine, p.others, p.inRules = false, false, false
		}
		p.grouped = true
		p.mine = p.mine || strings.EqualFold(agentToken(value), token)
		p.others = p.others || value == "*" || strings.HasPrefix(value, "* ")
		p.named = p.named || p.mine
	case "allow", "disallow":
		p.inRules = true
		if value == "" {
			return // an empty rule binds nothing
		}
		p.add(rule{comparable(value), key == "allow"})
		if dir, ok := indexPage(value); ok && key == "allow" {
			p.add(rule{comparable(dir) + "$", true})
		}
	case "crawl-delay":
		p.addDelay(crawlDelay(value))
	case "sitemap":
		if value != "" && len(value) <= sitemapSize && len(p.sitemaps) < maxSitemapLines {
			p.sitemaps = append(p.sitemaps, value)
		}
	default:
		if u, ok := usageLine(key, value); ok {
			p.addUsage(u)
		}
	}
}

// addUsage puts a line about use into the groups that are open; a licence, and what stands before all groups, is the
// whole site's.
func (p *robotsParser) addUsage(u usageRule) {
	p.inRules = p.inRules || p.grouped && u.Usage.Name != "rsl" // as of aipref-attach, such a line is a rule of its group
	switch {
	case len(p.ownUsage)+len(p.allUsage)+len(p.site) >= maxUsage:
	case u.Usage.Name == "rsl" || !p.grouped:
		p.site = append(p.site, u)
	default:
		if p.mine {
			p.ownUsage = append(p.ownUsage, u)
		}
		if p.others {
			p.allUsage = append(p.allUsage, u)
		}
	}
}

// addDelay takes the longest delay of each kind of group.
func (p *robotsParser) addDelay(d time.Duration) {
	if p.mine {
		p.ownDelay = max(p.ownDelay, d)
	}
	if p.others {
		p.allDelay = max(p.allDelay, d)
	}
}

// crawlDelay reads seconds, with a fraction or without.
func crawlDelay(value string) time.Duration {
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || !(seconds > 0) { // not a number is not more than 0 either
		return 0
	}
	return time.Duration(min(seconds, maxDelay.Seconds()) * float64(time.Second))
}

// add puts a rule into the groups that are open.
func (p *robotsParser) add(r rule) {
	if p.mine {
		p.own = append(p.own, r)
	}
	if p.others {
		p.all = append(p.all, r)
	}
}

// indexPage is the folder whose page a path such as /news/index.html names. Who allows the one means the other, Google's
// matcher and its tests say.
func indexPage(path string) (dir string, ok bool) {
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 || !strings.HasPrefix(path[slash:], "/index.htm") {
		return "", false
	}
	return path[:slash+1], true
}

// splitLine cuts the comment off and parts key from value. A line without its colon is meant all the same
// when it is two words: Google's parser reads it so, and publishers rely on that one.
func splitLine(line string) (key, value string) {
	line, _, _ = strings.Cut(line, "#")
	key, value, ok := strings.Cut(line, ":")
	if !ok {
		words := strings.Fields(line)
		if len(words) != 2 {
			return "", ""
		}
		key, value = words[0], words[1]
	}
	return strings.ToLower(strings.Trim(key, " \t\x00")), strings.Trim(value, " \t\x00")
}

// agentToken is a user-agent value as far as it is a product token: letters, "_" and "-".
func agentToken(value string) string {
	end := strings.IndexFunc(value, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '-')
	})
	if end < 0 {
		return value
	}
	return value[:end]
}

// comparable writes a path or pattern in one spelling: bytes beyond ASCII percent-encoded, and the digits of each
// %xx in upper case. Encoded letters stay as they are, as in Google's matcher and its tests.
func comparable(path string) string {
	const upper = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c >= 0x80:
			b.WriteByte('%')
			b.WriteByte(upper[c>>4])
			b.WriteByte(upper[c&15])
		case c == '%' && i+2 < len(path) && isHex(path[i+1]) && isHex(path[i+2]):
			b.WriteString(strings.ToUpper(path[i : i+3]))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
