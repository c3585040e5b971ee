package storage

import (
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxURL is the longest address that is kept, in bytes; what is longer is a trap or a mistake.
const maxURL = 2048

// CanonicalURL gives the one form of an article's address: scheme and host in lower case and ASCII, no default
// port, no userinfo, no fragment but one that is a page (#!), dot segments resolved and slashes before the path made one,
// percent-encoding normalised (RFC 3986 section 6.2.2), tracking parameters gone and the others as they were, in their
// order. The addresses in from are those of the feed and the site, whose hosts some links carry as ref. A page's AMP or mobile
// form is another address, which only the page itself can tie to the first (rel=canonical).
//
// It is idempotent, and fails for what is no http or https address.
func CanonicalURL(raw string, from ...string) (string, error) {
	u, err := url.Parse(mendEscapes(strings.TrimSpace(raw)))
	if err != nil {
		return "", fmt.Errorf("address %q: not a URL", clip(raw, 200))
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", fmt.Errorf("address %q: not an absolute http or https URL", clip(raw, 200))
	}
	u.Host, err = canonicalHost(u)
	if err != nil {
		return "", fmt.Errorf("address %q: %w", clip(raw, 200), err)
	}
	p := "/" + strings.TrimLeft(withoutDots(normalEscapes(u.EscapedPath())), "/")
	s := u.Scheme + "://" + u.Host + p
	if q := withoutTrackers(normalEscapes(u.RawQuery), ownHosts(u, from)); q != "" {
		s += "?" + q
	}
	if strings.HasPrefix(u.Fragment, "!") { // a page of a site that is one script
		s += "#" + normalEscapes(u.EscapedFragment())
	}
	if len(s) > maxURL {
		return "", fmt.Errorf("address %q: longer than %d bytes", clip(raw, 80), maxURL)
	}
	return s, nil
}

// URLKey is the canonical URL as dedup compares it: http and https are one.
func URLKey(canonical string) string {
	_, rest, _ := strings.Cut(canonical, "://")
	return rest
}

func canonicalHost(u *url.URL) (string, error) {
	host := strings.ToLower(u.Hostname())
	if !isASCII(host) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return "", fmt.Errorf("host %q: %w", host, err)
		}
		host = ascii
	}
	host = strings.TrimRight(host, ".")
	if host == "" || host[0] == '.' || strings.Contains(host, "..") || strings.ContainsAny(host, " %/?#@\\<>") {
		return "", fmt.Errorf("host %q is not valid", host)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	port := strings.TrimLeft(u.Port(), "0")
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return host, nil
	}
	return host + ":" + port, nil
}

// withoutDots resolves dot segments (RFC 3986, section 5.2.4) and keeps what many sites tell apart: a slash at the end, and two
// in the middle.
func withoutDots(p string) string {
	if !strings.Contains(p, "/.") {
		return p
	}
	var kept []string
	parts := strings.Split(strings.TrimPrefix(p, "/"), "/")
	for i, part := range parts {
		switch part {
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		case ".":
		default:
			kept = append(kept, part)
			continue
		}
		if i == len(parts)-1 {
			kept = append(kept, "")
		}
	}
	return "/" + strings.Join(kept, "/")
}

// mendEscapes escapes a percent sign that begins no escape, as in /100%-sure: feeds have such addresses, and
// browsers open them.
func mendEscapes(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

// normalEscapes decodes what needs no escape, escapes what is not ASCII, and writes the rest in upper case, so that a
// slug in UTF-8 and the same slug percent-encoded are one address.
func normalEscapes(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		escaped := c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
		if escaped {
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
		}
		if escaped && !unreserved(c) || c <= ' ' || c >= 0x7f || strings.IndexByte(`"<>\^`+"`{|}", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// unreserved is RFC 3986 section 2.3.
func unreserved(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// clip bounds what a stranger's string adds to a message.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
