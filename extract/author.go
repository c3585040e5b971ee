package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const maxAuthors = 20

// findAuthors takes the first source that names somebody. Where it names people, the agency is no author.
func (p *page) findAuthors() {
	for _, c := range p.authorSources() {
		if names := p.people(c.names); len(names) > 0 {
			p.article.Authors = names
			p.note("authors", c.from, strings.Join(names, ", "))
			return
		}
	}
}

type authorSource struct {
	from  string
	names []string
}

func (p *page) authorSources() []authorSource {
	var rule, props []string
	for _, n := range p.match(p.src.Rules.Author) {
		rule = append(rule, textOf(n))
	}
	for _, n := range p.survey.people {
		if t := textOf(n); len(t) < 200 {
			props = append(props, t)
			if len(splitNames(t)) > 0 {
				break // the first byline is the article's; those below belong to teasers
			}
		}
	}
	out := []authorSource{{"rule " + p.src.Rules.Author, rule}, {"json-ld", p.ldAuthors()}}
	for _, name := range []string{"author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator"} {
		out = append(out, authorSource{"meta " + name, p.survey.metaAll(name)})
	}
	return append(out, authorSource{"byline", props})
}

// ldAuthors prefers persons to organisations.
func (p *page) ldAuthors() []string {
	var persons, others []string
	for _, key := range []string{"author", "creator"} {
		for _, o := range p.news.nodes(key) {
			name := o.text("name")
			if slices.Contains(stringsOf(o["@type"]), "Organization") {
				others = append(others, name)
			} else {
				persons = append(persons, name)
			}
		}
		if len(persons) > 0 {
			return persons
		}
	}
	return others
}

// people splits and cleans names. The site's own name stays only where nobody else is named.
func (p *page) people(raw []string) []string {
	var persons, agencies []string
	for _, s := range raw {
		for _, name := range splitNames(plainText(s)) {
			switch {
			case len(persons) >= maxAuthors:
			case p.isAgency(name):
				agencies = appendNew(agencies, name)
			default:
				persons = appendNew(persons, name)
			}
		}
	}
	if len(persons) > 0 {
		return persons
	}
	return agencies
}

func (p *page) isAgency(name string) bool {
	n := letters(name)
	for _, known := range p.siteNames() {
		if k := letters(known); k != "" && n == k {
			return true
		}
	}
	return false
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) || len(list) >= maxAuthors {
		return list
	}
	return append(list, s)
}

// byWords open a byline; andWords join two names.
var (
	byWords  = regexp.MustCompile(`(?i)^(?:written by|posted by|reported by|text by|story by|by|von|par|por|door|av|af|di|od|tekst|text|texte|texto|autor|author|автор|توسط|نویسنده|بقلم|كتب|کاتب|文|記者|记者)(?:\s*[:：]\s*|\s+)`)
	andWords = regexp.MustCompile(`(?i)\s*[,;،、；|•·]\s*|\s+(?:and|und|et|y|e|og|och|en|i|и|ve|و|&|/)\s+`)
	aside    = regexp.MustCompile(`\s*[(\[（][^)\]）]*[)\]）]|\S+@\S+`)
)

// splitNames cuts a byline into names: no 'By', no signature in brackets, no address, no sentence.
func splitNames(s string) []string {
	s = collapse(aside.ReplaceAllString(clip(s, 2000), ""))
	s = byWords.ReplaceAllString(s, "")
	var out []string
	for _, name := range andWords.Split(s, -1) {
		name = byWords.ReplaceAllString(strings.Trim(name, " .:-–—"), "")
		if isName(name) {
			out = append(out, name)
		}
	}
	return out
}

// isName says whether a text can be the name of somebody: short, with letters, no address, no number.
func isName(s string) bool {
	if len(strings.Fields(s)) > 6 || len(s) > 120 || strings.Contains(s, "://") || strings.HasPrefix(s, "@") {
		return false
	}
	letter := false
	for _, r := range s {
		if unicode.IsDigit(r) {
			return false
		}
		letter = letter || unicode.IsLetter(r)
	}
	return letter
}
