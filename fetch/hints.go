package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// maxHint bounds what a server may ask for; what asks for more is cut to it. A month is longer than any maintenance, and
// short enough that a typing mistake does not silence a feed for good.
const maxHint = 30 * 24 * time.Hour

// maxValidator bounds an ETag or Last-Modified that is kept, in bytes. They are stored, and sent with each request.
const maxValidator = 2 << 10

// usable tells whether a validator can be kept and sent: it is echoed as it came, so it must be a clean header value.
func usable(v string) bool {
	return v != "" && len(v) <= maxValidator && httpguts.ValidHeaderFieldValue(v)
}

// validators takes what a 200 gave to ask again with.
func validators(h http.Header) Validators {
	var v Validators
	if s := h.Get("ETag"); usable(s) {
		v.ETag = s
	}
	if s := h.Get("Last-Modified"); usable(s) {
		v.LastModified = s
	}
	return v
}

// renew takes over what a 304 says anew (RFC 9110, section 15.4.5). What it leaves out stays valid.
func (v Validators) renew(h http.Header) Validators {
	fresh := validators(h)
	if fresh.ETag != "" {
		v.ETag = fresh.ETag
	}
	if fresh.LastModified != "" {
		v.LastModified = fresh.LastModified
	}
	return v
}

// digest names a body by its bytes.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// hints collects what an answer's headers ask for.
func hints(got *answer, now time.Time) Hints {
	return Hints{RetryAfter: retryAfter(got.header, now), MaxAge: maxAge(got.header, now), MovedTo: got.movedTo}
}

// holdFor says how long to stay away after a failure. A server that limits its visitors may say it with max-age
// alone, or with both; the longer one counts.
func holdFor(status int, h http.Header, now time.Time) time.Duration {
	wait := retryAfter(h, now)
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		wait = max(wait, maxAge(h, now))
	}
	return wait
}

// retryAfter reads Retry-After in both of its forms: seconds, or a date (RFC 9110, section 10.2.3).
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, ok := parseSeconds(v); ok {
		return seconds
	}
	return until(v, h, now)
}

// maxAge is how long the answer stays fresh by its own word: max-age less the time it has spent in caches, or
// else Expires. no-cache and no-store take both back. s-maxage is for shared caches, which dateline is not.
func maxAge(h http.Header, now time.Time) time.Duration {
	fresh, found := time.Duration(0), false
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "no-cache", "no-store":
			return 0
		case "max-age":
			if seconds, ok := parseSeconds(strings.Trim(strings.TrimSpace(value), `"`)); ok && !found {
				fresh, found = seconds, true
			}
		}
	}
	if !found {
		return until(h.Get("Expires"), h, now)
	}
	age, _ := parseSeconds(strings.TrimSpace(h.Get("Age")))
	return max(fresh-age, 0)
}

// until is the time from the answer to a date in it. The server's own clock (Date) is what it counts by; ours is
// used when it tells none.
func until(date string, h http.Header, now time.Time) time.Duration {
	t, ok := readDate(date) // RFC 9110 knows three forms, and servers more
	if !ok {
		return 0
	}
	if served, err := http.ParseTime(h.Get("Date")); err == nil {
		now = served
	}
	return min(max(t.Sub(now), 0), maxHint)
}

// parseSeconds reads a whole number of seconds, cut to maxHint. A number that is too long for any integer is still a number.
func parseSeconds(s string) (time.Duration, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > int64(maxHint/time.Second) {
		return maxHint, true
	}
	return time.Duration(n) * time.Second, true
}
