package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// printedAuthors are the bylines that the page shows its readers: what is marked as one, links to the author, then
// lines about the headline that read like one.
func (p *page) printedAuthors() []authorSource {
	return []authorSource{
		{from: "byline", names: p.firstByline(p.survey.people)},
		{from: "link rel=author", names: p.firstByline(p.authorLinks())},
		{from: "printed byline", names: p.lines()},
	}
}

// firstByline is the first of some elements that names anybody: those below it belong to teasers.
func (p *page) firstByline(nodes []*html.Node) []string {
	for _, n := range nodes {
		if elsewhere(n) {
			continue
		}
		if names := inByline(n); len(names) > 0 {
			return names
		}
	}
	return nil
}

func (p *page) authorLinks() []*html.Node {
	var out []*html.Node
	for _, n := range p.survey.links {
		if n.DataAtom == atom.A && slices.Contains(strings.Fields(strings.ToLower(attr(n, "rel"))), "author") {
			out = append(out, n)
		}
	}
	return out
}

// inByline reads the names in an element. Where a part of it is marked as the name, the rest is a role or a date.
func inByline(n *html.Node) []string {
	var names []string
	for _, part := range namesWithin(n, nil) {
		if t := textOf(part); len(t) < 80 {
			names = append(names, splitNames(t)...)
		}
	}
	if len(names) > 0 {
		return names
	}
	t := textOf(n)
	if len(t) >= maxDateText {
		return nil
	}
	t = beforeDate(t)
	for _, name := range splitNames(t) {
		if likeName(name) || strings.EqualFold(name, t) {
			names = append(names, name)
		}
	}
	return names
}

// namesWithin lists the outermost elements that hold nothing but a name.
func namesWithin(n *html.Node, out []*html.Node) []*html.Node {
	for c := n.FirstChild; c != nil && len(out) < maxAuthors; c = c.NextSibling {
		if c.Type != html.ElementNode || skipped(c.DataAtom) || hidden(c) {
			continue
		}
		if marksName(c) {
			out = append(out, c)
		} else {
			out = namesWithin(c, out)
		}
	}
	return out
}

func marksName(n *html.Node) bool {
	if attr(n, "itemprop") == "name" || slices.Contains(strings.Fields(attr(n, "rel")), "author") {
		return true
	}
	for _, class := range strings.Fields(attr(n, "class")) {
		switch strings.ToLower(class) {
		case "fn", "name", "author-name", "author_name", "authorname", "author__name", "byline-name", "byline__name", "author-link":
			return true
		}
	}
	return false
}

// elsewhere says whether an element stands among comments, forms or teasers: who is named there wrote something else.
func elsewhere(n *html.Node) bool {
	if within(n, atom.Aside, atom.Nav, atom.Footer, atom.Form, atom.Label) || n.DataAtom == atom.Label {
		return true
	}
	found := false
	for up := 0; n != nil && up < 8; n, up = n.Parent, up+1 {
		for _, a := range n.Attr {
			if a.Key == "class" || a.Key == "id" {
				eachWord(a.Val, func(w []byte) {
					switch string(w) {
					case "comment", "comments", "commentlist", "kommentar", "kommentare", "commentaires", "respond", "related", "sidebar", "widget":
						found = found || n.DataAtom != atom.Body && n.DataAtom != atom.Html && n.DataAtom != atom.Article
					}
				})
			}
		}
	}
	return found
}

// How far about the headline a printed byline is looked for, in blocks, and how long it is, in bytes.
const (
	aboveTitle = 4
	belowTitle = 14
	maxByline  = 120
)

// lines reads the lines about the headline: 'By Jane Doe', 'Jane Doe | 5 April 2025', and a name set in bold that
// opens the text.
func (p *page) lines() []string {
	blocks := p.survey.blocks
	at := slices.IndexFunc(blocks, func(b *block) bool { return b.tag == atom.H1 && same(b.text, p.article.Title) })
	if at < 0 {
		at = slices.IndexFunc(blocks, func(b *block) bool { return b.tag == atom.H1 })
	}
	if at < 0 {
		return nil
	}
	near := blocks[max(0, at-aboveTitle):min(len(blocks), at+belowTitle)]
	for _, read := range []func(*block) []string{p.byLine, p.datedLine, boldLine} {
		for _, b := range near {
			if len(b.text) <= maxByline && !heading(b.tag) && !elsewhere(b.node) {
				if names := read(b); len(names) > 0 {
					return names
				}
			}
		}
	}
	return nil
}

// byLine reads what follows 'By' at the start of a line or of a part of it.
func (p *page) byLine(b *block) []string {
	for _, part := range strings.FieldsFunc(b.text, func(r rune) bool { return r == '|' || r == '•' || r == '·' }) {
		part = strings.TrimSpace(part)
		if by := byWords.FindString(part); by != "" {
			if names := allNames(beforeDate(part[len(by):])); names != nil {
				return names
			}
		}
	}
	return nil
}

// datedLine reads a name before a date.
func (p *page) datedLine(b *block) []string {
	before := beforeDate(b.text)
	if before == b.text || len(strings.Fields(before)) < 2 && !strings.ContainsFunc(before, unspaced) {
		return nil
	}
	if _, ok := p.dateIn(b.text); !ok {
		return nil
	}
	return allNames(before)
}

// boldLine reads a line of names in bold at the head of a text.
func boldLine(b *block) []string {
	if b.tag != atom.P || b.bold < b.chars || b.links > 0 || strings.ContainsAny(b.text, ".,:;!?…–-") {
		return nil
	}
	names := allNames(b.text)
	for _, name := range names {
		if n := len(strings.Fields(name)); n < 2 || n > 3 {
			return nil
		}
	}
	return names
}

// beforeDate cuts a byline where a date, a time or a column of its own begins.
func beforeDate(s string) string {
	for i, r := range s {
		if unicode.IsDigit(r) && i > 0 && !unicode.IsLetter(rune(s[i-1])) || r == '|' {
			s = s[:i]
			break
		}
	}
	words := strings.Fields(s)
	for i, w := range words {
		w = strings.ToLower(strings.Trim(w, ".,:;-–"))
		if i > 0 && (monthNames[w] > 0 && len(w) > 3 || cutWord(w)) {
			return strings.TrimRight(strings.Join(words[:i], " "), " ,;:-–|")
		}
	}
	return strings.TrimRight(s, " ,;:-–|")
}

// cutWord knows the words that end the names in a byline.
func cutWord(w string) bool {
	switch w {
	case "in", "on", "am", "on:", "at", "le", "el", "um", "updated", "published", "posted", "aktualisiert", "publié", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday", "sunday", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag":
		return true
	}
	return false
}

// allNames splits a line of names, and is nil unless each part of it is like one.
func allNames(s string) []string {
	names := splitNames(s)
	for _, name := range names {
		if !likeName(name) {
			return nil
		}
	}
	return names
}

// byWords open a byline; andWords join two names.
var (
	byWords = regexp.MustCompile(`(?i)^(?:(?:an? |ein |eine )?(?:(?:artikel|article|rezept|recipe|interview|text|story|words|report|photos?|publié|écrit|propos recueillis|` +
		`eingestellt|erstellt|veröffentlicht|geschrieben|verfasst|gepostet|written|posted|reported|published|submitted|publicado|escrito|scritto|` +
		`pubblicato|skrevet|skriven) )?(?:by|von|par|por|door|av|af|di|da|od)|(?:interview|tekst|text|texte|texto|autor|autorin|author|auteur|autore|автор|words|von|by)s?\s*[:：]|` +
		`yazan|автор|توسط|نویسنده|بقلم|كتب|کاتب|文|記者|记者)(?:\s*[:：]\s*|\s+)`)
	andWords = regexp.MustCompile(`(?i)\s*[,;،、；|•·]\s*(?:(?:and|und|et|y|e|og|och|en)\s+)?|\s+[-–—]\s+|\s+(?:and|und|et|y|e|og|och|en|i|и|ve|و|&|/)\s+`)
	slashed  = regexp.MustCompile(`(\pL) ?/ ?(\pL)`)
	aside    = regexp.MustCompile(`\s*[(\[（][^)\]）]*[)\]）]|\S+@\S+`)
)

// splitNames cuts a byline into names: no 'By', no signature in brackets, no address, no title of a job, no sentence.
func splitNames(s string) []string {
	s = collapse(aside.ReplaceAllString(clip(s, 2000), ""))
	s = byWords.ReplaceAllString(s, "")
	if strings.Count(s, "/") <= 3 && strings.Contains(s, " ") && !strings.Contains(s, "://") {
		s = slashed.ReplaceAllString(s, "$1 / $2")
	}
	var out []string
	for _, name := range andWords.Split(s, -1) {
		name = byWords.ReplaceAllString(strings.Trim(name, " .:*-–—"), "")
		if isName(name) && (len(out) == 0 || !isRole(name)) {
			out = append(out, name)
		}
	}
	return out
}

// isName says whether a text can be the name of somebody: short, with letters, no address, no number, no label of a field.
func isName(s string) bool {
	words := strings.Fields(s)
	if len(words) > 6 || len(s) > 120 || strings.Contains(s, "://") || strings.HasPrefix(s, "@") {
		return false
	}
	for _, w := range words {
		if !strings.ContainsFunc(w, unicode.IsLetter) && strings.ContainsFunc(w, unicode.IsDigit) {
			return false
		}
	}
	switch letters(s) {
	case "", "von", "by", "par", "por", "di", "name", "author", "theauthor", "autor", "auteur", "posted", "postedon", "postedby", "publiziertam", "veröffentlichtam",
		"publishedon", "writtenby", "artikelvon", "unknown", "anonymous", "byline", "über", "about", "null", "undefined":
		return false
	}
	return strings.ContainsFunc(s, unicode.IsLetter)
}

// isRole says whether a part of a byline is a job or a place rather than one more person.
func isRole(s string) bool {
	for _, w := range strings.Fields(strings.ToLower(s)) {
		switch strings.Trim(w, ".,") {
		case "editor", "reporter", "correspondent", "writer", "contributor", "journalist", "columnist", "ceo", "founder", "director", "manager", "analyst",
			"redakteur", "redakteurin", "korrespondent", "korrespondentin", "chefredakteur", "journaliste", "correspondant", "correspondante",
			"redactor", "redactora", "periodista", "corresponsal", "giornalista", "inviato", "repórter", "jornalista", "muhabir", "muhabiri", "корреспондент":
			return true
		}
	}
	return false
}

// likeName says whether a text is written as names are: a few words, each with a capital but for particles.
func likeName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 5 || strings.ContainsFunc(s, unspaced) && len([]rune(s)) > 8 {
		return false
	}
	capital := false
	for _, w := range words {
		r := []rune(strings.TrimLeft(w, "'’\"“„«"))
		switch {
		case len(r) == 0 || strings.ContainsAny(w, "…!?\"“”«»:;"):
			return false
		case unicode.IsLower(r[0]) && !particle(w) && !strings.ContainsFunc(w, unicode.IsUpper):
			return false
		case article(w):
			return false
		case !unicode.IsLower(r[0]):
			capital = true
		}
	}
	return capital
}

// article knows the small words that open headings and never a name.
func article(w string) bool {
	switch strings.ToLower(w) {
	case "the", "a", "an", "this", "how", "why", "what", "of", "to", "for", "is", "my", "our", "your", "read", "more", "about", "share", "news", "ein", "eine", "das", "im", "zum", "mehr",
		"un", "une", "una", "los", "las", "home", "follow", "subscribe":
		return true
	}
	return false
}

// particle knows the small words inside names.
func particle(w string) bool {
	switch strings.ToLower(w) {
	case "von", "van", "de", "der", "den", "del", "della", "di", "da", "do", "dos", "das", "du", "le", "la", "el", "al", "bin", "ibn", "ben", "zu", "zum", "af", "av", "ter", "ten", "und", "y", "e":
		return true
	}
	return strings.HasPrefix(w, "d’") || strings.HasPrefix(w, "d'") || strings.HasPrefix(w, "al-")
}
