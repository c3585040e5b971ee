package fetch

import (
	"net/http"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

func TestManner19RetryAfterForms(t *testing.T) {
	for _, c := range []struct {
		value, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"0", "", 0},
		{" 90 ", "", 90 * time.Second},
		{"86400", "", 24 * time.Hour},
		{"99999999999999999999999", "", maxHint},
		{"-5", "", 0},
		{"1.5", "", 0},
		{"soon", "", 0},
		{"Sat, 21 Nov 2026 12:30:00 GMT", "", 30 * time.Minute},
		{"Saturday, 21-Nov-26 12:30:00 GMT", "", 30 * time.Minute},
		{"Sat, 21 Nov 2026 12:30:00 GMT", "Sat, 21 Nov 2026 12:20:00 GMT", 10 * time.Minute}, // by the server's clock
		{"Sat, 21 Nov 2026 13:30:00 +0100", "", 30 * time.Minute},
		{"2026-11-21T12:30:00Z", "", 30 * time.Minute},
		{"Sat, 21 Nov 2026 11:30:00 GMT", "", 0},
		{"Sat, 21 Nov 2126 11:30:00 GMT", "", maxHint},
	} {
		h := header("Retry-After", c.value, "Date", c.date)
		if got := retryAfter(h, noon); got != c.want {
			t.Errorf("retryAfter(%q, Date %q) = %s, want %s", c.value, c.date, got, c.want)
		}
	}
}

func TestManner17to18Freshness(t *testing.T) {
	for _, c := range []struct {
		header http.Header
		want   time.Duration
	}{
		{header(), 0},
		{header("Cache-Control", "max-age=3600"), time.Hour},
		{header("Cache-Control", `public, Max-Age="3600"`), time.Hour},
		{header("Cache-Control", "public", "Cache-Control", "max-age=3600"), time.Hour},
		{header("Cache-Control", "max-age=3600", "Age", "600"), 50 * time.Minute},
		{header("Cache-Control", "max-age=3600", "Age", "7200"), 0},
		{header("Cache-Control", "max-age=3600", "Age", "-1"), time.Hour},
		{header("Cache-Control", "s-maxage=3600"), 0},
		{header("Cache-Control", "max-age=3600, no-cache"), 0},
		{header("Cache-Control", "no-store"), 0},
		{header("Cache-Control", "max-age=0", "Expires", "Sat, 21 Nov 2026 13:00:00 GMT"), 0},
		{header("Cache-Control", "max-age=99999999999999999999"), maxHint},
		{header("Cache-Control", "max-age=-1"), 0},
		{header("Expires", "Sat, 21 Nov 2026 13:00:00 GMT"), time.Hour},
		{header("Expires", "0"), 0},
		{header("Expires", "-1"), 0},
		{header("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"), 0},
	} {
		if got := maxAge(c.header, noon); got != c.want {
			t.Errorf("maxAge(%v) = %s, want %s", c.header, got, c.want)
		}
	}
}

func FuzzHints(f *testing.F) {
	f.Add("120", "max-age=60, private", "5", "0", "Sat, 21 Nov 2026 12:00:00 GMT")
	f.Add("Sat, 21 Nov 2026 12:00:00 GMT", "no-cache", "", "Sat, 21 Nov 2026 12:00:00 GMT", "")
	f.Add("9999999999999999999", `max-age="99999999999999999"`, "-1", "-1", "x")
	f.Fuzz(func(t *testing.T, retry, control, age, expires, date string) {
		h := header("Retry-After", retry, "Cache-Control", control, "Age", age, "Expires", expires, "Date", date)
		for _, got := range []time.Duration{retryAfter(h, noon), maxAge(h, noon), holdFor(429, h, noon)} {
			if got < 0 || got > maxHint {
				t.Errorf("%v asks for %s, want 0 to %s", h, got, maxHint)
			}
		}
		if later := retryAfter(h, noon.Add(time.Hour)); later > retryAfter(h, noon) {
			t.Errorf("%v: an hour later the wait is %s, longer than before", h, later)
		}
		if holdFor(429, h, noon) < retryAfter(h, noon) {
			t.Errorf("%v: a 429 holds for less than its Retry-After", h)
		}
	})
}
