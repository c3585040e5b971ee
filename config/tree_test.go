package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// outline writes a tree as keys, kinds and what stands at each place in the file.
func outline(b *strings.Builder, data string, path string, v *value) {
	fmt.Fprintf(b, "%s=%s@%.3q ", path, v.kind, data[v.at:])
	for _, f := range v.fields {
		if !strings.HasPrefix(strings.Trim(data[f.at:], `"'`), f.name) {
			fmt.Fprintf(b, "(key %s is not at %.9q) ", f.name, data[f.at:])
		}
		outline(b, data, path+"."+f.name, f.value)
	}
	for i, item := range v.items {
		outline(b, data, fmt.Sprintf("%s[%d]", path, i), item)
	}
}

func TestTree(t *testing.T) {
	for data, want := range map[string]string{
		`a = 1`:                    `=Table@"a =" .a=Integer@"1" `,
		`a.b = "x"`:                `=Table@"a.b" .a=Table@"a.b" .a.b=String@"\"x\"" `,
		"a = [ # c\n 1, [true]]":   `=Table@"a =" .a=Array@"a =" .a[0]=Integer@"1, " .a[1]=Array@"a =" .a[1][0]=Bool@"tru" `,
		"[t]\nd = 2026-11-03":      `=Table@"[t]" .t=Table@"t]\n" .t.d=LocalDate@"202" `,
		"[[l]]\na=1\n[[l]]\n":      `=Table@"[[l" .l=Array@"l]]" .l[0]=Table@"l]]" .l[0].a=Integer@"1\n[" .l[1]=Table@"l]]" `,
		"[[l]]\n[l.s]\na=1\n":      `=Table@"[[l" .l=Array@"l]]" .l[0]=Table@"l]]" .l[0].s=Table@"s]\n" .l[0].s.a=Integer@"1\n" `,
		"t = {a = 1.5, b.c = ''}":  `=Table@"t =" .t=Table@"{a " .t.a=Float@"1.5" .t.b=Table@"b.c" .t.b.c=String@"''}" `,
		"[a.b]\n[a]\nc = 07:32:00": `=Table@"[a." .a=Table@"a.b" .a.b=Table@"b]\n" .a.c=LocalTime@"07:" `,
		"":                         `=Table@"" `,
	} {
		root, bad := parseTree([]byte(data))
		if bad != nil {
			t.Errorf("%q: %v", data, bad)
			continue
		}
		var b strings.Builder
		outline(&b, data, "", root)
		if b.String() != want {
			t.Errorf("%q: got\n%s\nwant\n%s", data, b.String(), want)
		}
	}
}

// go-toml's decoder judges what TOML forbids although each line is well-formed.
func TestTreeRefuses(t *testing.T) {
	for _, data := range []string{"a = 1\na = 2", "[t]\n[t]", "a = 1\n[a]", "a = 1\na.b = 2", "[[l]]\n[l]", "l = []\n[[l]]", "a", "= 1", "a = 01"} {
		if _, bad := parseTree([]byte(data)); bad == nil {
			t.Errorf("%q is accepted", data)
		} else if line, column := bad.Position(); line < 1 || column < 1 {
			t.Errorf("%q: %v at %d:%d", data, bad, line, column)
		}
	}
}

func TestInteger(t *testing.T) {
	for text, want := range map[string]int64{"7": 7, "+7": 7, "-7": -7, "1_000": 1000, "0xff": 255, "0o17": 15, "0b11": 3} {
		if got, ok := (&value{kind: unstable.Integer, text: text}).integer(); !ok || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, ok, want)
		}
	}
	for _, v := range []*value{{kind: unstable.String, text: "7"}, {kind: unstable.Float, text: "7.0"}, {kind: unstable.Integer, text: "99999999999999999999"}} {
		if got, ok := v.integer(); ok {
			t.Errorf("%s %s: got %d, want none", v.kind, v.text, got)
		}
	}
}

// What is quoted is read back by another's reader.
func TestQuoted(t *testing.T) {
	for _, s := range []string{"", `"`, `\`, `\u0041`, "a\tb\r\n", "\x00\x1f\x7f", "خبرگزاری\u200c", "'''", "#", "\u2028"} {
		var back struct{ S string }
		if err := toml.Unmarshal([]byte("s = "+quoted(s)), &back); err != nil || back.S != s {
			t.Errorf("%q: got %q (%v)", s, back.S, err)
		}
	}
	if got := quoted("a\xffb"); got != "\"a\ufffdb\"" {
		t.Errorf("bytes that are not UTF-8: got %s", got)
	}
}

// Columns count characters, since that is what an editor shows.
func TestPlaces(t *testing.T) {
	data := "a\nخبر = 1\r\n\nz"
	r := newReader("f", []byte(data))
	for _, place := range []string{"a", "1", "z"} {
		r.wrong(strings.Index(data, place), "k", "m")
	}
	r.wrong(len(data), "k", "m")
	want := "f:1:1: k: m\nf:2:7: k: m\nf:4:1: k: m\nf:4:2: k: m"
	if got := r.err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, far := range [][2]int{{0, 0}, {-1, 5}, {99, 99}, {2, 99}} {
		if at := r.offset(far[0], far[1]); at < 0 || at > len(data) {
			t.Errorf("line %d, column %d: offset %d of %d", far[0], far[1], at, len(data))
		}
	}
}

func TestMoreMistakes(t *testing.T) {
	r := newReader("f", []byte("x"))
	for range mostMistakes + 7 {
		r.wrong(0, "k", "m")
	}
	all := r.err().(Error)
	if len(all) != mostMistakes || !strings.HasSuffix(all.Error(), "m (and 7 more mistakes in this file)") {
		t.Errorf("got %d mistakes, the last %v", len(all), all[len(all)-1])
	}
}
