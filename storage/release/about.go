package release

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"dateline/storage"
)

//go:embed about
var aboutFiles embed.FS

// about is what the texts of a release are filled with.
type about struct {
	Manifest
	Licenses    []license
	Agencies    []storage.Agency
	Authors     []string
	Honoured    []string
	Contact     string
	First, Last time.Time
	States      []string // of the ledger, those that an entry is in
	Shards      int
	Credits     string
	Changes     string
}

// license is a licence with all who have published under it.
type license struct {
	ID, Name, URL string
	Duty          string
	Records       int
	Grants        []*Grant
	Others        int
}

// writeAbout writes the texts, the manifest and the sums.
func (b *builder) writeAbout(m *Manifest) error {
	texts, err := template.New("").Funcs(template.FuncMap{
		"md": markdown, "link": link, "yaml": yaml, "day": day, "keys": keys[int], "add": func(a, b int) int { return a + b },
	}).ParseFS(aboutFiles, "about/*")
	if err != nil {
		return err
	}
	for _, f := range m.Files {
		m.JSONL += f.JSONL
	}
	a := b.about(m)
	for _, name := range []string{"ATTRIBUTION.md", "CITATION.cff", "DATASHEET.md"} {
		var text bytes.Buffer
		if err := texts.ExecuteTemplate(&text, name, a); err != nil {
			return err
		}
		f, err := b.folder.write(name, text.Bytes())
		if err != nil {
			return err
		}
		m.Files = append(m.Files, f)
	}
	slices.SortFunc(m.Files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return b.writeManifest(m)
}

func (b *builder) about(m *Manifest) about {
	a := about{
		Manifest: *m, Honoured: b.Honoured, Contact: b.Contact, First: b.tally.first, Last: b.tally.last, States: states(m.Ledger),
		Shards: len(m.Files) - 1, Credits: creditsPath, Changes: changes, Authors: b.Authors,
	}
	agencies := map[string]storage.Agency{}
	for _, g := range b.tally.sorted() {
		agencies[g.Agency.ID] = g.Agency
		n := len(a.Licenses)
		if n == 0 || a.Licenses[n-1].ID != g.License {
			a.Licenses = append(a.Licenses, license{ID: g.License, Name: g.Name, URL: g.LicenseURL, Duty: duty(g.License, g.Name), Others: b.tally.others[g.License]})
			a.Licenses[n].Records, n = a.Licenses[n].Others, n+1
		}
		l := &a.Licenses[n-1]
		l.Grants = append(l.Grants, g)
		l.Records += g.Records
	}
	for _, id := range slices.Sorted(maps.Keys(agencies)) {
		a.Agencies = append(a.Agencies, agencies[id])
	}
	if len(a.Authors) == 0 {
		for _, g := range a.Agencies {
			a.Authors = append(a.Authors, cmp.Or(g.Name, g.ID))
		}
	}
	return a
}

const (
	nothing    = "Nothing is asked for. To name the source is good practice."
	credit     = "Credit the creators and the holder, keep the notices, link to the licence and to the article, "
	noEndorser = " Link to the licence. Do not suggest that the source endorses you."
)

// duties are what licences ask of who passes a text on, by the beginning of their identifiers. The first that fits counts;
// {name} is the licence's.
var duties = []struct{ prefix, duty string }{
	{"cc0", nothing},
	{"cc-zero", nothing},
	{"cc-p", "In the public domain. " + nothing},
	{"cc-mark", "In the public domain. " + nothing},
	{"us-government-work", "No copyright within the United States; other countries may see that differently. Name the source."},
	{"cc-by-nc", "Not for commercial use. " + credit + "and read the licence before you change anything."},
	{"cc-by-nd", "Not to be passed on changed. " + credit + "and do not change the text."},
	{"cc-by-sa", credit + "say what you changed, and license what you make of it under the same licence or one that is named compatible."},
	{"cc-sa", "Keep the notices, link to the licence, and license what you make of it under the same licence."},
	{"cc-by", credit + "and say what you changed."},
	{"ogl-uk", "Print: Contains public sector information licensed under the {name}." + noEndorser},
	{"ogl-canada", "Print: Contains information licensed under the {name}." + noEndorser},
	{"etalab", "Name the source and the day on which the text was last updated (published or updated in the record), with a link to it."},
	{"kogl-1", "Name the source and the author, and link to the source. Keep the author's moral rights."},
	{"dl-de-by", "Name the provider, print “Data licence Germany – attribution – version 2.0” with a link to the licence, link to the article, and say that you changed it."},
	{"dl-de-zero", nothing},
	{"nlod", "Print: Contains data under the Norwegian licence for Open Government data (NLOD) distributed by the holder. Link to the licence, and say what you changed."},
}

func duty(spdx, name string) string {
	id := strings.TrimPrefix(strings.ToLower(spdx), "licenseref-")
	for _, d := range duties {
		if strings.HasPrefix(id, d.prefix) {
			return strings.ReplaceAll(d.duty, "{name}", markdown(name))
		}
	}
	return "Read the licence, or ask the holder, before you pass anything on."
}

// states are those of a ledger in the order of its table.
func states(ledger map[string]int) (all []string) {
	for _, s := range storage.States {
		if ledger[string(s)] > 0 {
			all = append(all, string(s))
		}
	}
	return all
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func day(t time.Time) string {
	if t.IsZero() {
		return "undated"
	}
	return t.UTC().Format(time.DateOnly)
}

// maxShown bounds a stranger's text in a text for people, in characters.
const maxShown = 300

// markdown makes a stranger's text say nothing but itself: no links, headings, code or HTML, and no second line.
func markdown(s string) string {
	s = strings.TrimSpace(oneLine(s))
	if utf8.RuneCountInString(s) > maxShown {
		s = string([]rune(s)[:maxShown]) + "…"
	}
	var b strings.Builder
	for i, r := range s {
		if r == '<' {
			b.WriteString("&lt;")
			continue
		}
		if strings.ContainsRune(meaning, r) || strings.HasPrefix(s[i:], "://") {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// meaning are the characters that can mean something within a line; "@" makes a link of what stands beside it.
const meaning = "\\`*_{}[]#!|>~&@"

// link is an address as Markdown writes one; what is no web address is text.
func link(s string) string {
	known := strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "mailto:")
	if !known || len(s) > 2000 || strings.ContainsAny(oneLine(s), "<>| \\`") {
		return markdown(s)
	}
	return "<" + s + ">"
}

// yaml is a text as a double-quoted scalar, of which JSON's strings are a kind.
func yaml(s string) string {
	b, err := json.Marshal(oneLine(s))
	if err != nil {
		return `""` // can't be: a string always is JSON
	}
	return string(b)
}
