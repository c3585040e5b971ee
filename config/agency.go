package config

import (
	"fmt"
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
	if shared, ok := profile(r.peek(s.value, "profile")); ok {
		d.Rules, d.Archive = shared.Rules, shared.Archive
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
		{"poll_floor", r.floor(&d.Floor)},
		{"revisit", r.looks(&d.Revisit)},
		{"keep", r.age(&d.Keep, forever)},
		{"profile", r.profile(&d.Profile)},
		{"sitemap", r.text(&d.Sitemap, wantWeb, orEmpty(isWeb))},
		{"archive", r.text(&d.Archive, wantArchive, orEmpty(isArchive))},
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
			r.wrong(s.value.at, s.key, "no profile is called %s, %s", shown(name), hint{name, profiles()})
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
	case f != nil && f.value.isList() && len(f.value.items) == 0:
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
	own, byID := r.distinct(own)
	all := r.enabled(enable, spots, byID)
	for _, id := range enable {
		delete(byID, id)
	}
	for _, d := range own {
		if byID[d.ID] == d {
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

// distinct complains of an id that two of the file's agencies have, and drops the second: it would only lead to more.
func (r *reader) distinct(own []*draft) (kept []*draft, byID map[string]*draft) {
	byID = map[string]*draft{}
	for _, d := range own {
		if other := byID[d.ID]; other != nil && d.ID != "" {
			r.wrong(d.idAt, d.key+".id", "expected an id of its own, found %s, which %s has", shown(d.ID), other.key)
			continue
		}
		byID[d.ID] = d
		kept = append(kept, d)
	}
	return kept, byID
}

// enabled are the catalogue's agencies by id. Where the list is the default, there are no spots and no mistakes.
func (r *reader) enabled(ids []string, spots []spot, own map[string]*draft) []*draft {
	var all []*draft
	seen := map[string]bool{}
	for i, id := range ids {
		mine, isMine := own[id]
		a, known := Lookup(id)
		switch {
		case seen[id]:
			r.wrong(spots[i].value.at, spots[i].key, "expected each id once, found %s again", shown(id))
		case known && isMine:
			all = append(all, mine)
		case known:
			all = append(all, &draft{Agency: a})
		case isMine:
			r.wrong(spots[i].value.at, spots[i].key, "%s is this file's own agency, which is on without being listed", shown(id))
		default:
			r.wrong(spots[i].value.at, spots[i].key, "no agency of the catalogue is called %s, %s", shown(id), hint{id, builtIn()})
		}
		seen[id] = true
	}
	return all
}

// feedsOnce complains of a feed that is listed twice: its entries would belong to whichever agency was read first.
func (r *reader) feedsOnce(all []*draft) {
	type place struct {
		*draft
		i int // of its feeds
	}
	owners := map[string]place{}
	for _, d := range all {
		for i, feed := range d.Feeds {
			here := place{d, i}
			other, taken := owners[feedKey(feed)]
			if !taken {
				owners[feedKey(feed)] = here
				continue
			}
			// An entry of the catalogue has no place in the file, so the complaint is at the one that has.
			if len(here.feedAt) == 0 {
				here, other = other, here
			}
			if here.i < len(here.feedAt) {
				r.wrong(here.feedAt[here.i], fmt.Sprintf("%s.feeds[%d]", here.key, here.i),
					"expected each feed once, found %s, which %s has already", shown(feed), shown(other.ID))
			}
		}
	}
}
