package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// reader turns the tree into values and notes every mistake on the way. After a mistake it goes on: the value keeps its
// default, and the file is refused at the end.
type reader struct {
	file     string
	data     []byte
	lines    []int // offsets of the lines' first bytes
	mistakes Error
	more     int // mistakes beyond the most that are kept
}

// mostMistakes bounds what a file that is something else altogether makes us say.
const mostMistakes = 100

func newReader(file string, data []byte) *reader {
	r := &reader{file: file, data: data, lines: []int{0}}
	for i, c := range data {
		if c == '\n' {
			r.lines = append(r.lines, i+1)
		}
	}
	return r
}

// wrong notes a mistake at an offset of the file.
func (r *reader) wrong(at int, key, format string, args ...any) {
	if len(r.mistakes) == mostMistakes {
		r.more++
		return
	}
	line, found := slices.BinarySearch(r.lines, at)
	if !found {
		line--
	}
	column := 1 + utf8.RuneCount(r.data[r.lines[line]:at])
	r.mistakes = append(r.mistakes, Mistake{r.file, line + 1, column, key, fmt.Sprintf(format, args...)})
}

// err is all the mistakes, in the file's order; nil if there are none.
func (r *reader) err() error {
	if len(r.mistakes) == 0 {
		return nil
	}
	all := r.mistakes.sorted()
	if r.more > 0 {
		all[len(all)-1].Msg += fmt.Sprintf(" (and %d more mistakes in this file)", r.more)
	}
	return all
}

// offset is the place that go-toml names by line and byte.
func (r *reader) offset(line, column int) int {
	line = min(max(line, 1), len(r.lines))
	return min(r.lines[line-1]+max(column, 1)-1, len(r.data))
}

// spot is a value, and the dotted key by which messages call it.
type spot struct {
	key   string
	value *value
}

// key is a key that a table may have, and what is done with its value.
type key struct {
	name string
	read func(spot)
}

// table reads a table's fields. Unknown ones are mistakes: a limit that is misspelt is a limit that is not kept.
func (r *reader) table(s spot, keys []key) {
	if !s.value.isTable() {
		r.wrong(s.value.at, s.key, "expected a table, found %s", s.value.what())
		return
	}
	for _, f := range s.value.fields {
		name := dotted(s.key, f.name)
		i := slices.IndexFunc(keys, func(k key) bool { return k.name == f.name })
		if i < 0 {
			r.wrong(f.at, name, "unknown key, %s", hint{f.name, names(keys)})
			continue
		}
		keys[i].read(spot{name, f.value})
	}
}

// dotted is the name of a key below another.
func dotted(above, name string) string {
	if strings.ContainsFunc(name, func(c rune) bool { return c > unicode.MaxASCII || !bare(c) }) || name == "" {
		name = shown(name)
	}
	if above == "" {
		return name
	}
	return above + "." + name
}

func bare(c rune) bool {
	return c == '-' || c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c)
}

// string is a text value. Control characters are refused everywhere: what is read here goes into headers, log lines
// and onto terminals.
func (r *reader) string(s spot, want string) (string, bool) {
	switch {
	case !s.value.isText():
		r.wrong(s.value.at, s.key, "expected %s, found %s", want, s.value.what())
	case strings.ContainsFunc(s.value.text, unicode.IsControl):
		r.wrong(s.value.at, s.key, "expected %s on one line without control characters, found %s", want, shown(s.value.text))
	default:
		return s.value.text, true
	}
	return "", false
}

// text reads a text that ok accepts.
func (r *reader) text(dst *string, want string, ok func(string) bool) func(spot) {
	return func(s spot) {
		if text, isText := r.string(s, want); isText && r.fits(s, text, want, ok) {
			*dst = text
		}
	}
}

func (r *reader) fits(s spot, text, want string, ok func(string) bool) bool {
	if ok(text) {
		return true
	}
	r.wrong(s.value.at, s.key, "expected %s, found %s", want, shown(text))
	return false
}

// texts reads a list of texts. A list that is written replaces the one that was there, also if it is empty.
func (r *reader) texts(dst *[]string, want string, ok func(string) bool) func(spot) {
	return func(s spot) {
		*dst = nil
		r.each(s, want, func(s spot) {
			if text, isText := r.string(s, want); isText && r.fits(s, text, want, ok) {
				*dst = append(*dst, text)
			}
		})
	}
}

// each reads the items of a list.
func (r *reader) each(s spot, want string, read func(spot)) {
	if !s.value.isList() {
		r.wrong(s.value.at, s.key, "expected a list, each %s, found %s", want, s.value.what())
		return
	}
	for i, item := range s.value.items {
		read(spot{fmt.Sprintf("%s[%d]", s.key, i), item})
	}
}

// duration reads a duration of at least least and at most [longest].
func (r *reader) duration(dst *time.Duration, least time.Duration) func(spot) {
	want := `a duration such as "30s", "90m" or "2d"`
	return func(s spot) {
		text, isText := r.string(s, want)
		if !isText {
			return
		}
		d, ok := parseDuration(text)
		switch {
		case !ok:
			r.wrong(s.value.at, s.key, "expected %s, found %s", want, shown(text))
		case d < least || d > longest:
			r.wrong(s.value.at, s.key, "expected a duration from %q to %q, found %s", formatDuration(least), formatDuration(longest), shown(text))
		default:
			*dst = d
		}
	}
}

// size reads a number of bytes, as an integer or as text with a unit.
func (r *reader) size(dst *int64) func(spot) {
	want := `a size such as "10MiB", "500KB" or 1048576 (bytes)`
	return func(s spot) {
		n, ok := s.value.integer()
		if s.value.isText() {
			n, ok = parseSize(s.value.text)
		}
		switch {
		case !ok:
			r.wrong(s.value.at, s.key, "expected %s, found %s", want, s.value.what())
		case n < 1 || n > largest:
			r.wrong(s.value.at, s.key, "expected a size from 1 byte to %q, found %s", formatSize(largest), s.value.what())
		default:
			*dst = n
		}
	}
}

// count reads a whole number from least to most.
func (r *reader) count(dst *int, least, most int64) func(spot) {
	return func(s spot) {
		n, ok := s.value.integer()
		if !ok || n < least || n > most {
			r.wrong(s.value.at, s.key, "expected a whole number from %d to %d, found %s", least, most, s.value.what())
			return
		}
		*dst = int(n)
	}
}

// flag reads true or false.
func (r *reader) flag(dst *bool) func(spot) {
	return func(s spot) {
		b, ok := s.value.boolean()
		if !ok {
			r.wrong(s.value.at, s.key, "expected true or false, found %s", s.value.what())
			return
		}
		*dst = b
	}
}

// syntax notes the place and the words of go-toml where a file isn't TOML.
func (r *reader) syntax(line, column int, msg string) {
	msg, _, _ = strings.Cut(strings.TrimPrefix(msg, "toml: "), "\n")
	r.wrong(r.offset(line, column), "", "this is not TOML: %s", msg)
}
