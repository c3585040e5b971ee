// Package config reads dateline.toml: which agencies are read, how, and within which limits.
//
// The manual of the file is [Example], a comment per key. A wrong file is refused with every mistake in it,
// each with file, line, column, key and what was expected.
//
// [Add] puts agencies into the text of a file without spoiling it; [ParseOPML] and [EncodeOPML] exchange them with feed readers.
//
// The built-in agencies are in catalog/, a file each with the keys of an [[agency]]; the rules that sites of one make
// share are in profile/.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dateline/extract"
	"dateline/fetch"
)

// Config is the effective configuration: the file, the catalogue's agencies that it enables, and the defaults.
type Config struct {
	Path     string // the file it was read from; empty for the built-in one
	Contact  string
	Enable   []string // ids of the catalogue's agencies, in the order written
	Fetch    fetch.Options
	Poll     Poll
	Push     Push
	Raw      Raw
	Revisit  []time.Duration // when an article's page is looked at again, counted from when it was read; none by default
	Honour   []string        // reservations that bind: names of [extract.Reservations]
	Agencies []Agency        // enabled ones of the catalogue and the file's own, in order
	Keep     Keep
}

// Poll is the pace of asking.
type Poll struct {
	Floor  time.Duration // no feed is asked more often; default 1 h
	Worth  time.Duration // how long entries may wait, all together, to spare a request; default 15 min
	Budget int           // polls a day of all feeds together; 0 means as many as Worth asks for
	Grace  time.Duration // how long a shutdown may finish what is under way; default 10 s
	Tries  int           // how often a page is asked for before its entry is stored from the feed alone; default 5
}

// Push is where hubs deliver what is new (WebSub).
type Push struct {
	Callback string // the public address under which Listen is reached, without a slash at its end; empty: no pushes
	Listen   string // address and port; default on this machine alone, port 8089
}

// Raw is what is kept of the network's answers.
type Raw struct {
	Keep string        // [KeepNone], [KeepFeeds] or [KeepAll]; default all
	Age  time.Duration // how long; 0 means for ever; default 30 days
}

// What Raw keeps: nothing, what polls brought, or pages too.
const (
	KeepNone  = "none"
	KeepFeeds = "feeds"
	KeepAll   = "all"
)

// Agency is one publisher.
type Agency struct {
	ID       string
	Name     string
	Home     string
	Language string // BCP 47
	Timezone string // IANA name; empty means UTC
	Zone     *time.Location
	Feeds    []string
	Floor    time.Duration   // least time between two polls of a feed of this agency; 0 means Poll.Floor
	Revisit  []time.Duration // when its pages are looked at again; nil means as Config.Revisit says, an empty list never
	Profile  string          // rules shared by sites of one make
	Sitemap  string          // its news sitemap, where robots.txt does not name it
	Archive  string          // its date archive, see [Agency.ArchiveURL]; the profile's, unless it has its own
	License  string          // SPDX id, asserted: what the page says is kept beside it
	Holder   string          // who licenses, where it is not the agency itself
	Rules    extract.Rules   // the profile's, overridden by the agency's own
	Keep     time.Duration   // how long its records are kept; 0 means Keep.Age, less than 0 for ever
}

// leastFloor is the least that a floor can be: no publisher's feed is asked more often than every five minutes.
const leastFloor = 5 * time.Minute

// floor reads the least time between two polls. Less than the least counts as that, which the effective configuration shows.
func (r *reader) floor(dst *time.Duration) func(spot) {
	return func(s spot) {
		r.duration(dst, 0)(s)
		*dst = max(*dst, leastFloor)
	}
}

// FileName is what the file is called, here or in the user's folder.
const FileName = "dateline.toml"

// maxFile bounds a configuration file, in bytes: room for a thousand agencies. go-toml looks for a key that is there twice
// by comparing each with all others, so a table of keys costs the square of its length: a second at this size.
const maxFile = 256 << 10

// Find is the path of the file to read: the explicit one, which must exist, else dateline.toml in the current folder,
// else dateline/dateline.toml in the user's configuration folder ([os.UserConfigDir]), else empty: the built-in one.
// A file that is there and can't be looked at is an error, not a reason to go on with another.
func Find(explicit string) (string, error) {
	if explicit != "" {
		_, err := os.Stat(explicit)
		return explicit, unread(explicit, err)
	}
	candidates := []string{FileName}
	// Without a home, as in some containers, there is no such folder to look into.
	if dir, err := os.UserConfigDir(); err == nil {
		candidates = append(candidates, filepath.Join(dir, "dateline", FileName))
	}
	for _, path := range candidates {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, unread(path, err)
		}
	}
	return "", nil
}

// unread says that a file can't be read, and why, without the name of the system call.
func unread(path string, err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("configuration %q can't be read: %w", path, err)
}

// Load reads the file at a path; an empty path means the built-in configuration. A file with mistakes gives an
// [Error] with all of them.
func Load(path string) (*Config, error) {
	if path == "" {
		return Parse("", nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unread(path, err)
	}
	defer f.Close()
	// One byte more than is allowed, so that Parse can tell a file of the size allowed from a larger one.
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, unread(path, err)
	}
	return Parse(path, data)
}

// Parse reads a file's content. The name is what mistakes call it, and becomes Path. A content with mistakes gives an
// [Error] with all of them, up to a hundred; one that isn't TOML gives the first place where it isn't.
func Parse(name string, data []byte) (*Config, error) {
	// Editors of one system put a byte order mark before UTF-8.
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	r := newReader(name, data)
	if len(data) > maxFile {
		r.wrong(0, "", "expected at most %s, found more", formatSize(maxFile))
		return nil, r.err()
	}
	c := defaults(name)
	r.config(c)
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// defaults are the values of the keys that a file doesn't have. They are written out here, though fetch has the same, so
// that the effective configuration can be printed.
func defaults(name string) *Config {
	return &Config{
		Path:   name,
		Enable: []string{"mehr-en", "mehr-fa", "mehr-ar", "tehrantimes"},
		Fetch: fetch.Options{HostInterval: time.Second, Timeout: 30 * time.Second, MaxBody: 10 << 20,
			Limits: fetch.Limits{Feed: 8 << 20, Page: 4 << 20}},
		Poll:    Poll{Floor: time.Hour, Worth: 15 * time.Minute, Grace: 10 * time.Second, Tries: 5},
		Push:    Push{Listen: "127.0.0.1:8089"},
		Revisit: []time.Duration{}, // as an empty list in a file is
		Raw:     Raw{Keep: KeepAll, Age: 30 * 24 * time.Hour},
	}
}

// config reads the whole file. What concerns several agencies comes last, when all of them are known.
func (r *reader) config(c *Config) {
	root := r.tree()
	if root == nil {
		return
	}
	var enable []spot
	var own []*draft
	r.table(spot{"", root}, []key{
		{"contact", r.text(&c.Contact, `an address such as "mailto:desk@example.org" or "https://example.org/about"`, isContact)},
		{"enable", r.enable(&c.Enable, &enable)},
		{"fetch", func(s spot) { r.table(s, r.fetchKeys(c)) }},
		{"run", func(s spot) {
			r.table(s, []key{{"grace", r.duration(&c.Poll.Grace, 0)}})
		}},
		{"robots", func(s spot) {
			r.table(s, []key{{"feeds", r.flag(&c.Fetch.RobotsFeeds)}})
		}},
		{"push", func(s spot) { r.table(s, r.pushKeys(&c.Push)) }},
		{"revisit", func(s spot) {
			r.table(s, []key{{"after", r.looks(&c.Revisit)}})
		}},
		{"keep", func(s spot) {
			r.table(s, []key{{"age", r.age(&c.Keep.Age, 0)}})
		}},
		{"raw", func(s spot) { r.table(s, r.rawKeys(&c.Raw)) }},
		{"rights", func(s spot) {
			r.table(s, []key{{"honour", r.honour(&c.Honour)}})
		}},
		{"agency", func(s spot) {
			if s.value.isTable() {
				r.wrong(s.value.at, s.key, "expected [[agency]], found [agency]")
				return
			}
			r.each(s, "an [[agency]]", func(s spot) { own = append(own, r.agency(s)) })
		}},
	})
	c.Push.Callback = strings.TrimRight(c.Push.Callback, "/")
	c.Fetch.Contact = c.Contact
	c.Fetch.TDM = slices.Contains(c.Honour, "tdm-reservation")
	// For fetch, 0 means its default; a file that says "0s" means none.
	if c.Fetch.HostInterval == 0 {
		c.Fetch.HostInterval = -1
	}
	c.Agencies = r.assemble(c.Enable, enable, own)
}

func (r *reader) fetchKeys(c *Config) []key {
	return []key{
		{"host_interval", r.duration(&c.Fetch.HostInterval, 0)},
		{"poll_floor", r.floor(&c.Poll.Floor)},
		{"poll_worth", r.duration(&c.Poll.Worth, time.Second)},
		{"poll_budget", r.count(&c.Poll.Budget, 0, 100_000_000)},
		{"timeout", r.duration(&c.Fetch.Timeout, time.Millisecond)},
		{"max_body", r.size(&c.Fetch.MaxBody)},
		{"max_feed", r.size(&c.Fetch.Limits.Feed)},
		{"max_page", r.size(&c.Fetch.Limits.Page)},
		{"downgrade", r.flag(&c.Fetch.Downgrade)},
		{"tries", r.count(&c.Poll.Tries, 1, 100)},
		{"allow", r.networks(&c.Fetch.Allow)},
	}
}

func (r *reader) pushKeys(p *Push) []key {
	return []key{
		{"callback", r.text(&p.Callback, wantWeb+", query and fragment", orEmpty(isBase))},
		{"listen", r.text(&p.Listen, `an address and port such as "127.0.0.1:8089" or ":8089"`, isListen)},
	}
}

func (r *reader) rawKeys(raw *Raw) []key {
	known := func(s string) bool { return s == KeepNone || s == KeepFeeds || s == KeepAll }
	return []key{
		{"keep", r.text(&raw.Keep, `"none", "feeds" or "all"`, known)},
		{"age", r.duration(&raw.Age, 0)},
	}
}

// tree is the file's root; nil if the file isn't TOML.
func (r *reader) tree() *value {
	root, bad := parseTree(r.data)
	if bad != nil {
		line, column := bad.Position()
		r.syntax(line, column, bad.Error())
		return nil
	}
	return root
}

// enable reads the ids and where they stand; whether they exist is asked when the file's own agencies are known.
func (r *reader) enable(dst *[]string, spots *[]spot) func(spot) {
	return func(s spot) {
		*dst = nil
		r.each(s, "an agency's id", func(s spot) {
			if id, ok := r.string(s, "an agency's id"); ok {
				*dst, *spots = append(*dst, id), append(*spots, s)
			}
		})
	}
}

// honour reads the names of reservations.
func (r *reader) honour(dst *[]string) func(spot) {
	return func(s spot) {
		*dst = nil
		r.each(s, "a reservation's name", func(s spot) {
			name, ok := r.string(s, "a reservation's name")
			switch {
			case !ok:
			case slices.Contains(extract.Reservations, name):
				*dst = append(*dst, name)
			default:
				r.wrong(s.value.at, s.key, "expected a reservation's name, found %s, %s", shown(name), hint{name, extract.Reservations})
			}
		})
	}
}

func (r *reader) networks(dst *[]netip.Prefix) func(spot) {
	want := `a network such as "10.0.0.0/8" or an address such as "127.0.0.1"`
	return func(s spot) {
		r.each(s, want, func(s spot) {
			text, ok := r.string(s, want)
			if !ok {
				return
			}
			if p, ok := parseNetwork(text); ok {
				*dst = append(*dst, p)
				return
			}
			r.wrong(s.value.at, s.key, "expected %s, found %s", want, shown(text))
		})
	}
}

// Agency is the agency that has a feed. Two addresses that differ in nothing a server sees are one feed.
func (c *Config) Agency(feedURL string) (Agency, bool) {
	want := feedKey(feedURL)
	for _, a := range c.Agencies {
		for _, feed := range a.Feeds {
			if feedKey(feed) == want {
				return a, true
			}
		}
	}
	return Agency{}, false
}

// Named is the agency of an id: the configuration's, or the catalogue's. The error names the id that was probably meant.
func (c *Config) Named(id string) (Agency, error) {
	var known []string
	for _, a := range c.Agencies {
		if a.ID == id {
			return a, nil
		}
		known = append(known, a.ID)
	}
	if a, ok := Lookup(id); ok {
		return a, nil
	}
	for _, builtIn := range builtIn() {
		if !slices.Contains(known, builtIn) {
			known = append(known, builtIn)
		}
	}
	return Agency{}, fmt.Errorf("no agency is called %s, %s", shown(id), hint{id, known})
}

// Adhoc makes an agency of a feed that none has: its host's name is its id, so that the same feed gives the same ids on
// every machine.
func Adhoc(feedURL string) (Agency, error) {
	if !isWeb(feedURL) {
		return Agency{}, fmt.Errorf("feed %s: expected %s", shown(feedURL), wantWeb)
	}
	u, _ := url.Parse(feedURL) // isWeb has parsed it
	host := strings.ToLower(u.Hostname())
	return Agency{
		ID:    host,
		Name:  strings.TrimPrefix(host, "www."),
		Home:  u.Scheme + "://" + strings.ToLower(u.Host) + "/",
		Zone:  time.UTC,
		Feeds: []string{feedURL},
	}, nil
}
