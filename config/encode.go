package config

import (
	_ "embed"
	"fmt"
	"io"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/extract"
)

//go:embed example.toml
var example string

// Example is a configuration file that says what dateline does without one, with a comment per key as its manual.
func Example() string { return example }

// Encode writes the effective configuration as TOML, with the manual as comments. [Parse] makes an equal Config of it,
// but for Path. An agency that is the catalogue's own entry is shown as a comment; to change it, take the # away.
func (c *Config) Encode(w io.Writer) error {
	var b strings.Builder
	c.settings(&b)
	for _, a := range c.Agencies {
		b.WriteByte('\n')
		entry, builtIn := Lookup(a.ID)
		if builtIn && slices.Contains(c.Enable, a.ID) && reflect.DeepEqual(a, entry) {
			b.WriteString("# From the catalogue:\n")
			for line := range strings.Lines(a.encode(false)) {
				b.WriteString("# " + line)
			}
			continue
		}
		b.WriteString(a.encode(builtIn))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// settings is the example with this configuration's values, so that the manual is written once. The example's own agency
// is a comment.
func (c *Config) settings(b *strings.Builder) {
	values := c.values()
	section := ""
	for line := range strings.Lines(example) {
		name, _, isPair := strings.Cut(line, " = ")
		switch {
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]\n") + "."
		case isPair && !strings.HasPrefix(line, "#"):
			line = name + " = " + values[section+name] + "\n"
		}
		b.WriteString(line)
	}
}

// values are all keys outside of [[agency]], as TOML.
func (c *Config) values() map[string]string {
	// For fetch, a negative pause is none and 0 its default; a file says none with "0s".
	pause := max(c.Fetch.HostInterval, 0)
	return map[string]string{
		"contact":             quoted(c.Contact),
		"enable":              list(c.Enable),
		"fetch.host_interval": quoted(formatDuration(pause)),
		"fetch.poll_floor":    quoted(formatDuration(c.Poll.Floor)),
		"fetch.poll_worth":    quoted(formatDuration(c.Poll.Worth)),
		"fetch.poll_budget":   strconv.Itoa(c.Poll.Budget),
		"fetch.timeout":       quoted(formatDuration(c.Fetch.Timeout)),
		"fetch.max_body":      quoted(formatSize(c.Fetch.MaxBody)),
		"fetch.max_feed":      quoted(formatSize(c.Fetch.Limits.Feed)),
		"fetch.max_page":      quoted(formatSize(c.Fetch.Limits.Page)),
		"fetch.downgrade":     strconv.FormatBool(c.Fetch.Downgrade),
		"robots.feeds":        strconv.FormatBool(c.Fetch.RobotsFeeds),
		"fetch.tries":         strconv.Itoa(c.Poll.Tries),
		"fetch.allow":         list(networks(c.Fetch.Allow)),
		"run.grace":           quoted(formatDuration(c.Poll.Grace)),
		"push.callback":       quoted(c.Push.Callback),
		"push.listen":         quoted(c.Push.Listen),
		"revisit.after":       durations(c.Revisit),
		"keep.age":            quoted(formatDuration(c.Keep.Age)),
		"raw.keep":            quoted(c.Raw.Keep),
		"raw.age":             quoted(formatDuration(c.Raw.Age)),
		"rights.honour":       list(c.Honour),
	}
}

func networks(allow []netip.Prefix) []string {
	var all []string
	for _, p := range allow {
		all = append(all, p.String())
	}
	return all
}

// encode is an agency as TOML. Below an entry of the catalogue empty values are written too, since what is not written
// stays as the entry has it.
func (a Agency) encode(overrides bool) string {
	var b strings.Builder
	b.WriteString("[[agency]]\n")
	put := pairs(&b, overrides)
	put("id", a.ID)
	put("name", a.Name)
	put("home", a.Home)
	put("language", a.Language)
	put("timezone", a.Timezone)
	fmt.Fprintf(&b, "feeds = %s\n", list(a.Feeds))
	if a.Floor > 0 {
		put("poll_floor", formatDuration(a.Floor))
	}
	if a.Revisit != nil {
		fmt.Fprintf(&b, "revisit = %s\n", durations(a.Revisit))
	}
	if a.Keep != 0 {
		put("keep", formatDuration(max(a.Keep, 0)))
	}
	put("profile", a.Profile)
	put("sitemap", a.Sitemap)
	shared, ok := profile(a.Profile)
	if overrides || a.Archive != shared.Archive {
		fmt.Fprintf(&b, "archive = %s\n", quoted(a.Archive))
	}
	put("license", a.License)
	put("holder", a.Holder)
	if !ok || overrides || !reflect.DeepEqual(shared.Rules, a.Rules) {
		a.encodeRules(&b, overrides || ok)
	}
	return b.String()
}

func (a Agency) encodeRules(b *strings.Builder, overrides bool) {
	if reflect.DeepEqual(a.Rules, extract.Rules{}) && !overrides {
		return
	}
	put := pairs(b, overrides)
	put("rules.body", a.Rules.Body)
	put("rules.lead", a.Rules.Lead)
	put("rules.title", a.Rules.Title)
	put("rules.date", a.Rules.Date)
	put("rules.author", a.Rules.Author)
	if overrides || len(a.Rules.Drop) > 0 {
		fmt.Fprintf(b, "rules.drop = %s\n", list(a.Rules.Drop))
	}
}

// pairs writes lines of a key and a text; an empty text only if it is asked for.
func pairs(b *strings.Builder, empty bool) func(key, text string) {
	return func(key, text string) {
		if text != "" || empty {
			fmt.Fprintf(b, "%s = %s\n", key, quoted(text))
		}
	}
}

func list(texts []string) string {
	all := make([]string, len(texts))
	for i, s := range texts {
		all[i] = quoted(s)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func durations(all []time.Duration) string {
	texts := make([]string, len(all))
	for i, d := range all {
		texts[i] = formatDuration(d)
	}
	return list(texts)
}

// quoted is a TOML basic string. Go's quoting has escapes that TOML lacks (\x, \a, \v).
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range strings.ToValidUTF8(s, "\ufffd") {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, "\\u%04X", c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
