package extract

import (
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const maxAuthors = 20

// findAuthors takes the first source that names people. An agency is the author only where no source names one: the
// structured data of many sites name the house though the page prints a byline.
func (p *page) findAuthors() {
	var house authorSource
	for _, ask := range []func() []authorSource{p.statedAuthors, p.printedAuthors} {
		for _, c := range ask() {
			persons, agencies := p.people(c.names)
			if len(persons) > 0 {
				p.setAuthors(c.from, persons)
				return
			}
			if agencies = append(agencies, c.houses...); len(house.names) == 0 && len(agencies) > 0 {
				house = authorSource{from: c.from, names: agencies}
			}
		}
	}
	if len(house.names) > 0 {
		p.setAuthors(house.from, house.names)
	}
}

func (p *page) setAuthors(from string, names []string) {
	p.article.Authors = names[:min(len(names), maxAuthors)]
	p.note("authors", from, strings.Join(p.article.Authors, ", "))
}

// authorSource is a place that names authors; houses are those of them that it says are no people.
type authorSource struct {
	from   string
	names  []string
	houses []string
}

// authorSources are the places that are marked as naming authors, the houses among the names.
func (p *page) authorSources() []authorSource {
	out := append(slices.Clone(p.statedAuthors()), firstByline("byline", p.survey.people))
	for i := range out {
		out[i].names = append(slices.Clip(out[i].names), out[i].houses...)
	}
	return out
}

// statedAuthors are the rule's, and those that the page states for machines.
func (p *page) statedAuthors() []authorSource {
	if p.stated != nil {
		return p.stated
	}
	var rule []string
	for _, n := range p.match(p.src.Rules.Author) {
		rule = append(rule, textOf(n))
	}
	out := []authorSource{{from: "rule " + p.src.Rules.Author, names: rule}, p.ldAuthors("author"), p.ldAuthors("creator")}
	for _, name := range []string{"author", "article:author", "byl", "parsely-author", "sailthru.author", "citation_author", "dc.creator", "dcterms.creator"} {
		out = append(out, authorSource{from: "meta " + name, names: p.survey.metaAll(name)})
	}
	for _, m := range p.survey.metas {
		if prefix, ok := strings.CutSuffix(m.key, ":author"); ok && prefix != "article" {
			out = append(out, authorSource{from: "meta " + m.key, names: []string{m.value}})
		}
	}
	p.stated = out
	return out
}

// ldAuthors are the names in structured data. An organisation beside a person is kept, as a wire that shares the
// byline; one alone is a house.
func (p *page) ldAuthors(key string) authorSource {
	out := authorSource{from: "json-ld"}
	persons := false
	for _, o := range p.news.nodes(key) {
		name := o.text("name")
		if name == "" {
			name = p.nameOf(o.text("@id"))
		}
		out.names = append(out.names, name)
		persons = persons || !o.house() && !accountPath(o.text("url")) && !accountPath(o.text("@id"))
	}
	if !persons {
		_, out.houses = p.people(out.names)
		persons, _ := p.people(out.names)
		out.names, out.houses = nil, append(persons, out.houses...)
	}
	return out
}

// house says whether a node is an organisation and no person as well.
func (o object) house() bool {
	types := stringsOf(o["@type"])
	return !slices.Contains(types, "Person") && slices.ContainsFunc(types, func(t string) bool { return strings.HasSuffix(t, "Organization") })
}

// nameOf follows a reference within the structured data to the name of what it means.
func (p *page) nameOf(id string) string {
	if id == "" {
		return ""
	}
	for _, o := range p.ld {
		if v, _ := o["@id"].(string); v == id {
			if name := o.text("name"); name != id {
				return name
			}
		}
	}
	return ""
}

// people splits and cleans names, and tells people from agencies and accounts.
func (p *page) people(raw []string) (persons, agencies []string) {
	for _, s := range raw {
		for _, name := range splitNames(plainText(s)) {
			if same(name, p.article.Title) || len(strings.Fields(name)) > 3 && strings.Contains(letters(p.article.Title), letters(name)) {
				continue // the headline, inside what is marked as a byline
			}
			if p.isAgency(name) || account(name) {
				agencies = appendNew(agencies, name)
			} else {
				persons = appendNew(persons, name)
			}
		}
	}
	return persons, agencies
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

// account says whether a name is that of a login which many write with.
func account(name string) bool {
	switch letters(name) {
	case "admin", "administrator", "wpadmin", "wordpressadmin", "webmaster", "root", "editor", "redaktion", "redaktør", "redazione",
		"redacción", "redacao", "redação", "rédaction", "larédaction", "redactie", "redakcja", "staff", "staffwriter", "newsdesk", "newsroom", "agencies":
		return true
	}
	return false
}

// accountPath says whether an address is that of such a login's page.
func accountPath(address string) bool {
	return account(path.Base(strings.TrimRight(clip(address, 2000), "/")))
}

// accountLink says whether a byline leads to one.
func accountLink(n *html.Node) bool {
	if n.DataAtom == atom.A && accountPath(attr(n, "href")) {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && accountLink(c) {
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
