package fetch

import (
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

// addAuthor takes one person as a feed writes it: a name, an address, or both.
func (e *Entry) addAuthor(s string) { e.Authors = appendNew(e.Authors, personName(plain(s))) }

func (e *Entry) addAuthors(names []string) {
	for _, name := range names {
		e.addAuthor(name)
	}
}

// personName prefers the name in "desk@news.example (A. Writer)", RSS 2.0's form, and in "A. Writer <desk@…>", the
// mail's form.
func personName(s string) string {
	if name, address, ok := strings.Cut(strings.TrimSuffix(s, ">"), " <"); ok && strings.Contains(address, "@") {
		return strings.Trim(name, ` "`)
	}
	before, inside, ok := strings.Cut(strings.TrimSuffix(s, ")"), "(")
	if !ok || !strings.HasSuffix(s, ")") {
		return s
	}
	before, inside = strings.TrimSpace(before), strings.TrimSpace(inside)
	if strings.Contains(before, "@") && inside != "" {
		return inside
	}
	if strings.Contains(inside, "@") && before != "" {
		return before
	}
	return s
}

// borrowedAuthors are those that RSS and JSON have from other vocabularies. Only when the better ones say nothing, the next
// are asked: iTunes and Google Play name the channel's owner as often as an author.
func borrowedAuthors(x ext.Extensions) []string {
	names := append(values(x, "dc", "creator"), values(x, "dc", "author")...)
	for _, a := range inAtom(x, "author") {
		names = append(names, firstOf(child(a, "name"), child(a, "email"), a.Value))
	}
	for _, prefix := range []string{"itunes", "googleplay"} {
		if len(names) == 0 {
			names = values(x, prefix, "author")
		}
	}
	return names
}
