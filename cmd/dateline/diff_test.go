package main

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// shownDiff is a difference as a test writes it: a line a change.
func shownDiff(all []change) string {
	var b strings.Builder
	for _, c := range all {
		b.WriteByte(byte(c.Kind))
		b.WriteString(c.Old)
		if c.Kind == wasEdited {
			b.WriteString(" > ")
		}
		if c.Kind != wasKept {
			b.WriteString(c.New)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestParagraphDiff(t *testing.T) {
	const first, second, third = "The port was shut on Monday.", "Ships wait outside the bay.", "Nobody was hurt."
	join := func(all ...string) string { return strings.Join(all, "\n\n") }
	for _, c := range []struct{ name, old, new, want string }{
		{"nothing", "", "", ""},
		{"the same", join(first, second), join(first, second), " " + first + "\n " + second + "\n"},
		{"all new", "", first, "+" + first + "\n"},
		{"all gone", first, "", "-" + first + "\n"},
		{"one between", join(first, third), join(first, second, third), " " + first + "\n+" + second + "\n " + third + "\n"},
		{"one less", join(first, second, third), join(first, third), " " + first + "\n-" + second + "\n " + third + "\n"},
		{"a word", join(first, second), join("The port was open on Monday.", second),
			"~" + first + " > The port was open on Monday.\n " + second + "\n"},
		{"another paragraph in its place", first, third, "-" + first + "\n+" + third + "\n"},
		{"one before one that was wasEdited", first, join(third, "The port was open on Monday."),
			"+" + third + "\n~" + first + " > The port was open on Monday.\n"},
		{"a script without spaces", "港口周一关闭了。", "港口周二关闭了。", "~港口周一关闭了。 > 港口周二关闭了。\n"},
	} {
		if got := shownDiff(paragraphDiff(c.old, c.new)); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}

func TestWordDiff(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"shut on Monday.", "open on Monday.", "-shut\n+open\n  \n on\n  \n Monday\n .\n"},
		{"بندر بسته شد", "بندر باز شد", " بندر\n  \n-بسته\n+باز\n  \n شد\n"},
		{"周一", "周二", " 周\n-一\n+二\n"},
		{"3.5 million", "4.5 million", "-3\n+4\n .\n 5\n  \n million\n"},
	} {
		if got := shownDiff(wordDiff(c.old, c.new)); got != c.want {
			t.Errorf("%q to %q:\n%swant\n%s", c.old, c.new, got, c.want)
		}
	}
}

// TestDiffRebuilds makes both texts again of their difference, whatever they are.
func TestDiffRebuilds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		words := strings.Fields("the port ships wait bay بندر 港口 was shut, open. Monday")
		var all []string
		for range r.IntN(8) {
			var p []string
			for range 1 + r.IntN(6) {
				p = append(p, words[r.IntN(len(words))])
			}
			all = append(all, strings.Join(p, " "))
		}
		return strings.Join(all, "\n\n")
	}
	for range 2000 {
		old, new := text(), text()
		if a, b := sides(paragraphDiff(old, new), "\n\n"); a != old || b != new {
			t.Fatalf("%q and %q became %q and %q", old, new, a, b)
		}
		if a, b := sides(wordDiff(old, new), ""); a != old || b != new {
			t.Fatalf("word by word, %q and %q became %q and %q", old, new, a, b)
		}
	}
}

func sides(all []change, between string) (old, new string) {
	var a, b []string
	for _, c := range all {
		if c.Kind != wasAdded {
			a = append(a, c.Old)
		}
		if c.Kind != wasRemoved {
			b = append(b, c.New)
		}
	}
	return strings.Join(a, between), strings.Join(b, between)
}

// TestDiffIsBounded compares texts with a hundred thousand paragraphs that differ in all: the table of all pairs would take
// 40 GB.
func TestDiffIsBounded(t *testing.T) {
	const n = 100_000
	old, new := strings.Repeat("a b\n\n", n), strings.Repeat("c d\n\n", n)
	removals := 0
	for _, c := range paragraphDiff(old, new) {
		if c.Kind == wasRemoved {
			removals++
		}
	}
	if removals != n {
		t.Errorf("%d paragraphs were removed, want %d", removals, n)
	}
}
