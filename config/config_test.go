package config_test

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
)

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := config.Parse("test.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ids(c *config.Config) []string {
	var all []string
	for _, a := range c.Agencies {
		all = append(all, a.ID)
	}
	return all
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}

func TestBuiltIn(t *testing.T) {
	c, err := config.Load("")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "path", c.Path, "")
	equal(t, "agencies", ids(c), []string{"mehr-en", "mehr-fa", "mehr-ar", "tehrantimes"})
	equal(t, "poll", c.Poll, config.Poll{Floor: time.Hour, Worth: 15 * time.Minute, Grace: 10 * time.Second, Tries: 5})
	equal(t, "push", c.Push, config.Push{Listen: "127.0.0.1:8089"})
	equal(t, "host interval", c.Fetch.HostInterval, time.Second)
	equal(t, "timeout", c.Fetch.Timeout, 30*time.Second)
	equal(t, "max body", c.Fetch.MaxBody, int64(10<<20))
	equal(t, "limits", c.Fetch.Limits, fetch.Limits{Feed: 8 << 20, Page: 4 << 20})
	equal(t, "downgrade and robots for feeds", c.Fetch.Downgrade || c.Fetch.RobotsFeeds, false)
	for _, a := range c.Agencies {
		if a.Zone.String() != "Asia/Tehran" || a.License != "CC-BY-4.0" || a.Rules.Body == "" {
			t.Errorf("agency %q lacks its zone, licence or rules: %+v", a.ID, a)
		}
	}
	equal(t, "holder", c.Agencies[3].Holder, "Mehr News Agency")
}

func TestFloorIsFiveMinutesAtLeast(t *testing.T) {
	c := parse(t, "enable = []\n[fetch]\npoll_floor = '0s'\n[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['http://x.example/']\npoll_floor = '1m'")
	equal(t, "floor", c.Poll.Floor, 5*time.Minute)
	equal(t, "the agency's", c.Agencies[0].Floor, 5*time.Minute)
}

func TestWhole(t *testing.T) {
	c := parse(t, `
contact = "https://example.org/bot"
enable = ["globalvoices-en", "mehr-fa"]
[fetch]
host_interval = "250ms"
poll_floor = "1d12h"
poll_worth = "1h"
poll_budget = 20_000
timeout = "1m30s"
max_body = 500_000
max_feed = "400KB"
max_page = "300KB"
downgrade = true
tries = 0x3
allow = ["10.1.2.3/8", "127.0.0.1", "fd00::/8"]
[robots]
feeds = true
[run]
grace = "0s"
[push]
callback = "https://push.example.org/dateline/"
listen = ":8089"
[[agency]]
id = "example"
name = "Example News Agency"
home = "https://news.example"
language = "fa"
timezone = "Asia/Tehran"
feeds = ["https://news.example/rss", "http://news.example/atom"]
profile = "nastooh"
license = "CC-BY-4.0"
holder = "Example Group"
rules = { body = ".item-text", drop = [".related"] }
`)
	equal(t, "contact", []string{c.Contact, c.Fetch.Contact}, []string{"https://example.org/bot", "https://example.org/bot"})
	equal(t, "enable", c.Enable, []string{"globalvoices-en", "mehr-fa"})
	equal(t, "agencies", ids(c), []string{"globalvoices-en", "mehr-fa", "example"})
	equal(t, "poll", c.Poll, config.Poll{Floor: 36 * time.Hour, Worth: time.Hour, Budget: 20000, Grace: 0, Tries: 3})
	equal(t, "push", c.Push, config.Push{Callback: "https://push.example.org/dateline", Listen: ":8089"})
	equal(t, "host interval", c.Fetch.HostInterval, 250*time.Millisecond)
	equal(t, "timeout", c.Fetch.Timeout, 90*time.Second)
	equal(t, "max body", c.Fetch.MaxBody, int64(500000))
	equal(t, "limits", c.Fetch.Limits, fetch.Limits{Feed: 400000, Page: 300000})
	equal(t, "downgrade and robots for feeds", c.Fetch.Downgrade && c.Fetch.RobotsFeeds, true)
	equal(t, "allow", c.Fetch.Allow, []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("fd00::/8"),
	})
	if err := c.Fetch.Validate(); err != nil {
		t.Error(err)
	}
	a := c.Agencies[2]
	equal(t, "own rules", []any{a.Rules.Body, a.Rules.Drop}, []any{".item-text", []string{".related"}})
	if a.Rules.Lead == "" || a.Rules.Title == "" {
		t.Errorf("the profile's other rules are gone: %+v", a.Rules)
	}
	equal(t, "holder", a.Holder, "Example Group")
}

func TestFourLines(t *testing.T) {
	c := parse(t, "enable = []\n[[agency]]\nid = \"example\"\nname = \"Example\"\nfeeds = [\"https://news.example/rss\"]\n")
	want := config.Agency{ID: "example", Name: "Example", Zone: time.UTC, Feeds: []string{"https://news.example/rss"}}
	equal(t, "agencies", c.Agencies, []config.Agency{want})
	if c.Enable != nil {
		t.Errorf("enabled %q, want none", c.Enable)
	}
}

// For fetch, a pause of 0 is its default; a file that says "0s" means none.
func TestNoPause(t *testing.T) {
	if got := parse(t, "[fetch]\nhost_interval = \"0s\"").Fetch.HostInterval; got >= 0 {
		t.Errorf("got a pause of %v, want a negative one", got)
	}
}

// The three ways to write a table say the same.
func TestSpellings(t *testing.T) {
	agency := func(rules string) string {
		return "\ufeff[[agency]]\r\nid = 'x'\r\nname = 'X'\r\nfeeds = ['http://x.example/']\r\n" + rules + "\r\n"
	}
	want := parse(t, agency(`rules = { body = ".a", drop = [".b"] }`))
	equal(t, "rules", want.Agencies[4].Rules, extract.Rules{Body: ".a", Drop: []string{".b"}})
	for _, text := range []string{
		agency("rules.body = '.a'\r\nrules.drop = [ # comment\n '.b', # another\n]"),
		agency("[agency.rules]\r\nbody = '.a'\r\ndrop = ['.b']"),
		"agency = [{ id = 'x', name = 'X', feeds = ['http://x.example/'], rules.body = '.a', rules.drop = ['.b'] }]",
	} {
		equal(t, text, parse(t, text), want)
	}
}

func TestOverride(t *testing.T) {
	built, _ := config.Lookup("mehr-fa")
	c := parse(t, `
enable = ["mehr-fa", "mehr-en"]
[[agency]]
id = "mehr-fa"
feeds = ["https://www.mehrnews.com/rss/tp/8"]
license = ""
rules.lead = ""
[[agency]]
id = "factly"
`)
	want := built
	want.Feeds, want.License, want.Rules.Lead = []string{"https://www.mehrnews.com/rss/tp/8"}, "", ""
	equal(t, "the entry with what was overridden", c.Agencies[0], want)
	equal(t, "order", ids(c), []string{"mehr-fa", "mehr-en", "factly"})
	factly, _ := config.Lookup("factly")
	equal(t, "the entry that is only named", c.Agencies[2], factly)
}

func TestAgency(t *testing.T) {
	c := parse(t, "")
	for _, feed := range []string{
		"https://en.mehrnews.com/rss", "HTTPS://EN.mehrnews.com:443/rss", "https://en.mehrnews.com/rss#latest",
	} {
		if a, ok := c.Agency(feed); !ok || a.ID != "mehr-en" {
			t.Errorf("%s: got %q, %v", feed, a.ID, ok)
		}
	}
	for _, feed := range []string{"https://en.mehrnews.com/RSS", "http://en.mehrnews.com/rss", "", ":", "https://en.mehrnews.com/rss?a"} {
		if a, ok := c.Agency(feed); ok {
			t.Errorf("%q: got %q, want none", feed, a.ID)
		}
	}
}

func TestAdhoc(t *testing.T) {
	a, err := config.Adhoc("HTTPS://www.News.Example:8443/rss?x=1")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "agency", a, config.Agency{
		ID: "www.news.example", Name: "news.example", Home: "https://www.news.example:8443/",
		Zone: time.UTC, Feeds: []string{"HTTPS://www.News.Example:8443/rss?x=1"},
	})
	for _, bad := range []string{"", "news.example/rss", "ftp://news.example/", "https://", "http://a b/", "https://u:secret@x.example/", "file:///etc/passwd"} {
		_, err := config.Adhoc(bad)
		if err == nil {
			t.Errorf("%q: no error", bad)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestFind(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped: the user's configuration folder is named by XDG_CONFIG_HOME on Linux only")
	}
	home, here := t.TempDir(), t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", home)
	t.Chdir(here)
	find := func(explicit, want string) {
		t.Helper()
		if got, err := config.Find(explicit); got != want || err != nil {
			t.Errorf("found %q (%v), want %q", got, err, want)
		}
	}
	find("", "")
	user := filepath.Join(home, "dateline", "dateline.toml")
	write(t, user, "")
	find("", user)
	write(t, "dateline.toml", "")
	find("", "dateline.toml")
	find(user, user)
	_, err := config.Find("absent.toml")
	if !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "absent.toml") != 1 {
		t.Errorf("an explicit file that is not there: %v", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "own.toml")
	write(t, path, "enable = ['factly']")
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "path", c.Path, path)
	equal(t, "agencies", ids(c), []string{"factly"})
	if _, err := config.Load(dir); err == nil || strings.Count(err.Error(), dir) != 1 {
		t.Errorf("a folder: %v", err)
	}
	if _, err := config.Load(filepath.Join(dir, "absent.toml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	write(t, path, strings.Repeat("#\n", 1<<20))
	if _, err := config.Load(path); err == nil || !strings.Contains(err.Error(), "at most 256KiB") {
		t.Errorf("a file that is too large: %v", err)
	}
}

// A file that is as large as allowed and made to be slow is read in the time of any other; a wrong one says so.
func TestHostile(t *testing.T) {
	const size = 256 << 10
	for name, text := range map[string]string{
		"nested lists":  "enable = " + strings.Repeat("[", size-100),
		"dotted key":    strings.Repeat("a.", size/2-10) + "a = 1",
		"long key":      strings.Repeat("a", size-10) + " = 1",
		"deep selector": "[[agency]]\nid = 'x'\nname = 'x'\nfeeds = ['http://x.example/']\nrules.body = '" + strings.Repeat(":not(", size/5-40) + "'",
		"many mistakes": "enable = [" + strings.Repeat("'x',", size/4-10) + "]",
		"not UTF-8":     "contact = \"\xff\xfe\"",
		"binary":        "\x00\x01\x02",
	} {
		t.Run(name, func(t *testing.T) {
			bad := mistakes(t, "x.toml", []byte(text))
			if len(bad) > 100 {
				t.Errorf("%d mistakes", len(bad))
			}
			for _, m := range bad {
				if len(m.Msg) > 500 {
					t.Errorf("a message of %d bytes", len(m.Msg))
				}
			}
		})
	}
}

func TestMistakesAreSorted(t *testing.T) {
	data, err := os.ReadFile("testdata/bad/several.toml")
	if err != nil {
		t.Fatal(err)
	}
	bad := mistakes(t, "several.toml", data)
	if len(bad) < 5 || !slices.IsSortedFunc(bad, func(a, b config.Mistake) int { return a.Line - b.Line }) {
		t.Errorf("got %d mistakes:\n%v", len(bad), bad)
	}
	equal(t, "a mistake", bad[0], config.Mistake{
		File: "several.toml", Line: 8, Column: 1, Key: "contct", Msg: `unknown key, did you mean "contact"?`,
	})
}

// TestNamed finds an agency by its id, in the configuration before the catalogue.
func TestNamed(t *testing.T) {
	c, err := config.Parse("test.toml", []byte("enable = []\n[[agency]]\nid = \"cove\"\nname = \"Cove News\"\nfeeds = [\"http://cove.example/rss\"]\n[[agency]]\nid = \"mehr-en\"\nname = \"Mine\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"cove", "mehr-en", "tehrantimes"} {
		if a, err := c.Named(id); err != nil || a.ID != id || id == "mehr-en" && a.Name != "Mine" {
			t.Errorf("%s: %q, %v", id, a.Name, err)
		}
	}
	for id, want := range map[string]string{
		"cvoe":    `no agency is called "cvoe", did you mean "cove"?`,
		"mehr-ne": `no agency is called "mehr-ne", did you mean "mehr-en"?`,
		"harbour": `no agency is called "harbour", known are cove, mehr-en, `,
	} {
		if _, err := c.Named(id); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", id, err)
		}
	}
}
