package config_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"dateline/config"
)

// added adds feeds of one agency without an id and prints what became of each.
func added(t *testing.T, file string, a config.Agency) (text, changes string) {
	t.Helper()
	out, all, err := config.Add("dateline.toml", []byte(file), []config.Agency{a})
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, file)
	}
	var lines []string
	for _, c := range all {
		lines = append(lines, strings.Join(strings.Fields(c.What+" "+c.Agency+" "+c.Why), " "))
	}
	return string(out), strings.Join(lines, "; ")
}

const mine = "[[agency]]\nid = \"mine\"\nname = \"Mine\"\n"

func TestAdd(t *testing.T) {
	const feed = "https://news.example/rss"
	for _, c := range []struct {
		name, file, want, changes string
		agency                    config.Agency
	}{
		{"a new agency at the end", "# mine\nenable = [] # none\n",
			"# mine\nenable = [] # none\n\n[[agency]]\nid = \"news.example\"\nname = \"News\"\nhome = \"https://news.example/\"\nlanguage = \"en\"\nfeeds = [\"" + feed + "\"]\n",
			"new agency news.example", config.Agency{Name: "News", Home: "https://news.example/", Language: "en"}},
		{"no newline at the end stays so", "contact = \"\"",
			"contact = \"\"\n\n[[agency]]\nid = \"x\"\nname = \"x\"\nfeeds = [\"" + feed + "\"]",
			"new agency x", config.Agency{ID: "x"}},
		{"line endings and mark", "\ufeff[run]\r\ngrace = \"5s\"\r\n",
			"\ufeff[run]\r\ngrace = \"5s\"\r\n\r\n[[agency]]\r\nid = \"x\"\r\nname = \"x\"\r\nfeeds = [\"" + feed + "\"]\r\n",
			"new agency x", config.Agency{ID: "x"}},
		{"what a stranger said is left out where it is wrong", "enable = []\n",
			"enable = []\n\n[[agency]]\nid = \"x\"\nname = \"A \\\"b\\\" c\"\nfeeds = [\"" + feed + "\"]\n",
			"new agency x", config.Agency{ID: "x", Name: " A\n\"b\"\x00\u202e c", Home: "javascript:1", Language: "en_US"}},
		{"into a list", mine + "feeds = [ \"https://news.example/a\" ] # all\n[run]\n",
			mine + "feeds = [ \"https://news.example/a\", \"" + feed + "\" ] # all\n[run]\n",
			"added mine", config.Agency{}},
		{"into a list with a comma behind", mine + "feeds = ['https://news.example/a' ,]\n",
			mine + "feeds = ['https://news.example/a' , \"" + feed + "\",]\n",
			"added mine", config.Agency{}},
		{"into a list with a line each", mine + "feeds = [\n\t\"https://news.example/a\", # ] first\n\t\"https://news.example/b\", # second\n\t# the end\n]\n",
			mine + "feeds = [\n\t\"https://news.example/a\", # ] first\n\t\"https://news.example/b\", # second\n\t\"" + feed + "\",\n\t# the end\n]\n",
			"added mine", config.Agency{}},
		{"without a comma behind", mine + "feeds = [\n  \"https://news.example/a\" # first\n]\n",
			mine + "feeds = [\n  \"https://news.example/a\", # first\n  \"" + feed + "\"\n]\n",
			"added mine", config.Agency{}},
		{"with the bracket on the last line", mine + "feeds = [\n  \"\"\"https://news.example/a\"\"\",\n  \"https://news.example/b\"]\n",
			mine + "feeds = [\n  \"\"\"https://news.example/a\"\"\",\n  \"https://news.example/b\",\n  \"" + feed + "\"]\n",
			"added mine", config.Agency{}},
		{"with a comma on the bracket's line", mine + "feeds = [\n  \"https://news.example/a\"\n  , ]\n",
			mine + "feeds = [\n  \"https://news.example/a\"\n  ,\n  \"" + feed + "\", ]\n",
			"added mine", config.Agency{}},
		{"into an inline table", "agency = [{id = \"mine\", name = \"Mine\", feeds = [\"https://news.example/a\"]}]\n",
			"agency = [{id = \"mine\", name = \"Mine\", feeds = [\"https://news.example/a\", \"" + feed + "\"]}]\n",
			"added mine", config.Agency{}},
		{"a site by its home, without www", mine + "home = \"https://www.news.example\"\nfeeds = [\"https://feeds.example/n\"]\n",
			mine + "home = \"https://www.news.example\"\nfeeds = [\"https://feeds.example/n\", \"" + feed + "\"]\n",
			"added mine", config.Agency{}},
		{"known by its twin", mine + "feeds = [\"http://news.example/rss\"]\n", mine + "feeds = [\"http://news.example/rss\"]\n",
			"known mine", config.Agency{}},
		{"known, whatever the case of the host", mine + "feeds = [\"https://NEWS.example/rss#x\"]\n", mine + "feeds = [\"https://NEWS.example/rss#x\"]\n",
			"known mine", config.Agency{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.agency.Feeds = []string{feed}
			got, changes := added(t, c.file, c.agency)
			if got != c.want || changes != c.changes {
				t.Errorf("%s\n%s\nwant %s\n%s", changes, got, c.changes, c.want)
			}
		})
	}
}

func TestAddCatalog(t *testing.T) {
	feeds := func(id string) []string { a, _ := config.Lookup(id); return a.Feeds }
	off := feeds("globalvoices-en")[0]
	for _, c := range []struct {
		name, file, want, changes string
		feeds                     []string
	}{
		{"into the list of ids", "enable = [\"mehr-en\"]\n", "enable = [\"mehr-en\", \"globalvoices-en\"]\n", "enabled globalvoices-en", []string{off}},
		{"by its twin", "enable = []\n", "enable = [\"globalvoices-en\"]\n", "enabled globalvoices-en", []string{"http://globalvoices.org/feed"}},
		{"another feed on the site of an entry that is off", "enable = []\n",
			"enable = []\n\n[[agency]]\nid = \"globalvoices-en\"\nfeeds = [\"https://globalvoices.org/feed/\", \"https://globalvoices.org/asia/feed/\"]\n",
			"added globalvoices-en", []string{"https://globalvoices.org/asia/feed/"}},
		{"into an empty one", "enable = []\n", "enable = [\"globalvoices-en\"]\n", "enabled globalvoices-en", []string{off}},
		{"where there is none: above the first table and its comment", "# mine\n\ncontact = \"\"\n\n# slow\n[fetch]\ntimeout = \"9s\"\n",
			"# mine\n\ncontact = \"\"\n\nenable = [\"mehr-en\", \"mehr-fa\", \"mehr-ar\", \"tehrantimes\", \"globalvoices-en\"]\n\n# slow\n[fetch]\ntimeout = \"9s\"\n",
			"enabled globalvoices-en", []string{off}},
		{"where there is none, and no table", "contact = \"\"",
			"contact = \"\"\nenable = [\"mehr-en\", \"mehr-fa\", \"mehr-ar\", \"tehrantimes\", \"globalvoices-en\"]",
			"enabled globalvoices-en", []string{off}},
		{"known to the defaults", "contact = \"\"\n", "contact = \"\"\n", "known mehr-en", feeds("mehr-en")[:1]},
		{"another feed of an entry", "enable = [\"mehr-en\"]\n",
			"enable = [\"mehr-en\"]\n\n[[agency]]\nid = \"mehr-en\"\nfeeds = [\"https://en.mehrnews.com/rss\", \"https://en.mehrnews.com/rss/tp/1\"]\n",
			"added mehr-en", []string{"https://en.mehrnews.com/rss/tp/1"}},
		{"another feed of an entry that the file changes", "enable = [\"mehr-en\"]\n[[agency]]\nid = \"mehr-en\" # ours\nname = \"MNA\"\n",
			"enable = [\"mehr-en\"]\n[[agency]]\nid = \"mehr-en\" # ours\nfeeds = [\"https://en.mehrnews.com/rss\", \"https://en.mehrnews.com/rss/tp/1\"]\nname = \"MNA\"\n",
			"added mehr-en", []string{"https://en.mehrnews.com/rss/tp/1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, changes := added(t, c.file, config.Agency{Feeds: c.feeds})
			if got != c.want || changes != c.changes {
				t.Errorf("%s\n%s\nwant %s\n%s", changes, got, c.changes, c.want)
			}
		})
	}
}

// A new file says what it is, and is a configuration.
func TestAddToNothing(t *testing.T) {
	got, changes := added(t, "", config.Agency{Feeds: []string{"https://www.news.example/rss"}})
	if !strings.HasPrefix(got, "# dateline.toml") || !strings.HasSuffix(got, "\n") || changes != "new agency www.news.example" {
		t.Errorf("%s\n%s", changes, got)
	}
}

func TestAddRefuses(t *testing.T) {
	two := "[[agency]]\nid = \"a\"\nname = \"A\"\nfeeds = [\"https://news.example/a\"]\n[[agency]]\nid = \"b\"\nname = \"B\"\nfeeds = [\"https://news.example/b\"]\n"
	for _, c := range []struct {
		name, file, want string
		agency           config.Agency
	}{
		{"a site of two agencies", two, "refused a and b publish on its site: an id has to say which of them is meant",
			config.Agency{Feeds: []string{"https://news.example/c"}}},
		{"no address", "", "refused expected an http:// or https:// address without user name and password",
			config.Agency{Feeds: []string{"ftp://news.example/c"}}},
		{"no id", "", `refused expected an id of lower-case letters, digits, "-", "_" and ".", found "A B"`,
			config.Agency{ID: "A B", Feeds: []string{"https://news.example/c"}}},
		{"a host that makes no id", "", `refused its host makes no id: "خبر.example"`, config.Agency{Feeds: []string{"https://خبر.example/c"}}},
		{"another language on the host", "[[agency]]\nid = \"news.example\"\nname = \"A\"\nlanguage = \"fa\"\nfeeds = [\"https://news.example/a\"]\n",
			`refused an agency has the id "news.example" and publishes in another language: this one needs an id of its own`,
			config.Agency{Language: "en-GB", Feeds: []string{"https://news.example/c"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, changes := added(t, c.file, c.agency)
			if changes != c.want || c.file != "" && got != c.file {
				t.Errorf("%s\n%s\nwant %s", changes, got, c.want)
			}
		})
	}
	if _, changes := added(t, two, config.Agency{ID: "b", Feeds: []string{"https://news.example/c"}}); changes != "added b" {
		t.Errorf("with an id: %s", changes)
	}
}

func TestAddFails(t *testing.T) {
	a := []config.Agency{{Feeds: []string{"https://other.example/rss"}}}
	_, _, err := config.Add("dateline.toml", []byte("enabled = []\n"), a)
	var bad config.Error
	if !errors.As(err, &bad) {
		t.Errorf("a file with a mistake: %v", err)
	}
	// TOML allows no [[agency]] beside a list of that name.
	_, _, err = config.Add("dateline.toml", []byte("agency = [{id = \"m\", name = \"M\", feeds = [\"https://news.example/a\"]}]\n"), a)
	if err == nil || errors.As(err, &bad) || !strings.HasPrefix(err.Error(), `"dateline.toml" can't take the addition as it is written: `) {
		t.Errorf("a file that can't be added to: %v", err)
	}
	var many []config.Agency
	for i := range 5000 {
		many = append(many, config.Agency{Feeds: []string{fmt.Sprintf("https://news%d.example/rss", i)}})
	}
	if _, _, err = config.Add("dateline.toml", nil, many); err == nil || !strings.Contains(err.Error(), "expected at most 256KiB") {
		t.Errorf("a file that grows too large: %v", err)
	}
}

// FuzzAdd: what was written stays, in its order, and a feed that was not refused has its agency.
func FuzzAdd(f *testing.F) {
	seed(f)
	f.Add([]byte(mine + "feeds = [\n\t\"https://news.example/a\", # ]\n\t'https://news.example/b' ]\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const feed, listed = "https://news.example/new", "https://globalvoices.org/feed/"
		out, changes, err := config.Add("fuzz.toml", data, []config.Agency{{Feeds: []string{feed}}, {ID: "mine", Feeds: []string{feed + "2"}}, {Feeds: []string{listed}}})
		if err != nil {
			return
		}
		rest := out
		for _, c := range data {
			i := bytes.IndexByte(rest, c)
			if i < 0 && len(bytes.TrimSpace(data)) > 0 {
				t.Fatalf("%q is no part of %q", data, out)
			}
			rest = rest[i+1:]
		}
		after, err := config.Parse("fuzz.toml", out)
		if err != nil || len(changes) != 3 {
			t.Fatalf("%v, %v", changes, err)
		}
		for _, c := range changes {
			if a, ok := after.Agency(c.Feed); (c.What == config.NewAgency || c.What == config.Joined) && (!ok || a.ID != c.Agency) {
				t.Errorf("%+v, but the feed is %q's", c, a.ID)
			}
		}
	})
}
