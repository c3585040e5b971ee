package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// productToken is the name by which a robots.txt addresses dateline; it stands in the User-Agent too (RFC 9309,
// section 2.2.1).
const productToken = "dateline"

const (
	robotsLimit = 500 << 10        // bytes that are parsed; RFC 9309, section 2.5, asks for no less
	robotsLine  = 2083*8 - 1       // bytes of a line that are read: no longer path is ever requested
	robotsFresh = 24 * time.Hour   // RFC 9309, section 2.4: not longer without asking again
	robotsRetry = 10 * time.Minute // pause after a robots.txt that could not be had, so that not every page asks anew
	robotsHosts = 1024             // origins remembered at once
)

// robots knows what each origin allows.
type robots struct {
	fetch func(ctx context.Context, origin string) (rules, error)

	mu   sync.Mutex
	busy map[string]chan struct{} // closed when the fetch of an origin has ended
	kept map[string]verdict
}

// verdict is one origin's answer, and until when it counts.
type verdict struct {
	rules rules
	err   *Error // robots.txt can't be had
	until time.Time
}

func newRobots(fetch func(ctx context.Context, origin string) (rules, error)) *robots {
	return &robots{fetch: fetch, busy: map[string]chan struct{}{}, kept: map[string]verdict{}}
}

// permit says nothing when a page may be fetched, and why not otherwise.
func (r *robots) permit(ctx context.Context, u *url.URL) error {
	v, err := r.verdict(ctx, u.Scheme+"://"+u.Host)
	switch {
	case err != nil:
		return err
	case v.err != nil:
		return v.err
	case !v.rules.allow(u.RequestURI()):
		return &Error{Reason: Robots, Err: fmt.Errorf("%s://%s/robots.txt forbids it", u.Scheme, u.Host)}
	}
	return nil
}

// uses gives what a page's site says about its use, as far as it is known by now.
func (r *robots) uses(address string) []Usage {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept[u.Scheme+"://"+u.Host].rules.uses(u.RequestURI())
}

// verdict finds an origin's answer or fetches it, once for all who wait. When the one who fetches gives up, the next
// of them takes over: another's cancelled context is no answer.
func (r *robots) verdict(ctx context.Context, origin string) (verdict, error) {
	for {
		v, wait, found := r.look(origin)
		if found {
			return v, nil
		}
		if wait == nil {
			return r.ask(ctx, origin)
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return verdict{}, ctx.Err()
		}
	}
}

// look returns what is known, or the channel to wait on, or neither: then the caller has to ask.
func (r *robots) look(origin string) (v verdict, wait chan struct{}, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, found = r.kept[origin]; found && time.Now().Before(v.until) {
		return v, nil, true
	}
	if wait = r.busy[origin]; wait == nil {
		r.busy[origin] = make(chan struct{})
	}
	return verdict{}, wait, false
}

func (r *robots) ask(ctx context.Context, origin string) (verdict, error) {
	found, err := r.fetch(ctx, origin)
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.busy[origin])
	delete(r.busy, origin)
	v := verdict{rules: found, until: time.Now().Add(robotsFresh)}
	if err != nil && !errors.As(err, &v.err) {
		return v, err // the caller gave up: nothing was learned
	}
	if v.err != nil {
		v.until = time.Now().Add(min(max(robotsRetry, v.err.RetryAfter), robotsFresh))
	}
	r.makeRoom()
	r.kept[origin] = v
	return v, nil
}

// makeRoom keeps the memory bounded: when it is full, all that has expired goes, and if nothing has, the verdict that
// expires first.
func (r *robots) makeRoom() {
	if len(r.kept) < robotsHosts {
		return
	}
	now, oldest := time.Now(), ""
	for origin, v := range r.kept {
		if !now.Before(v.until) {
			delete(r.kept, origin)
		} else if oldest == "" || v.until.Before(r.kept[oldest].until) {
			oldest = origin
		}
	}
	if len(r.kept) >= robotsHosts {
		delete(r.kept, oldest)
	}
}

// getRobots downloads one robots.txt. Its rules count for the origin that was asked, wherever it redirected (RFC 9309,
// section 2.3.1.2).
func (c *Client) getRobots(ctx context.Context, origin string) (rules, error) {
	addr := origin + "/robots.txt"
	got, err := c.get(ctx, ask{url: addr, accept: "text/plain, */*;q=0.1", limit: robotsLimit, cut: true})
	var failed *Error
	switch {
	case errors.As(err, &failed) && failed.Reason == Redirects:
		return rules{}, nil // more than five redirects: as if there were none (section 2.3.1.2)
	case errors.As(err, &failed) && failed.Reason == Blocked:
		return rules{}, failed // the page itself may not be asked for either
	case errors.As(err, &failed):
		return rules{}, &Error{Reason: RobotsDown, Err: failed}
	case err != nil:
		return rules{}, err
	case got.status >= 500 || got.status == http.StatusTooManyRequests:
		// The standard counts 429 as "no rules"; a server that asks for rest is not asked for pages instead.
		down := got.refused(addr)
		return rules{}, &Error{Reason: RobotsDown, RetryAfter: down.RetryAfter, Err: down}
	case got.status != http.StatusOK:
		return rules{}, nil // section 2.3.1.3: unavailable, all is allowed
	}
	return parseRobots(got.body, productToken), nil
}

// getRules is what an origin says about its pages: what may be fetched, and for what use.
func (c *Client) getRules(ctx context.Context, origin string) (rules, error) {
	found, err := c.getRobots(ctx, origin)
	if err != nil || !c.options.TDM {
		return found, err
	}
	places, err := c.getTDM(ctx, origin, found)
	found.usage = append(found.usage, places...)
	return found, err
}

// rules are the lines of a robots.txt that bind one crawler. The zero value allows everything.
type rules struct {
	lines []rule
	usage []usageRule
}

type rule struct {
	pattern string // percent-encoded as comparable has it; * stands for anything, a last $ for the end
	allow   bool
}

// allow tells whether a path with its query may be fetched: the longest pattern that matches decides, and of two
// equals the one that allows (RFC 9309, section 2.2.2). /robots.txt itself is always allowed.
func (r rules) allow(path string) bool {
	path = comparable(path)
	if path == "/robots.txt" {
		return true
	}
	best, allowed := -1, true
	for _, l := range r.lines {
		if len(l.pattern) < best || len(l.pattern) == best && !l.allow {
			continue
		}
		if matches(l.pattern, path) {
			best, allowed = len(l.pattern), l.allow
		}
	}
	return allowed
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
		return rules{p.own, append(p.site, p.ownUsage...)}
	}
	return rules{p.all, append(p.site, p.allUsage...)}
}

// robotsParser is where in the file the parser stands.
type robotsParser struct {
	own, all     []rule
	ownUsage     []usageRule
	allUsage     []usageRule
	site         []usageRule // outside of any group
	named        bool        // some group names the crawler, even one without rules
	grouped      bool        // a group was opened
	mine, others bool        // whom the present group addresses
	inRules      bool        // a rule was seen: the next user-agent line opens a new group
}

// line takes one record. Unknown ones, such as Sitemap and Crawl-delay, don't end a group.
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
	default:
		if u, ok := usageLine(key, value); ok {
			p.addUsage(u)
		}
	}
}

// addUsage puts a line about use into the groups that are open; a licence, and what stands before all groups, is the
// whole site's.
func (p *robotsParser) addUsage(u usageRule) {
	p.inRules = p.inRules || p.grouped && u.usage.Name != "rsl" // as of aipref-attach, such a line is a rule of its group
	switch {
	case len(p.ownUsage)+len(p.allUsage)+len(p.site) >= maxUsage:
	case u.usage.Name == "rsl" || !p.grouped:
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
