package ingest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// TestRest: a host that can't be reached is tried again soon at first, one that limits its visitors after an hour at least.
func TestRest(t *testing.T) {
	for _, c := range []struct {
		name     string
		failures int
		why      fetch.Reason
		after    time.Duration
		want     time.Duration
	}{
		{name: "nobody there", why: fetch.Connect, want: unreached},
		{name: "no such name, the third time", failures: 2, why: fetch.DNS, want: 4 * unreached},
		{name: "silent for ever", failures: 1000, why: fetch.Timeout, want: maxBackoff},
		{name: "limited", why: fetch.RateLimited, want: limited},
		{name: "limited for a minute", why: fetch.RateLimited, after: time.Minute, want: limited},
		{name: "limited for two days", why: fetch.RateLimited, after: 48 * time.Hour, want: 48 * time.Hour},
		{name: "limited for a year", why: fetch.RateLimited, after: 365 * 24 * time.Hour, want: maxRetry},
	} {
		e := &fetch.Error{Reason: c.why, Host: "h", RetryAfter: c.after}
		h := rest(storage.HostState{Host: "h", Failures: c.failures}, "h", e, noon)
		if wait := h.Until.Sub(noon); wait < c.want || wait > c.want+c.want/10 || h.Failures != c.failures+1 || h.Why != string(c.why) {
			t.Errorf("%s: %+v, want until after %v to a tenth more", c.name, h, c.want)
		}
	}
}

// TestHostOfAFailure: what failed may be the host of a redirect's target or of robots.txt; a refusal that was known before, or
// that is our own, is no host's.
func TestHostOfAFailure(t *testing.T) {
	silent := &fetch.Error{Reason: fetch.Connect, Host: "h"}
	for _, c := range []struct {
		err     error
		host    string
		unasked bool
	}{
		{nil, "", false},
		{errors.New("odd"), "", false},
		{silent, "h", false},
		{fmt.Errorf("wrapped: %w", silent), "h", false},
		{&fetch.Error{Reason: fetch.RobotsDown, Err: silent}, "h", false},
		{&fetch.Error{Reason: fetch.RobotsDown, Err: errors.New("as it was")}, "", true},
		{&fetch.Error{Reason: fetch.Robots}, "", true},
		{&fetch.Error{Reason: fetch.BadURL}, "", true},
		{&fetch.Error{Reason: fetch.ServerError, Status: 503}, "", false},
	} {
		host := ""
		if e := hostFailure(c.err); e != nil {
			host = e.Host
		}
		if host != c.host || unasked(c.err) != c.unasked {
			t.Errorf("%v: host %q, unasked %t", c.err, host, unasked(c.err))
		}
	}
}

// TestRestsAreForgotten: the memory of hosts is bounded by those of a month.
func TestRestsAreForgotten(t *testing.T) {
	r := &rests{hosts: map[string]storage.HostState{}}
	most := 0
	for i := range 50_000 {
		now := noon.Add(time.Duration(i) * time.Hour)
		r.forget(now)
		r.hosts[fmt.Sprint(i)] = storage.HostState{Since: now, Until: now.Add(time.Hour)}
		most = max(most, len(r.hosts))
	}
	if most > 2*sweepHosts {
		t.Errorf("%d hosts are kept", most)
	}
}
