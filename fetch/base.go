package fetch

import (
	"net/url"
	"strings"
)

// join resolves a reference against a base that may be relative itself, or empty (RFC 3986, section 5). What can't be parsed
// changes nothing.
func join(base, ref string) string {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil {
		return base
	}
	b, err := url.Parse(base)
	if base == "" || err != nil {
		return u.String()
	}
	return b.ResolveReference(u).String()
}

// baseWithin is the base that an xml:base states within a document. Without an address of either, there is none.
func baseWithin(document *url.URL, stated string) *url.URL {
	if stated == "" {
		return document
	}
	u, err := url.Parse(stated)
	if err != nil {
		return document
	}
	if document != nil {
		u = document.ResolveReference(u)
	}
	if !isWeb(u) {
		return document
	}
	return u
}

// webURL is an address of the web, or nil.
func webURL(s string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || !isWeb(u) {
		return nil
	}
	return u
}

// absolute resolves a link; without a base a relative one stays as it is. Of the others only web addresses survive:
// javascript:, data: and mailto: links are no page.
func absolute(base *url.URL, href string) string {
	href = cleanLine(href)
	if href == "" {
		return ""
	}
	u, err := url.Parse(strings.ReplaceAll(href, " ", "%20"))
	if err != nil {
		return ""
	}
	if base == nil && u.Scheme == "" && u.Opaque == "" {
		return u.String() // a document without an address: what it says is all there is
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if !isWeb(u) {
		return ""
	}
	return u.String()
}

// resolveHTML makes the links and pictures of a piece of HTML absolute. Most bodies have nothing to resolve, and are returned
// as they are.
func resolveHTML(base *url.URL, s string) string {
	if base == nil {
		return s
	}
	var out strings.Builder
	from := 0
	for i := 0; i < len(s); {
		n := strings.IndexByte(s[i:], '=')
		if n < 0 {
			break
		}
		i += n + 1
		if !isLinkAttr(s[:i-1]) || i >= len(s) || s[i] != '"' && s[i] != '\'' {
			continue
		}
		end := strings.IndexByte(s[i+1:], s[i])
		if end < 0 {
			break
		}
		if ref := s[i+1 : i+1+end]; isRelative(ref) {
			out.WriteString(s[from : i+1])
			out.WriteString(join(base.String(), ref))
			from = i + 1 + end
		}
		i += end + 2
	}
	if from == 0 {
		return s
	}
	return out.String() + s[from:]
}

// isLinkAttr tells whether an attribute named href or src ends here, right before its "=".
func isLinkAttr(before string) bool {
	before = before[max(0, len(before)-6):]
	return hasSuffixFold(before, " href") || hasSuffixFold(before, " src") || hasSuffixFold(before, "\nhref") || hasSuffixFold(before, "\nsrc")
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// isRelative tells the references that mean something only on their page: neither absolute nor a place on the same page.
func isRelative(ref string) bool {
	if ref == "" || ref[0] == '#' {
		return false
	}
	if strings.HasPrefix(ref, "http://") || strings.HasPrefix(ref, "https://") {
		return false
	}
	u, err := url.Parse(ref)
	return err == nil && u.Scheme == ""
}
