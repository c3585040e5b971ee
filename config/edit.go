package config

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// What became of a feed that was to be added.
const (
	NewAgency = "new agency" // an [[agency]] was written for it
	Joined    = "added"      // to the feeds of an agency that was there
	Enabled   = "enabled"    // an agency of the catalogue has it, and is on now
	Known     = "known"      // an agency had it already
	Refused   = "refused"
)

// Change is what became of one feed.
type Change struct {
	Feed   string
	Agency string // the id of the agency that has it; empty if it was refused
	Name   string // the agency's
	What   string // [NewAgency], [Joined], [Enabled], [Known] or [Refused]
	Why    string // it was refused
}

// fileHead begins a file that is made.
const fileHead = `# dateline.toml: which agencies are read. dateline config prints every key with its manual.

# contact = "mailto:you@example.org"   # where a publisher reaches you
# enable = []                          # none of the built-in agencies; without this line, four are on
`

// Add is the text of a configuration file with the feeds of some agencies added to it, and what became of each feed in turn.
// Comments, order and layout of the text stay as they are, and so does the way its lines end. An empty text becomes a
// new file's.
//
// An agency that is there, by its id or, if it brings none, by its site, takes the feeds into its list; one of the catalogue
// that has the feed is enabled, and one that publishes on its site takes it; any other becomes an [[agency]] at the end. An
// agency without an id gets the one that [Adhoc] would give it, so that its records keep theirs.
//
// It fails if the text is no valid configuration, with an [Error], or if the feeds can't be added without breaking it.
func Add(name string, data []byte, agencies []Agency) ([]byte, []Change, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		data = []byte(fileHead)
	}
	before, err := Parse(name, data)
	if err != nil {
		return nil, nil, err
	}
	e, err := newEditor(before)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range agencies {
		e.add(a)
	}
	out := e.write(data)
	after, err := Parse(name, out)
	if err != nil {
		return nil, nil, fmt.Errorf("%q can't take the addition as it is written: %v", name, err)
	}
	if err := e.check(before, after); err != nil {
		return nil, nil, fmt.Errorf("%q can't take the addition as it is written: %w", name, err)
	}
	return out, e.changes, nil
}

// editor collects what is to be written, feed by feed.
type editor struct {
	agencies []Agency            // in force, with what was added
	at       map[string]int      // id → place in agencies
	sites    map[string][]string // siteOf → ids
	owner    map[string]string   // twinKey → id
	catalog  map[string]string   // twinKey → id of the catalogue's agency
	offered  map[string][]string // siteOf → ids of the catalogue's agencies
	enable   []string
	joined   map[string][]string // id → feeds that its list lacks
	fresh    map[string]bool     // ids of the agencies that the file has not
	changes  []Change
}

func newEditor(c *Config) (*editor, error) {
	e := &editor{at: map[string]int{}, sites: map[string][]string{}, owner: map[string]string{}, catalog: map[string]string{},
		offered: map[string][]string{}, joined: map[string][]string{}, fresh: map[string]bool{}}
	for _, a := range c.Agencies {
		e.enter(a)
	}
	all, err := Catalog()
	for _, a := range all {
		for _, f := range a.Feeds {
			e.catalog[twinKey(f)] = a.ID
		}
		site := siteOf(a.Feeds[0], a.Home)
		e.offered[site] = append(e.offered[site], a.ID)
	}
	return e, err
}

// enter adds an agency with its feeds to those in force.
func (e *editor) enter(a Agency) {
	feeds := a.Feeds
	a.Feeds = nil
	e.at[a.ID] = len(e.agencies)
	e.agencies = append(e.agencies, a)
	e.settle(a.ID, siteOf("", a.Home))
	for _, f := range feeds {
		e.hand(f, a.ID)
	}
}

// hand makes a feed an agency's.
func (e *editor) hand(feed, id string) {
	a := e.find(id)
	a.Feeds = append(a.Feeds, feed)
	e.owner[twinKey(feed)] = id
	e.settle(id, siteOf(feed, a.Home))
}

// settle notes that an agency publishes on a site.
func (e *editor) settle(id, site string) {
	if site != "" && !slices.Contains(e.sites[site], id) {
		e.sites[site] = append(e.sites[site], id)
	}
}

// find is the agency of an id; nil if there is none.
func (e *editor) find(id string) *Agency {
	i, ok := e.at[id]
	if !ok {
		return nil
	}
	return &e.agencies[i]
}

// add decides for each feed of an agency.
func (e *editor) add(a Agency) {
	for _, feed := range a.Feeds {
		change := Change{Feed: feed}
		key := twinKey(feed)
		switch owner, catalogued := e.owner[key], e.catalog[key]; {
		case !isAddress(feed):
			change.What, change.Why = Refused, "expected "+wantWeb
		case owner != "":
			change.Agency, change.What = owner, Known
		case catalogued != "" && (a.ID == "" || a.ID == catalogued) && e.isOff(catalogued):
			change.Agency, change.What = catalogued, Enabled
			e.turnOn(catalogued)
		default:
			e.give(&change, a)
		}
		if owner := e.find(change.Agency); owner != nil {
			change.Name = owner.Name
		}
		e.changes = append(e.changes, change)
	}
}

// isOff tells whether an agency of the catalogue can be enabled: nobody has one of its feeds.
func (e *editor) isOff(id string) bool {
	a, _ := Lookup(id)
	return e.find(id) == nil && !slices.ContainsFunc(a.Feeds, func(f string) bool { return e.owner[twinKey(f)] != "" })
}

// turnOn enables an agency of the catalogue.
func (e *editor) turnOn(id string) {
	e.enable = append(e.enable, id)
	a, _ := Lookup(id)
	e.enter(a)
}

// give puts a feed into the list of its agency, which is made if need be.
func (e *editor) give(change *Change, a Agency) {
	id, err := e.choose(change.Feed, a)
	if err != nil {
		change.What, change.Why = Refused, err.Error()
		return
	}
	if e.find(id) == nil {
		base, ok := Lookup(id)
		if !ok {
			base, e.fresh[id] = a.sound(id), true
		}
		e.enter(base)
	}
	change.Agency, change.What = id, NewAgency
	if !e.fresh[id] {
		change.What = Joined
		e.joined[id] = append(e.joined[id], change.Feed)
	}
	e.hand(change.Feed, id)
}

// sound is an agency without feeds as a file may have it: what a stranger said of it is left out where it is wrong.
func (a Agency) sound(id string) Agency {
	a.ID, a.Feeds = id, nil
	if a.Name = oneLine(a.Name); !isName(a.Name) {
		a.Name = strings.TrimPrefix(id, "www.")
	}
	if !isAddress(a.Home) {
		a.Home = ""
	}
	if !isLanguage(a.Language) {
		a.Language = ""
	}
	return a
}

// isAddress tells a web address that a file takes.
func isAddress(s string) bool {
	return isWeb(s) && utf8.ValidString(s) && !strings.ContainsFunc(s, isOdd)
}

// oneLine is a text without control characters and with single spaces.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if isOdd(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))), " ")
}

// choose finds the id under which a feed is to stand.
func (e *editor) choose(feed string, a Agency) (string, error) {
	if a.ID != "" {
		if !isID(a.ID) {
			return "", fmt.Errorf(`expected an id of lower-case letters, digits, "-", "_" and ".", found %s`, shown(a.ID))
		}
		return a.ID, nil
	}
	site := siteOf(feed, a.Home)
	same := e.alike(e.sites[site], a.Language)
	switch {
	case len(same) == 1:
		return same[0], nil
	case len(same) > 1:
		return "", fmt.Errorf("%s publish on its site: an id has to say which of them is meant", strings.Join(same, " and "))
	}
	if same := e.alike(e.offered[site], a.Language); len(same) == 1 {
		return same[0], nil // with what is known of it
	}
	id := hostID(feed, a.Home)
	switch {
	case !isID(id):
		return "", fmt.Errorf("its host makes no id: %s", shown(id))
	case e.find(id) != nil:
		return "", fmt.Errorf("an agency has the id %q and publishes in another language: this one needs an id of its own", id)
	}
	return id, nil
}

// alike are the agencies of a list, in force or of the catalogue, that publish in a language.
func (e *editor) alike(ids []string, language string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		a := e.find(id)
		if a == nil {
			base, _ := Lookup(id)
			a = &base
		}
		return !speakAlike(a.Language, language)
	})
}

// speakAlike tells whether two tags of BCP 47 are of one language, or one is empty. A site in two languages is two agencies.
func speakAlike(a, b string) bool {
	a, _, _ = strings.Cut(a, "-")
	b, _, _ = strings.Cut(b, "-")
	return a == "" || b == "" || strings.EqualFold(a, b)
}

// siteOf is the host that stands for a site: the home page's if there is one, else the feed's, without www.
func siteOf(feed, home string) string {
	for _, s := range []string{home, feed} {
		if u, err := url.Parse(s); err == nil && u.Hostname() != "" {
			return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
		}
	}
	return ""
}

// hostID is the id of an agency that brings none: that of [Adhoc], unless somebody else serves the feed for it.
func hostID(feed, home string) string {
	if siteOf(feed, home) != siteOf(feed, "") {
		feed = home
	}
	a, err := Adhoc(feed)
	if err != nil {
		return ""
	}
	return a.ID
}

// twinKey is a feed's address without its scheme and a last slash: whoever serves a feed at both addresses serves one feed,
// and lists of feeds are older than the move from the one to the other.
func twinKey(feed string) string {
	_, rest, _ := strings.Cut(feedKey(feed), "://")
	return strings.TrimSuffix(rest, "/")
}

// check holds what was written to what was meant: the new feeds are there, and nothing else has changed.
func (e *editor) check(before, after *Config) error {
	type place struct{ id, feed string }
	has, feeds := map[place]bool{}, map[string]int{} // feeds: how many, by the agency's id
	for _, a := range after.Agencies {
		feeds[a.ID] = len(a.Feeds)
		for _, f := range a.Feeds {
			has[place{a.ID, feedKey(f)}] = true
		}
	}
	for _, c := range e.changes {
		ok := true
		switch c.What {
		case NewAgency, Joined:
			ok = has[place{c.Agency, feedKey(c.Feed)}]
		case Enabled: // the catalogue may have its twin
			ok = feeds[c.Agency] > 0
		}
		if !ok {
			return fmt.Errorf("%s would not be read for %s", shown(c.Feed), shown(c.Agency))
		}
	}
	for _, a := range before.Agencies {
		if n, ok := feeds[a.ID]; !ok || n != len(a.Feeds)+len(e.joined[a.ID]) {
			return fmt.Errorf("the feeds of %s would change", shown(a.ID))
		}
	}
	return nil
}
