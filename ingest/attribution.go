package ingest

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"dateline/extract"
	"dateline/storage"
)

// changes is what dateline does to every article. CC BY 4.0 section 3(a)(1)(B) wants it said.
const changes = "text extracted, markup removed"

// attribution is one line with title, author, source, licence and the note of changes, as CC BY 4.0 section
// 3(a)(1) asks for them. Without a licence it names the source alone, and grants nothing.
func attribution(r *storage.Record) string {
	var b strings.Builder
	if r.Title != "" {
		b.WriteString(`"` + r.Title + `"`) // as it is: escapes would spoil the joiners of Persian
	} else {
		b.WriteString("Untitled")
	}
	if len(r.Authors) > 0 {
		fmt.Fprintf(&b, " by %s", strings.Join(r.Authors, ", "))
	}
	if name, _ := Origin(r); name != "" {
		fmt.Fprintf(&b, ", %s", name)
	}
	if r.URL != "" {
		fmt.Fprintf(&b, " (%s)", r.URL)
	}
	if l := granted(r); l != nil {
		b.WriteString(", licensed")
		if l.Holder != "" {
			fmt.Fprintf(&b, " by %s", l.Holder)
		}
		fmt.Fprintf(&b, " under %s", extract.LicenseName(l.SPDX))
		if l.URL != "" {
			fmt.Fprintf(&b, " (%s)", l.URL)
		}
		fmt.Fprintf(&b, ". Changes: %s.", changes)
	}
	return b.String()
}

// AttributionHTML is a record's attribution as a fragment of HTML: the title links to the article, and the licence to its
// text with rel=license, so that the machines that read the copy find it too.
func AttributionHTML(r *storage.Record) string {
	var b strings.Builder
	title := "Untitled"
	if r.Title != "" {
		title = "“" + r.Title + "”"
	}
	b.WriteString(`<p class="attribution">` + link(r.URL, title, ""))
	if len(r.Authors) > 0 {
		b.WriteString(" by " + html.EscapeString(strings.Join(r.Authors, ", ")))
	}
	if name, home := Origin(r); name != "" {
		b.WriteString(", " + link(home, name, ""))
	}
	if l := granted(r); l != nil {
		b.WriteString(", licensed")
		if l.Holder != "" {
			b.WriteString(" by " + html.EscapeString(l.Holder))
		}
		b.WriteString(" under " + link(l.URL, extract.LicenseName(l.SPDX), ` rel="license"`) + ". Changes: " + changes + ".")
	}
	b.WriteString("</p>")
	return b.String()
}

// Origin is who published the article: the agency, or the host where it was fetched if that is another's.
func Origin(r *storage.Record) (name, home string) {
	if !elsewhere(r, r.URL) {
		return r.Agency.Name, r.Agency.Home
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return "", ""
	}
	return strings.TrimPrefix(u.Host, "www."), u.Scheme + "://" + u.Host + "/"
}

// link is a text that leads to an address of the web, or the text alone.
func link(address, text, rel string) string {
	text = html.EscapeString(text)
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		return text
	}
	return `<a` + rel + ` href="` + html.EscapeString(address) + `">` + text + `</a>`
}

// granted is the licence that an attribution may claim: none that is in doubt.
func granted(r *storage.Record) *storage.License {
	if r.License == nil || r.License.SPDX == "" || r.License.Status == "conflict" {
		return nil
	}
	return r.License
}
