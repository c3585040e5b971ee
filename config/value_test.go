package config

import (
	"strings"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1s": time.Second, "90m": 90 * time.Minute, "36h": 36 * time.Hour, "2d": 48 * time.Hour,
		"1d12h": 36 * time.Hour, "1h30m": 90 * time.Minute, "0": 0, "0s": 0, "1.5s": 1500 * time.Millisecond, "250ms": 250 * time.Millisecond,
	} {
		if got, ok := parseDuration(text); !ok || got != want {
			t.Errorf("%q: got %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "s", "1", "-1s", "+1s", "1d-1h", "d", "1.5d", "-2d", "1 h", "99999999d", "1h2d", "9999999h", "1y"} {
		if got, ok := parseDuration(text); ok {
			t.Errorf("%q: got %v, want none", text, got)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", time.Minute: "1m", time.Hour: "1h", 90 * time.Minute: "1h30m", 24 * time.Hour: "24h",
		48 * time.Hour: "2d", 36 * time.Hour: "36h", 3601 * time.Second: "1h0m1s", 10 * time.Minute: "10m", 1500 * time.Millisecond: "1.5s",
	} {
		if got := formatDuration(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]int64{
		"10MiB": 10 << 20, "500KB": 500_000, "1 GiB": 1 << 30, "7B": 7, "1KiB": 1024, "2MB": 2_000_000, "1GB": 1e9,
	} {
		if got, ok := parseSize(text); !ok || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "B", "10", "-1KB", "+1KB", "1.5MB", "10mb", "10 megs", "99999999999GiB", "1e3B"} {
		if got, ok := parseSize(text); ok {
			t.Errorf("%q: got %d, want none", text, got)
		}
	}
	for n, want := range map[int64]string{10 << 20: "10MiB", 500_000: "500KB", 1: "1B", 1025: "1025B", 1e9: "1GB", 2048: "2KiB"} {
		if got := formatSize(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestNetwork(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.0/8": "10.0.0.0/8", "10.1.2.3/8": "10.0.0.0/8", "127.0.0.1": "127.0.0.1/32", "::1": "::1/128",
		"::ffff:10.0.0.1": "10.0.0.1/32", "fd00::/8": "fd00::/8",
	} {
		if got, ok := parseNetwork(text); !ok || got.String() != want {
			t.Errorf("%q: got %v, %v, want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "localhost", "10.0.0.0/33", "10.0.0", "fe80::1%eth0", "*", "10.0.0.1:80"} {
		if got, ok := parseNetwork(text); ok {
			t.Errorf("%q: got %v, want none", text, got)
		}
	}
}

// checked is what a check must accept and refuse.
type checked struct {
	ok        func(string) bool
	good, bad []string
}

func TestChecks(t *testing.T) {
	for name, c := range map[string]checked{
		"web": {isWeb, []string{"https://a.example", "http://127.0.0.1:8080/rss?x=1", "https://خبر.example/rss", "https://x.example/api/z$q_"},
			[]string{"", "a.example", "//a.example/", "ftp://a.example/", "https://", "https:///rss", "https://u@a.example/", "https://a.example/a b", "http://[::1", "http://:80/"}},
		"id": {isID, []string{"a", "mehr-en", "360info", "news.example", "a_b"},
			[]string{"", "A", "-a", ".a", "a/b", "a b", "خبر", strings.Repeat("a", 101)}},
		"language": {isLanguage, []string{"", "en", "fa", "zh-Hant", "fa-IR", "ckb"}, []string{"english", "fa_IR", "xx-", "e", "en fa"}},
		"zone":     {isZone, []string{"", "UTC", "Asia/Tehran", "America/New_York"}, []string{"Local", "Tehran", "Asia/Teheran", "../../etc/passwd", "+03:30"}},
		"selector": {isSelector, []string{"", ".item-text", "h1.title, #a > p:not(.b)", `a[rel~="license"]`},
			[]string{"div[", "..a", "p:nope", ">", strings.Repeat("a", selectorBytes+1)}},
		"license": {isLicense, []string{"", "CC-BY-4.0", "CC-BY-SA-3.0", "CC0-1.0", "LicenseRef-cc-by-3.0-gr"},
			[]string{"CC BY 4.0", "CC-BY", "cc-by-4.0 ", "CC-BY-5.0", "https://creativecommons.org/licenses/by/4.0/"}},
		"contact": {isContact, []string{"", "mailto:desk@example.org", "https://example.org/bot"}, []string{"desk@example.org", "ftp://x", "mailto:a\r\nb"}},
	} {
		for _, s := range c.good {
			if !c.ok(s) {
				t.Errorf("%s %q is refused", name, s)
			}
		}
		for _, s := range c.bad {
			if c.ok(s) {
				t.Errorf("%s %q is accepted", name, s)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"contact", "enable", "fetch", "run", "agency", "timeout", "host_interval"}
	for word, want := range map[string]string{
		"contct": "contact", "ftech": "fetch", "Fetch": "fetch", "timout": "timeout", "hostinterval": "host_interval", "agencies": "agency",
		"": "", "x": "", "zzzzzzzz": "", "rn": "run", "interval": "", strings.Repeat("contact", 20): "",
	} {
		if got := nearest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestShown(t *testing.T) {
	for s, want := range map[string]string{
		"a":                              `"a"`,
		"https://desk:secret@a.example/": `"https://…@a.example/"`,
		"https://a.example/@b":           `"https://a.example/@b"`,
		strings.Repeat("ی", 100):         `"` + strings.Repeat("ی", 30) + `…"`,
	} {
		if got := shown(s); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}
