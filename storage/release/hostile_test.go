package release

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dateline/storage"
)

// hostile are texts as a stranger may put them anywhere.
var hostile = []string{
	"../../etc/passwd", "/etc/passwd", `..\..\windows`, "a/b", ".", "..", "", "CON", "-rf", " ", "a\x00b", "a\nb", "\u202egnp.exe",
	"# Heading", "\n\n# Heading\n", "<script>alert(1)</script>", "[click](http://evil.example)", "![x](http://evil.example/p.png)", "| a | b |\n| --- | --- |",
	"```\ncode", "tab\tin\tit", "\xff\xfe", "null: {}", "\"quoted\" 'twice'", "unlicensed", "und", "x_0123456789ab", "http://evil.example", "me@evil.example",
	strings.Repeat("long ", 20000), "سهم یکسان", "{{.Name}}", "&lt;b&gt;",
}

// TestHostile puts each text into every place of a record.
func TestHostile(t *testing.T) {
	var all []storage.Record
	for i, s := range hostile {
		all = append(all, article(i, func(r *storage.Record) {
			r.Title, r.Authors, r.Language, r.Section = s, []string{s, s}, s, s
			r.Agency = storage.Agency{ID: s, Name: s, Home: s}
			l := *r.License
			l.SPDX, l.Holder, l.Statement, l.URL, l.Status = s, s, s, "https://x.example/"+s, s
			r.License = &l
		}))
	}
	allow := map[string]bool{}
	for _, reason := range Reasons {
		allow[reason] = true
	}
	dir, m := write(t, Options{Allow: allow, Name: "# Name\n<b>", Version: "../1", Authors: hostile}, all...)
	if m.Records != len(hostile) {
		t.Errorf("%d of %d records released: %v", m.Records, len(hostile), m.Withheld)
	}
	files := tree(t, dir)
	safe := regexp.MustCompile(`^(data/[A-Za-z0-9._-]+/[A-Za-z-]+-\d{5}\.jsonl\.zst|[A-Za-z0-9]+(\.[a-z]+)*)$`)
	for path := range files {
		if !safe.MatchString(path) || !filepath.IsLocal(path) {
			t.Errorf("a file is named %q", path)
		}
	}
	headings := regexp.MustCompile(`(?m)^#+ .*$`).FindAllString(files["ATTRIBUTION.md"], -1)
	if want := 1 + 2*len(hostile); len(headings) > want {
		t.Errorf("%d headings, of which at most %d are ours", len(headings), want)
	}
	for _, name := range []string{"ATTRIBUTION.md", "DATASHEET.md"} {
		mustBePlain(t, name, files[name])
	}
	rows := unpacked(t, files[creditsPath])
	if len(rows) != len(hostile)+1 {
		t.Errorf("%d lines of attributions for %d records", len(rows)-1, len(hostile))
	}
	for _, row := range rows {
		if strings.Count(row, "\t") != strings.Count(creditColumns, "\t") {
			t.Errorf("%.80q: other columns", row)
		}
	}
	for _, line := range strings.Split(files["CITATION.cff"], "\n") {
		if strings.HasPrefix(line, "  - name: ") && !strings.HasSuffix(line, `"`) || strings.HasPrefix(line, "#") {
			t.Errorf("CITATION.cff: %.80q", line)
		}
	}
}

// live is what does something in Markdown, unless a backslash stands before it.
var live = regexp.MustCompile("<script|[^\\\\]\\]\\(|\n#+ Heading|\n```|\u202e|\x00|[^\\\\]\\{|[^\\\\<]http://evil|a\\tin")

// address is a link that shows where it leads; nothing within it is Markdown.
var address = regexp.MustCompile(`<https?://[^<>\s]*>`)

// mustBePlain fails for Markdown that a stranger wrote.
func mustBePlain(t *testing.T, name, text string) {
	t.Helper()
	for _, found := range live.FindAllString(address.ReplaceAllString(text, ""), -1) {
		t.Errorf("%s: %q does something", name, found)
	}
	for _, line := range strings.Split(text, "\n") {
		if len(line) > 8000 {
			t.Errorf("%s: a line of %d bytes", name, len(line))
		}
	}
}

// TestNames gives different names to different strings.
func TestNames(t *testing.T) {
	seen := map[string]string{}
	for _, s := range append(hostile, "CC-BY-4.0", "CC-BY-SA-3.0-DE", "LicenseRef-kogl-1", "a-b", "a b", "a/b/") {
		name := fileName(s)
		if other, ok := seen[name]; ok && other != s {
			t.Errorf("%q and %q are both %q", s, other, name)
		}
		seen[name] = s
	}
	if fileName("CC-BY-4.0") != "CC-BY-4.0" {
		t.Error("an SPDX identifier is no name of itself")
	}
	for tag, want := range map[string]string{
		"en": "en", "en-GB": "en", "EN_us": "und", "zh-hant-TW": "zh-Hant", "zh-cmn-Hans": "zh-Hans", "sr-Latn": "sr-Latn", "fa": "fa", "": "und",
		"english": "und", "x-klingon": "und", "en-": "und", "en/../..": "und", "de-1996": "de",
	} {
		if got := language(tag); got != want {
			t.Errorf("language %q is %q, want %q", tag, got, want)
		}
	}
}
