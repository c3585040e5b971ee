// Package extract makes an article of a news page: its text and nothing else, who wrote it, when, and
// under which licence it stands, each finding with the place where it was read.
//
// The package is pure. It has no network, no clock and no log: the same page and the same [Source] give the
// same [Article] on every machine, so a stored page can be read again whenever a rule has improved.
//
// [Page] asks an ordered list of finders; the file of each is named after what it finds.
package extract

import "time"

// Source is what is known of a page before it is read. The zero value is valid: everything is then
// taken from the page alone.
type Source struct {
	// URL is the address that answered, after redirects. Relative links are resolved against it, and only a
	// rel=canonical on its own site is believed.
	URL string

	// Fetched is when the page was fetched. It bounds dates: an article is not published after it was read.
	Fetched time.Time

	// Header holds the response headers that speak about the page: Link, X-Robots-Tag, Content-Language,
	// tdm-reservation, tdm-policy, Content-Usage. The keys are in canonical MIME form. Others are ignored.
	Header map[string][]string

	// Rules are the site's selectors; the zero value means that the site has none.
	Rules Rules

	// Zone is where a time without a zone was printed; nil means UTC.
	Zone *time.Location

	// Language is the BCP 47 tag to assume where the page states none.
	Language string

	// Agency is the publisher's name, which is no author where a person is named.
	Agency string

	// Holder is who licenses the publisher's texts, where that is somebody else. Its signature is no third party's.
	Holder string

	// Title, Summary and Content are what the feed says of the article, Content as HTML. They anchor the search.
	Title, Summary, Content string

	// Site is what is remembered of the pages of the same site; nil means nothing.
	Site *Site
}

// Rules are CSS selectors for one site, as goquery reads them. An empty selector means: find it without a rule.
type Rules struct {
	Body   string   // the elements whose blocks are the text
	Lead   string   // a lead that stands outside Body and opens the text
	Title  string   // the headline
	Date   string   // the date of publication
	Author string   // each match is an author
	Drop   []string // removed before anything is read
}

// Article is what a page says. A field that the page does not fill is empty; nothing is guessed.
type Article struct {
	URL       string // canonical, absolute; empty if the page names none on its own site
	Title     string // without the site's name
	Publisher string // the site's name for itself, plain text
	Summary   string // the lead or dek, plain text
	Text      string // paragraphs joined by one blank line
	Authors   []string
	Section   string
	Tags      []string
	Dateline  string    // the place as printed: TEHRAN
	Published time.Time // in the zone that the page prints
	Updated   time.Time // likewise
	Language  string    // BCP 47
	Images    []Image
	License   *License
	Rights    []Right
	Notice    *Notice // what the page says of its article's correction or retraction

	BodyFrom   string    // how the body was found: rule, json-ld, generic, feed; empty if there is none
	Confidence float64   // expected agreement of Text with the article, 0 to 1
	Findings   []Finding // where each field was read, in the order of the fields
	Traces     Traces    // what the page teaches of its site, for [Site.Learn]
}

// Finding is the evidence for one field of an [Article].
type Finding struct {
	Field string // title, published, body …
	From  string // json-ld, meta article:published_time, rule .item-text …
	Value string // what was read there, at most 300 bytes
}

// Image is a picture of the article.
type Image struct {
	URL     string
	Caption string
	Credit  string
}

// License is a licence that a page, a feed or a configuration states, and the proof.
type License struct {
	SPDX         string  // CC-BY-4.0; LicenseRef-cc-by-3.0-gr where SPDX lists none
	URL          string  // the licence's own address
	Version      string  // 4.0; empty where none is stated
	Jurisdiction string  // ISO 3166 code of the country it was written for, IGO or SCOTLAND; empty for all
	Holder       string  // who licenses, as printed
	Scope        string  // what it was stated for: item, page, feed, site, agency
	Statement    string  // the sentence, verbatim
	Evidence     string  // where it was read: page-link, page-text, json-ld, meta, feed, agency-config
	Confidence   float64 // that it is the article's, 0 to 1
	Status       string  // verified, asserted, conflict
}

// Right is a reservation or permission that the publisher states beside the licence.
type Right struct {
	Name     string // noai, tdm-reservation, noindex …
	Value    string
	Evidence string // meta robots, header X-Robots-Tag …
}
