package config

import (
	"slices"
	"time"

	"dateline/extract"
)

// wantWeb is what an address must be.
const wantWeb = `an http:// or https:// address without user name and password`

// draft is an agency as it is read, with the places that later mistakes name.
type draft struct {
	Agency
	key    string // agency[0]
	at     int    // of its header
	idAt   int
	feedAt []int // of its feeds; empty where they are the catalogue's
}

// agency reads an agency. One whose id is the catalogue's starts from that entry, so that a feed which has moved
// is mended with two lines, and its records keep their ids.
func (r *reader) agency(s spot) *draft {
	d := &draft{key: s.key, at: s.value.at, idAt: s.value.at}
	base := r.peek(s.value, "id")
	if a, ok := Lookup(base); ok {
		d.Agency = a
	}
	if rules, ok := profile(r.peek(s.value, "profile")); ok {
		d.Rules = rules
	}
	r.table(s, r.agencyKeys(d))
	r.complete(s, d)
	return d
}

// peek is a text among a table's fields, read ahead of the others because they depend on it.
func (r *reader) peek(table *value, name string) string {
	if f := table.get(name); f != nil {
		return f.value.text
	}
	return ""
}

func (r *reader) agencyKeys(d *draft) []key {
	return []key{
		{"id", func(s spot) {
			d.idAt = s.value.at
			r.text(&d.ID, `an id of lower-case letters, digits, "-", "_" and "."`, isID)(s)
		}},
		{"name", r.text(&d.Name, "a name", isName)},
		{"home", r.text(&d.Home, wantWeb, orEmpty(isWeb))},
		{"language", r.text(&d.Language, `a BCP 47 language tag such as "en", "fa" or "zh-Hant"`, isLanguage)},
		{"timezone", r.text(&d.Timezone, `an IANA time zone such as "Asia/Tehran"`, isZone)},
		{"feeds", r.feeds(d)},
		{"profile", r.profile(&d.Profile)},
		{"license", r.text(&d.License, `a licence's SPDX id such as "CC-BY-4.0"`, isLicense)},
		{"holder", r.text(&d.Holder, "the name of who licenses", func(string) bool { return true })},
		{"rules", func(s spot) { r.table(s, r.ruleKeys(&d.Rules)) }},
	}
}

// feeds reads the addresses and where they stand.
func (r *reader) feeds(d *draft) func(spot) {
	return func(s spot) {
		d.Feeds = nil
		r.each(s, wantWeb, func(s spot) {
			if text, ok := r.string(s, wantWeb); ok && r.fits(s, text, wantWeb, isWeb) {
				d.Feeds, d.feedAt = append(d.Feeds, text), append(d.feedAt, s.value.at)
			}
		})
	}
}

// orEmpty also accepts an empty text: with it, an agency takes back what the catalogue's entry says.
func orEmpty(ok func(string) bool) func(string) bool {
	return func(s string) bool { return s == "" || ok(s) }
}

func (r *reader) ruleKeys(rules *extract.Rules) []key {
	const want = `a CSS selector such as ".item-text"`
	return []key{
		{"body", r.text(&rules.Body, want, isSelector)},
		{"lead", r.text(&rules.Lead, want, isSelector)},
		{"title", r.text(&rules.Title, want, isSelector)},
		{"date", r.text(&rules.Date, want, isSelector)},
		{"author", r.text(&rules.Author, want, isSelector)},
		{"drop", r.texts(&rules.Drop, want, func(s string) bool { return s != "" && isSelector(s) })},
	}
}

func (r *reader) profile(dst *string) func(spot) {
	return func(s spot) {
		name, ok := r.string(s, "a profile's name")
		if !ok {
			return
		}
		if _, known := profile(name); name != "" && !known {
			r.wrong(s.value.at, s.key, "no profile is called %s, %s", shown(name), hint(name, profiles()))
			return
		}
		*dst = name
	}
}

// complete says what an agency lacks. A key that is there but wrong has been complained of already.
func (r *reader) complete(s spot, d *draft) {
	if s.value.get("id") == nil {
		r.wrong(d.at, s.key+".id", `expected an id such as "example", found none`)
	}
	if d.Name == "" && s.value.get("name") == nil {
		r.wrong(d.at, s.key+".name", "expected the agency's name, found none")
	}
	f := s.value.get("feeds")
	switch {
	case f == nil && len(d.Feeds) == 0:
		r.wrong(d.at, s.key+".feeds", "expected at least one feed's address, found none")
	case f != nil && len(f.value.items) == 0 && f.value.kind == arrayKind:
		r.wrong(f.value.at, s.key+".feeds", "expected at least one feed's address, found an empty list")
	}
	d.Zone = time.UTC
	// The name has been checked; an unknown one has been complained of and was not kept.
	if zone, err := time.LoadLocation(d.Timezone); err == nil {
		d.Zone = zone
	}
}

// assemble is the list of the agencies: the enabled ones, each as the file overrides it, then the file's others.
func (r *reader) assemble(enable []string, spots []spot, own []*draft) []Agency {
	r.distinct(own)
	all := r.enabled(enable, spots, own)
	for _, d := range own {
		if !slices.Contains(enable, d.ID) {
			all = append(all, d)
		}
	}
	r.feedsOnce(all)
	var agencies []Agency
	for _, d := range all {
		agencies = append(agencies, d.Agency)
	}
	return agencies
}

// distinct complains of an id that two of the file's agencies have.
func (r *reader) distinct(own []*draft) {
	first := map[string]*draft{}
	for _, d := range own {
		if other := first[d.ID]; other != nil && d.ID != "" {
			r.wrong(d.idAt, d.key+".id", "expected an id of its own, found %s, which %s has", shown(d.ID), other.key)
			continue
		}
		first[d.ID] = d
	}
}

// enabled are the catalogue's agencies by id. Where the list is the default, there are no spots and no mistakes.
func (r *reader) enabled(ids []string, spots []spot, own []*draft) []*draft {
	var all []*draft
	for i, id := range ids {
		if j := slices.IndexFunc(own, func(d *draft) bool { return d.ID == id }); j >= 0 && isBuiltIn(id) {
			all = append(all, own[j])
		} else if a, ok := Lookup(id); ok {
			all = append(all, &draft{Agency: a})
		} else if j >= 0 {
			r.wrong(spots[i].value.at, spots[i].key, "%s is this file's own agency, which is on without being listed", shown(id))
		} else {
			r.wrong(spots[i].value.at, spots[i].key, "no agency of the catalogue is called %s, %s", shown(id), hint(id, builtIn()))
		}
		if slices.Contains(ids[:i], id) {
			r.wrong(spots[i].value.at, spots[i].key, "expected each id once, found %s again", shown(id))
		}
	}
	return all
}

// feedsOnce complains of a feed that is listed twice: its entries would belong to whichever agency was read first.
func (r *reader) feedsOnce(all []*draft) {
	owner := map[string]*draft{}
	for _, d := range all {
		for i, feed := range d.Feeds {
			k := feedKey(feed)
			if other := owner[k]; other != nil {
				r.twice(d, other, i, feed)
				continue
			}
			owner[k] = d
		}
	}
}

func (r *reader) twice(d, other *draft, i int, feed string) {
	// An enabled entry has no place of its own in the file, so the complaint is at the agency that has one.
	if len(d.feedAt) == 0 {
		d, other = other, d
		i = slices.IndexFunc(d.Feeds, func(f string) bool { return feedKey(f) == feedKey(feed) })
	}
	at := d.at
	if i >= 0 && i < len(d.feedAt) {
		at = d.feedAt[i]
	}
	r.wrong(at, d.key+".feeds", "expected each feed once, found %s, which %s has already", shown(feed), shown(other.ID))
}
