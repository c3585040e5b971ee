package storage

import (
	"cmp"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"
)

// atom is a feed of the newest records, RFC 4287. The text goes along only where the licence lets everybody pass it on.
type atom struct {
	w      io.Writer
	o      ExportOptions
	newest []Line // a ring, the oldest at next
	next   int
}

// Bounds of a feed: how many entries it has unless told otherwise, and at most.
const (
	AtomEntries    = 50
	MaxAtomEntries = 1000
)

// maxAtomSummary bounds what is quoted of an article whose licence does not let its text be passed on, in bytes.
const maxAtomSummary = 500

func newAtom(w io.Writer, o ExportOptions) sink {
	return &atom{w: w, o: o}
}

func (a *atom) write(l Line) (bool, error) {
	limit := min(cmp.Or(a.o.Newest, AtomEntries), MaxAtomEntries)
	if len(a.newest) < limit {
		a.newest = append(a.newest, l)
		return true, nil
	}
	a.newest[a.next] = l
	a.next = (a.next + 1) % limit
	return false, nil
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	By      string      `xml:"generator"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Lang       string         `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published,omitempty"`
	Authors    []atomPerson   `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Rights     string         `xml:"rights,omitempty"`
	Summary    string         `xml:"summary,omitempty"`
	Content    *atomText      `xml:"content"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// close writes the feed, newest first.
func (a *atom) close() error {
	feed := atomFeed{ID: atomID("feed", a.o.Self), Title: "dateline", Updated: atomTime(time.Unix(0, 0)), By: "dateline"}
	if a.o.Self != "" {
		feed.Links = []atomLink{{"self", "application/atom+xml", a.o.Self}}
	}
	lines := slices.Concat(a.newest[a.next:], a.newest[:a.next])
	for _, l := range slices.Backward(lines) {
		r, err := l.Record()
		if err != nil {
			return err
		}
		e := r.atomEntry()
		feed.Updated = max(feed.Updated, e.Updated) // in UTC, so they sort as the times do
		feed.Entries = append(feed.Entries, e)
	}
	if _, err := io.WriteString(a.w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(a.w)
	e.Indent("", " ")
	if err := e.Encode(feed); err != nil {
		return err
	}
	_, err := a.w.Write(newline)
	return err
}

func (r *Record) atomEntry() atomEntry {
	e := atomEntry{
		Lang: r.Language, ID: atomID("record", r.ID), Title: cmp.Or(r.Title, r.URL, r.ID),
		Updated: atomTime(slices.MaxFunc([]time.Time{r.Published, r.Updated, r.Fetched}, time.Time.Compare)),
		Authors: r.atomAuthors(), Rights: r.atomRights(),
	}
	if !r.Published.IsZero() {
		e.Published = atomTime(r.Published)
	}
	if r.URL != "" {
		e.Links = []atomLink{{"alternate", "text/html", r.URL}}
	}
	for _, term := range r.Tags {
		if term != "" {
			e.Categories = append(e.Categories, atomCategory{term})
		}
	}
	if r.Notice != nil {
		e.Categories = append(e.Categories, atomCategory{r.Notice.Kind})
	}
	e.Summary = clip(r.Summary, maxAtomSummary)
	switch {
	case r.notOpen() == "" && r.Text != "":
		e.Content = &atomText{"text", r.Text}
	case r.URL == "": // an entry without a link to the article has to have content
		e.Content = &atomText{"text", cmp.Or(e.Summary, e.Title)}
	}
	return e
}

// atomAuthors are never none: an entry has to have one, unless its feed has.
func (r *Record) atomAuthors() (people []atomPerson) {
	for _, name := range r.Authors {
		if name != "" {
			people = append(people, atomPerson{Name: name})
		}
	}
	if people == nil {
		people = []atomPerson{{Name: cmp.Or(r.Agency.Name, r.Agency.ID), URI: absolute(r.Agency.Home)}}
	}
	return people
}

// atomRights says under which licence the article is, as that asks to be credited.
func (r *Record) atomRights() string {
	l := r.licensed()
	switch {
	case r.notOpen() == "":
		return cmp.Or(r.Attribution, l.SPDX)
	case l.SPDX != "":
		return fmt.Sprintf("%s, %s", cmp.Or(l.Holder, r.Agency.Name, r.Agency.ID), l.SPDX)
	default:
		return "All rights of " + cmp.Or(r.Agency.Name, r.Agency.ID)
	}
}

// absolute is an address if it can stand in a feed; else it is empty.
func absolute(s string) string {
	if u, err := url.Parse(s); err != nil || !u.IsAbs() {
		return ""
	}
	return s
}

// atomID is a URI that is for ever that of a thing: a UUID of version 8 (RFC 9562), of what it is and its name.
func atomID(kind, name string) string {
	sum := sha256.Sum256([]byte("dateline " + kind + "\x00" + name))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
