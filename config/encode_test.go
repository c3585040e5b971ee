package config_test

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"dateline/config"
)

// again is the configuration that Encode's text makes.
func again(t *testing.T, c *config.Config) *config.Config {
	t.Helper()
	var b strings.Builder
	if err := c.Encode(&b); err != nil {
		t.Fatal(err)
	}
	back, err := config.Parse(c.Path, []byte(b.String()))
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, b.String())
	}
	return back
}

func TestRoundTrip(t *testing.T) {
	for name, text := range map[string]string{
		"empty":         "",
		"example":       config.Example(),
		"all off":       "enable = []",
		"no pause":      "[fetch]\nhost_interval = '0s'\npoll_floor = '90m'\npoll_worth = '1m'\npoll_budget = 99\nmax_body = '500KB'\nmax_page = '1KB'\ndowngrade = true\ntries = 1\nallow = ['::1', '10.0.0.0/8']\n[robots]\nfeeds = true\n[run]\ngrace = '1500ms'",
		"push":          "[push]\ncallback = 'https://push.example.org/dateline/'\nlisten = '[::1]:80'",
		"own":           "[[agency]]\nid = 'x'\nname = 'He said \"x\\y\"'\nfeeds = ['http://x.example/?a=%20']\nrules.body = 'p[a=\"b\"]'",
		"own, floor":    "[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['http://x.example/']\npoll_floor = '10m'",
		"looks":         "[revisit]\nafter = ['10m', '1h', '7d']\n[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['http://x.example/']\nrevisit = []\n[[agency]]\nid = 'mehr-en'\nrevisit = ['5m']",
		"keep":          "[keep]\nage = '365d'\n[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['http://x.example/']\nkeep = '0s'",
		"own, keep":     "[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['http://x.example/']\nkeep = '40d'",
		"own, profile":  "[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['http://x.example/']\nprofile = 'nastooh'",
		"own, places":   "[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['http://x.example/']\nsitemap = 'http://x.example/news.xml'\narchive = '/{year}/{month}/{day}'",
		"less places":   "[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['http://x.example/']\nprofile = 'nastooh'\narchive = ''",
		"entry, places": "[[agency]]\nid = 'mehr-en'\nsitemap = 'https://en.mehrnews.com/news.xml'\narchive = ''",
		"less rules":    "[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['http://x.example/']\nprofile = 'nastooh'\nrules = { lead = '', drop = [] }",
		"override":      "[[agency]]\nid = 'mehr-en'\nlicense = ''\nprofile = ''\nrules = { lead = '', drop = [] }",
		"only an entry": "enable = []\n[[agency]]\nid = 'tehrantimes'",
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, text)
			if back := again(t, c); !reflect.DeepEqual(back, c) {
				t.Errorf("got\n%+v\nwant\n%+v", back, c)
			}
		})
	}
}

// Taking the # away from an entry of the catalogue changes nothing, so that it can be changed from there.
func TestEncodedEntries(t *testing.T) {
	c := parse(t, "enable = ['mehr-en', 'tasnim-fa']")
	var b strings.Builder
	if err := c.Encode(&b); err != nil {
		t.Fatal(err)
	}
	manual, entries, ok := strings.Cut(b.String(), "# From the catalogue:\n")
	if !ok {
		t.Fatalf("no entry is shown in\n%s", b.String())
	}
	entries = strings.ReplaceAll("\n"+entries, "\n# From the catalogue:", "")
	back := parse(t, manual+strings.ReplaceAll(entries, "\n# ", "\n"))
	equal(t, "agencies", back.Agencies, c.Agencies)
}

// The example says what happens without a file, and each of its comments is about the line that follows.
func TestExample(t *testing.T) {
	c, err := config.Parse("", []byte(config.Example()))
	if err != nil {
		t.Fatal(err)
	}
	built, _ := config.Load("")
	if c.Contact == "" {
		t.Error("the example has no contact")
	}
	built.Contact, built.Fetch.Contact = c.Contact, c.Contact
	equal(t, "example", c, built)
	var before string
	for line := range strings.Lines(config.Example()) {
		if strings.Contains(line, " = ") && !strings.HasPrefix(line, "#") && !strings.HasPrefix(before, "# ") {
			t.Errorf("no comment above %q", line)
		}
		before = line
	}
}

// The agency in the example's comment is one that a user may copy.
func TestExampleAgency(t *testing.T) {
	_, commented, ok := strings.Cut(config.Example(), "# [[agency]]\n")
	if !ok {
		t.Fatal("the example shows no [[agency]]")
	}
	c := parse(t, "enable = []\n[[agency]]\n"+strings.ReplaceAll("\n"+commented, "\n# ", "\n"))
	a := c.Agencies[0]
	for field, value := range map[string]string{
		"home": a.Home, "language": a.Language, "timezone": a.Timezone, "profile": a.Profile,
		"license": a.License, "holder": a.Holder, "body": a.Rules.Body,
	} {
		if value == "" {
			t.Errorf("the example's agency shows no %s", field)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestEncodeFails(t *testing.T) {
	if err := parse(t, "").Encode(full{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v, want the writer's error", err)
	}
}
