package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	// The zone database is linked in, so that a file which is right on one machine is right on all.
	_ "time/tzdata"

	"dateline/extract"
	"dateline/fetch"

	"github.com/andybalholm/cascadia"
	"golang.org/x/text/language"
)

// Bounds that catch a wrong unit rather than forbid anything sensible.
const (
	longest = 366 * 24 * time.Hour
	largest = 1 << 30
)

// parseDuration reads what time.ParseDuration reads, without a sign, and days before it.
func parseDuration(s string) (time.Duration, bool) {
	days, rest, hasDays := strings.Cut(s, "d")
	if !hasDays {
		days, rest = "0", s
	}
	n, err := strconv.ParseUint(days, 10, 16)
	if err != nil || strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "+") {
		return 0, false
	}
	d := time.Duration(n) * 24 * time.Hour
	if hasDays && rest == "" {
		return d, true
	}
	more, err := time.ParseDuration(rest)
	if err != nil || more > longest {
		return 0, false
	}
	return d + more, true
}

// formatDuration writes a duration without the zeros that Go puts behind it: 1h, not 1h0m0s.
func formatDuration(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// units are the units of a size, largest first: those of IEC 80000-13 and the decimal ones.
func units() []unit {
	return []unit{{"GiB", 1 << 30}, {"GB", 1e9}, {"MiB", 1 << 20}, {"MB", 1e6}, {"KiB", 1 << 10}, {"KB", 1e3}, {"B", 1}}
}

type unit struct {
	name  string
	bytes int64
}

// parseSize reads a whole number of bytes with a unit.
func parseSize(s string) (int64, bool) {
	for _, u := range units() {
		number, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSpace(number), 10, 31)
		return int64(n) * u.bytes, err == nil
	}
	return 0, false
}

// formatSize writes a size in the largest unit that says it exactly.
func formatSize(n int64) string {
	for _, u := range units() {
		if n >= u.bytes && n%u.bytes == 0 {
			return fmt.Sprintf("%d%s", n/u.bytes, u.name)
		}
	}
	return fmt.Sprintf("%dB", n)
}

// parseNetwork reads a network or a single address. Bits behind the prefix are dropped, as routers do.
func parseNetwork(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), true
}

// isWeb tells an absolute http or https address. One with a user name or password is refused, because it would be
// printed: feeds' addresses stand in every exported record.
func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil &&
		!strings.ContainsAny(s, " \t")
}

// isBase tells a web address that can be lengthened.
func isBase(s string) bool { return isWeb(s) && !strings.ContainsAny(s, "?#") }

// isListen tells where a server can listen: a port, on one address of this machine or on all of them.
func isListen(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return false
	}
	_, err = netip.ParseAddr(host)
	_, badPort := strconv.ParseUint(port, 10, 16)
	return (host == "" || host == "localhost" || err == nil) && badPort == nil
}

// feedKey is what makes two feeds' addresses one: case of scheme and host, a default port and a fragment don't count.
func feedKey(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	u.Scheme, u.Host, u.Fragment, u.RawFragment = strings.ToLower(u.Scheme), strings.ToLower(u.Host), "", ""
	switch {
	case u.Scheme == "http":
		u.Host = strings.TrimSuffix(u.Host, ":80")
	case u.Scheme == "https":
		u.Host = strings.TrimSuffix(u.Host, ":443")
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// isID tells an agency's id. It stands in file names, commands and JSON keys, so it is plain.
func isID(s string) bool {
	const first, rest = "abcdefghijklmnopqrstuvwxyz0123456789", "._-"
	return s != "" && len(s) <= 100 && strings.Contains(first, s[:1]) && strings.Trim(s, first+rest) == ""
}

func isName(s string) bool { return strings.TrimSpace(s) != "" }

// isContact asks fetch, which puts it into the User-Agent.
func isContact(s string) bool { return fetch.Options{Contact: s}.Validate() == nil }

// isLanguage tells a tag of BCP 47. The parser also takes the underscores of POSIX, which no browser would.
func isLanguage(s string) bool {
	_, err := language.Parse(s)
	return s == "" || err == nil && !strings.Contains(s, "_")
}

// isZone tells a name of the IANA database. "Local" is none: it means another zone on every machine.
func isZone(s string) bool {
	_, err := time.LoadLocation(s)
	return err == nil && s != "Local"
}

// selectorBytes bounds a selector, since its compiler calls itself for each nested bracket.
const selectorBytes = 1000

// isSelector asks the compiler that goquery uses. An empty selector means: find it without a rule.
func isSelector(s string) bool {
	if s == "" {
		return true
	}
	if len(s) > selectorBytes {
		return false
	}
	_, err := cascadia.Compile(s)
	return err == nil
}

// isLicense is the only judge of a licence's id: one that the extractor's table has an address for, or a LicenseRef for one
// that SPDX doesn't list. A typing error here would print a licence that does not exist into every record.
func isLicense(s string) bool {
	if s == "" || licenseRef.MatchString(s) {
		return true
	}
	l := extract.LicenseByID(s)
	return l != nil && l.SPDX == s && l.URL != ""
}

var licenseRef = regexp.MustCompile(`^LicenseRef-[A-Za-z0-9.-]+$`)
