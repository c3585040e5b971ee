package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong in a configuration file.
type Mistake struct {
	File         string // as it was named to [Load] or [Parse]
	Line, Column int    // from 1; the column counts characters, as editors do
	Key          string // the dotted key; empty where the file isn't TOML at all
	Msg          string // what was expected and what was found
}

// Error is the mistake as one line: `file:line:column: key: what was expected, what was found`.
func (m Mistake) Error() string {
	where := fmt.Sprintf("%s:%d:%d: ", m.File, m.Line, m.Column)
	if m.Key == "" {
		return where + m.Msg
	}
	return where + m.Key + ": " + m.Msg
}

// Error is every mistake of a file, in the file's order. It is never empty.
type Error []Mistake

// Error is a line for each mistake.
func (e Error) Error() string {
	lines := make([]string, len(e))
	for i, m := range e {
		lines[i] = m.Error()
	}
	return strings.Join(lines, "\n")
}

// sorted puts the mistakes into the file's order. Those at one place stay in the order in which they were found.
func (e Error) sorted() Error {
	slices.SortStableFunc(e, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return e
}

// shownBytes bounds what a message repeats of a file: a whole article pasted into a value would hide the message.
const shownBytes = 60

// shown quotes what was found. A password in an address is left out, since messages end up in logs.
func shown(s string) string {
	if strings.Contains(s, "@") {
		s = regexp.MustCompile(`://[^/?#]*@`).ReplaceAllLiteralString(s, "://…@")
	}
	if len(s) > shownBytes {
		s = strings.ToValidUTF8(s[:shownBytes], "") + "…"
	}
	return fmt.Sprintf("%q", s)
}
