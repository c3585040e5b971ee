package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// productToken is the name by which a robots.txt addresses dateline; it stands in the User-Agent too (RFC 9309,
// section 2.2.1).
const productToken = "dateline"

const (
	robotsLimit = 500 << 10           // bytes that are parsed; RFC 9309, section 2.5, asks for no less
	robotsLine  = 2083*8 - 1          // bytes of a line that are read: no longer path is ever requested
	robotsFresh = 24 * time.Hour      // RFC 9309, section 2.4: not longer without asking again
	robotsRetry = 10 * time.Minute    // pause after a robots.txt that could not be had, so that not every page asks anew
	robotsLost  = 30 * 24 * time.Hour // RFC 9309, section 2.3.1.4: one that can't be had for so long counts as none
	robotsHosts = 1024                // origins remembered at once
	robotsNote  = 64 << 10            // bytes of the rules that are handed to a keeper
)

// RobotsKeeper remembers what robots.txt files said, so that a program which runs every few minutes asks for them once a
// day and not in every run. Its methods may be called from many goroutines. They can't fail: what is not kept is asked for
// again, no more.
type RobotsKeeper interface {
	// LoadRobots gives the latest note about an origin; ok is false if there is none.
	LoadRobots(ctx context.Context, origin string) (note RobotsNote, ok bool)

	// SaveRobots replaces the note about its origin.
	SaveRobots(ctx context.Context, note RobotsNote)
}

// RobotsNote is what is known of one origin's robots.txt.
type RobotsNote struct {
	Origin  string    // such as https://news.example
	Asked   time.Time // when it was asked for last
	Until   time.Time // when it is asked for again
	Read    time.Time // when the rules were had; zero if never
	Down    time.Time // since when it can't be had; zero if it can
	Refused string    // why no page may be fetched for now; empty if the rules decide
	Rules   []byte    // what binds dateline, as this package writes it; at most 64 KiB
}

// robots knows what each origin allows.
type robots struct {
	fetch  func(ctx context.Context, origin string) (rules, error)
	keeper RobotsKeeper // nil if there is none
	tdm    bool         // rules are whole with tdmrep.json only

	mu   sync.Mutex
	busy map[string]chan struct{} // closed when the fetch of an origin has ended
	kept map[string]verdict
}

// verdict is what is known of one origin, and until when it counts.
type verdict struct {
	rules rules
	read  time.Time // when they were had; zero if never
	down  time.Time // since when they can't be had; zero if they can
	err   *Error    // why no page may be fetched
	until time.Time
}

func newRobots(fetch func(ctx context.Context, origin string) (rules, error), o Options) *robots {
	return &robots{fetch: fetch, keeper: o.Robots, tdm: o.TDM, busy: map[string]chan struct{}{}, kept: map[string]verdict{}}
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

// sitemaps are those that the site of an address names, as far as its robots.txt is known by now.
func (r *robots) sitemaps(u *url.URL) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept[u.Scheme+"://"+u.Host].rules.Sitemaps
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

// ask renews what is known of an origin, unless an earlier run has done so.
func (r *robots) ask(ctx context.Context, origin string) (verdict, error) {
	v := r.recall(ctx, origin)
	var err error
	if !time.Now().Before(v.until) {
		v, err = r.renew(ctx, origin, v)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.busy[origin])
	delete(r.busy, origin)
	if err != nil {
		return v, err // the caller gave up: nothing was learned
	}
	r.keep(origin, v.remembered())
	return v, nil
}

// remembered is the verdict for those who come later, of whom no server has been asked: what failed is said in words alone, lest
// a host count as unreachable once for each.
func (v verdict) remembered() verdict {
	if v.err != nil {
		e := *v.err
		e.Host, e.Err = "", errors.New(e.Err.Error())
		v.err = &e
	}
	return v
}

// renew fetches robots.txt and hands the outcome to the keeper.
func (r *robots) renew(ctx context.Context, origin string, v verdict) (verdict, error) {
	found, err := r.fetch(ctx, origin)
	var failed *Error
	if err != nil && !errors.As(err, &failed) {
		return v, err
	}
	now := time.Now()
	v = v.next(found, failed, now)
	if r.keeper != nil && (failed == nil || failed.Reason != Blocked) { // what is blocked is the operator's to change
		r.keeper.SaveRobots(ctx, v.note(origin, now))
	}
	return v, nil
}

// next is what is known after robots.txt was asked for. While it can't be had an earlier copy counts, and without one
// nothing is allowed; after a month it counts as absent. A server that limits its visitors is left alone in any case.
func (v verdict) next(found rules, failed *Error, now time.Time) verdict {
	if failed == nil {
		return verdict{rules: found, read: now, until: now.Add(robotsFresh)}
	}
	v.err, v.until = failed, now.Add(min(max(robotsRetry, failed.RetryAfter), robotsFresh))
	if failed.Reason == Blocked {
		return v
	}
	if v.down.IsZero() {
		v.down = now
	}
	switch {
	case failed.Status == http.StatusTooManyRequests:
	case now.Sub(v.down) >= robotsLost:
		v.rules, v.err = rules{}, nil
	case !v.read.IsZero():
		v.err = nil
	}
	return v
}

// note is the verdict for a keeper. Rules that are too many are left out, and asked for again by the next run.
func (v verdict) note(origin string, now time.Time) RobotsNote {
	n := RobotsNote{Origin: origin, Asked: now, Until: v.until, Read: v.read, Down: v.down}
	if v.err != nil {
		n.Refused = v.err.Err.Error()
	}
	b, err := json.Marshal(v.rules)
	if err != nil || len(b) > robotsNote {
		return RobotsNote{Origin: origin, Asked: now, Down: v.down}
	}
	n.Rules = b
	return n
}

// verdict reads a note back. One that lacks what is asked for today, or was written by a clock that was ahead, is out of
// date but not worthless.
func (n RobotsNote) verdict(tdm bool, now time.Time) verdict {
	v := verdict{read: n.Read, down: n.Down, until: n.Until}
	if err := json.Unmarshal(n.Rules, &v.rules); err != nil {
		v.rules, v.read, v.until = rules{}, time.Time{}, time.Time{}
	}
	if n.Refused != "" {
		v.err = &Error{Reason: RobotsDown, RetryAfter: max(n.Until.Sub(now), 0), Err: errors.New(n.Refused)}
	}
	if n.Asked.After(now) || n.Until.Sub(now) > robotsFresh || tdm && v.err == nil && !v.rules.TDM {
		v.until = time.Time{}
	}
	return v
}

// recall gives what is known of an origin, from the keeper if it has to be.
func (r *robots) recall(ctx context.Context, origin string) verdict {
	r.mu.Lock()
	v, found := r.kept[origin]
	r.mu.Unlock()
	if found || r.keeper == nil {
		return v
	}
	if n, ok := r.keeper.LoadRobots(ctx, origin); ok {
		v = n.verdict(r.tdm, time.Now())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now, found := r.kept[origin]; found {
		return now
	}
	r.keep(origin, v)
	return v
}

// delay is the pause that an origin asks of its visitors, as far as it is known.
func (r *robots) delay(ctx context.Context, u *url.URL) time.Duration {
	return r.recall(ctx, u.Scheme+"://"+u.Host).rules.Delay
}

// keep remembers a verdict; mu is held.
func (r *robots) keep(origin string, v verdict) {
	r.makeRoom()
	r.kept[origin] = v
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
	got, err := c.get(ctx, ask{kind: "robots", url: addr, accept: "text/plain, */*;q=0.1", limit: robotsLimit, cut: true})
	var failed *Error
	switch {
	case errors.As(err, &failed) && failed.Reason == Redirects && !errors.Is(failed, errDowngrade):
		return rules{}, nil // more than five redirects: as if there were none (section 2.3.1.2)
	case errors.As(err, &failed) && failed.Reason == Blocked:
		return rules{}, failed // the page itself may not be asked for either
	case errors.As(err, &failed):
		return rules{}, &Error{Reason: RobotsDown, Host: failed.Host, Err: failed}
	case err != nil:
		return rules{}, err
	case got.status >= 500 || got.status == http.StatusTooManyRequests:
		// The standard counts 429 as "no rules"; a server that asks for rest is not asked for pages instead.
		down := got.refused(addr)
		return rules{}, &Error{Reason: RobotsDown, Status: got.status, RetryAfter: down.RetryAfter, Err: down}
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
	found.Usage, found.TDM = append(found.Usage, places...), true
	return found, err
}
