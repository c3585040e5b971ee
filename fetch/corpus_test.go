package fetch

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Floors of the public test feeds, in per cent, a little under what is reached. What is missing to 100 % are expectations that
// contradict each other or dateline's words: languages in lower case, summaries with markup, addresses that are normalised or
// relative to one that the test keeps to itself.
const (
	readFloor  = 99.7
	rightFloor = 98.5
)

// corpus is where the public test feeds are, with the values that a reader must find in them.
const corpus = "../../shared/corpus/feeds"

// goldFeed is one of them.
type goldFeed struct {
	File, Group string
	Checks      []struct {
		Path, Op string
		Want     any // a list: any of them
	}
}

// readGold reads the list, without those that can't be read but with their HTTP header; or skips.
func readGold(t *testing.T) []goldFeed {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(corpus, "gold.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the corpus of feeds is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	var gold []goldFeed
	if err := json.Unmarshal(b, &gold); err != nil {
		t.Fatal(err)
	}
	gold = slices.DeleteFunc(gold, func(g goldFeed) bool { return strings.Contains(g.Group, "header") })
	if len(gold) == 0 {
		t.Fatal("an empty list")
	}
	return gold
}

// tally counts files and checks of a group.
type tally struct{ files, read, checks, right int }

// TestFeedCorpus prints the score that the public corpus gives, by groups, and fails below the floors. With -v it lists what is
// wrong.
func TestFeedCorpus(t *testing.T) {
	groups := map[string]*tally{}
	all := &tally{}
	for _, g := range readGold(t) {
		b, err := os.ReadFile(filepath.Join(corpus, g.File))
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(g.Group, "/")
		if groups[name] == nil {
			groups[name] = &tally{}
		}
		f, err := ParseFeed(b, "", "")
		printed := printed(f)
		for _, n := range []*tally{groups[name], all} {
			n.count(t, g, printed, err, n == all && testing.Verbose())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		t.Log(groups[name].line(name))
	}
	t.Log(all.line("all"))
	if 100*all.read < int(readFloor*float64(all.files)) || 100*all.right < int(rightFloor*float64(all.checks)) {
		t.Errorf("want %.1f %% read and %.1f %% right", readFloor, rightFloor)
	}
}

func (n *tally) line(name string) string {
	return fmt.Sprintf("%-11s read %4d of %4d, right %5d of %5d (%.1f %%)", name, n.read, n.files, n.right, n.checks, 100*float64(n.right)/float64(max(n.checks, 1)))
}

func (n *tally) count(t *testing.T, g goldFeed, feed map[string]any, err error, list bool) {
	n.files++
	if err == nil {
		n.read++
	}
	for _, c := range g.Checks {
		n.checks++
		if err == nil && isRight(feed, c.Path, c.Op, c.Want) {
			n.right++
		} else if list {
			t.Logf("%s %s: want %.70q (%v)", g.File, c.Path, fmt.Sprint(c.Want), err)
		}
	}
}

// printed is a feed as `dateline feed` prints it, as far as it is checked.
func printed(f Feed) map[string]any {
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	feed := map[string]any{
		"title": f.Title, "description": f.Description, "url": f.Home, "language": f.Language, "rights": f.Rights, "license": f.License,
		"published": date(f.Published), "updated": date(f.Updated), "ttl": strconv.Itoa(int(f.TTL / time.Minute)),
	}
	var entries []any
	for _, e := range f.Entries {
		var files []any
		for _, x := range e.Enclosures {
			files = append(files, map[string]any{"url": x.URL, "type": x.Type, "length": strconv.FormatInt(x.Length, 10)})
		}
		entries = append(entries, map[string]any{
			"id": e.ID, "url": e.URL, "title": e.Title, "summary": e.Summary, "content": e.Content, "authors": asAny(e.Authors),
			"published": date(e.Published), "updated": date(e.Updated), "tags": asAny(e.Tags), "language": firstOf(e.Language, f.Language),
			"enclosures": files, "source": e.Source, "rights": e.Rights, "license": e.License,
		})
	}
	feed["entries"] = entries
	return feed
}

func asAny(list []string) []any {
	all := make([]any, len(list))
	for i, s := range list {
		all[i] = s
	}
	return all
}

// isRight is one check of the public scorer: "text" is equal but for white space, "html" is equal as text without markup, "date" is the
// same instant, "in" is among the list, "count" is how many entries there are.
func isRight(feed map[string]any, path, op string, want any) bool {
	wants, ok := want.([]any)
	if !ok {
		wants = []any{want}
	}
	if op == "count" {
		return slices.Contains(wants, any(float64(len(feed["entries"].([]any)))))
	}
	steps := strings.Split(strings.TrimPrefix(path, "feed."), ".")
	if last := len(steps) - 1; steps[last] == "name" || last > 0 && steps[last-1] == "source" && steps[last] == "title" {
		steps = steps[:last] // authors and sources are plain strings
	}
	got := valuesAt(feed, steps)
	if len(wants) == 1 && wants[0] == "" {
		return len(got) == 0
	}
	for _, g := range got {
		for _, w := range wants {
			if sameValue(op, g, fmt.Sprint(w)) {
				return true
			}
		}
	}
	return false
}

func sameValue(op, got, want string) bool {
	switch op {
	case "date":
		a, err := time.Parse(time.RFC3339, got)
		b, err2 := time.Parse(time.RFC3339, want)
		return err == nil && err2 == nil && a.Equal(b)
	case "html":
		return withoutMarkup(got) == withoutMarkup(want)
	}
	return squeeze(got) == squeeze(want)
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

var anyTag = regexp.MustCompile(`<[^>]*>`)

func withoutMarkup(s string) string {
	return squeeze(html.UnescapeString(anyTag.ReplaceAllString(html.UnescapeString(s), "")))
}

var indexed = regexp.MustCompile(`^(\w+)\[(\d+)\]$`)

// valuesAt are all strings at a path such as entries[0].enclosures.url; a|b is either.
func valuesAt(v any, steps []string) []string {
	switch v := v.(type) {
	case string:
		if v != "" {
			return []string{v}
		}
	case []any:
		var all []string
		for _, x := range v {
			all = append(all, valuesAt(x, steps)...)
		}
		return all
	case map[string]any:
		if len(steps) == 0 {
			return nil
		}
		if m := indexed.FindStringSubmatch(steps[0]); m != nil {
			list, _ := v[m[1]].([]any)
			if i, _ := strconv.Atoi(m[2]); i < len(list) {
				return valuesAt(list[i], steps[1:])
			}
			return nil
		}
		var all []string
		for name := range strings.SplitSeq(steps[0], "|") {
			all = append(all, valuesAt(v[inOurWords(name)], steps[1:])...)
		}
		return all
	}
	return nil
}

// inOurWords are the names that the corpus has for dateline's.
func inOurWords(name string) string {
	switch name {
	case "link":
		return "url"
	case "media":
		return "enclosures"
	}
	return name
}

// Whatever a feed is, what is read of it keeps what is promised of every feed.
func TestFeedCorpusKeepsPromises(t *testing.T) {
	for _, g := range readGold(t) {
		b, err := os.ReadFile(filepath.Join(corpus, g.File))
		if err != nil {
			t.Fatal(err)
		}
		f, _ := ParseFeed(b, "", "http://feed.example/dir/feed.xml")
		checkFeed(t, f)
	}
}
