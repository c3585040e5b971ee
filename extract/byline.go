package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dateline/extract/calendar"
)

// printedAuthors are the bylines that the page shows its readers: what is marked as one, links to the author, then
// lines about the headline that read like one.
func (p *page) printedAuthors() []authorSource {
	return []authorSource{
		firstByline("byline", p.survey.people),
		firstByline("link rel=author", p.survey.signed),
		{from: "printed byline", names: p.lines()},
	}
}

// firstByline is the first of some elements that names anybody, with those beside it: others belong to teasers.
func firstByline(from string, nodes []*html.Node) authorSource {
	out := authorSource{from: from}
	var first *html.Node
	for _, n := range nodes {
		if !small(n) || elsewhere(n) || first != nil && (n.Parent != first.Parent || attr(n, "class") != attr(first, "class")) {
			continue
		}
		names := inByline(n)
		switch {
		case len(names) == 0:
		case accountLink(n):
			out.houses = append(out.houses, names...)
		default:
			first = n
			out.names = append(out.names, names...)
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
	for _, line := range linesOf(n) {
		if len(line) > maxByline {
			return nil
		}
		t := beforeDate(line)
		for _, name := range splitNames(t) {
			if (likeName(name) || strings.EqualFold(name, t)) && !isRole(name) {
				names = appendNew(names, name)
			}
		}
		if len(names) > 0 {
			break // what stands below is a role, a biography or a share line
		}
	}
	return names
}

// linesOf are the texts of an element, cut where its blocks are.
func linesOf(n *html.Node) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if t := collapse(b.String()); t != "" && len(out) < maxAuthors {
			out = append(out, t)
		}
		b.Reset()
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode && b.Len() < 1<<12 {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && (skipped(n.DataAtom) || hidden(n)) || len(out) >= maxAuthors {
			return
		}
		apart := n.Type == html.ElementNode && (isBlock(n.DataAtom) || n.DataAtom == atom.Br || n.DataAtom == atom.Time)
		if apart {
			flush()
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if apart {
			flush()
		}
	}
	walk(n)
	flush()
	return out
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
		switch n.DataAtom {
		case atom.Body, atom.Html, atom.Article: // themes name their wrappers after anything
			continue
		}
		eachClass(n, func(w string) { found = found || discussion(w) || w == "related" })
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
	near := p.aboutTitle()
	for _, read := range []func(string, *block) []string{byLine, p.datedLine, boldLine} {
		before := ""
		for _, b := range near {
			if mayName(b) {
				names := read(before, b)
				if persons, _ := p.people(names); len(persons) > 0 && !heading(b.tag) {
					return names
				}
			}
			before = b.text
		}
	}
	return nil
}

// mayName says whether a block can be a byline: short, and neither a quotation nor of a picture or of somebody else.
func mayName(b *block) bool {
	quoted := b.tag == atom.Figcaption || b.tag == atom.Blockquote || within(b.node, atom.Figcaption, atom.Blockquote)
	return len(b.text) <= maxByline && !quoted && !elsewhere(b.node) && !(small(b.node) && accountLink(b.node))
}

// maxWithin bounds the elements and texts inside a byline: what holds more is a part of the page.
const maxWithin = 200

// small says whether an element holds no more than a byline does.
func small(n *html.Node) bool { return spend(n, maxWithin) > 0 }

// spend takes what is inside an element from a budget, and says what is left.
func spend(n *html.Node, left int) int {
	for c := n.FirstChild; c != nil && left > 0; c = c.NextSibling {
		left = spend(c, left-1)
	}
	return left
}

// titleBlock finds the headline: the heading that the title repeats, else the first h1; -1 if there is none.
func (p *page) titleBlock() int {
	title := letters(p.article.Title)
	first := -1
	for i, b := range p.survey.blocks {
		if !heading(b.tag) {
			continue
		}
		if text := letters(b.text); len(text) > 15 && len(title) > 15 && (strings.Contains(text, title) || strings.Contains(title, text)) {
			return i
		}
		if first < 0 && b.tag == atom.H1 {
			first = i
		}
	}
	return first
}

// nearTitle says whether an element stands about the headline.
func (p *page) nearTitle(n *html.Node) bool {
	for _, b := range p.aboutTitle() {
		if holds(b.node, n) || holds(n, b.node) {
			return true
		}
	}
	return false
}

// aboutTitle are the blocks about the headline.
func (p *page) aboutTitle() []*block {
	if p.about != nil {
		return p.about
	}
	p.about = []*block{}
	if at := p.titleBlock(); at >= 0 {
		p.about = p.survey.blocks[max(0, at-aboveTitle):min(len(p.survey.blocks), at+belowTitle)]
	}
	return p.about
}

// holds says whether an element is another, or has it inside, some levels deep.
func holds(outer, inner *html.Node) bool {
	for up := 0; inner != nil && up < 8; inner, up = inner.Parent, up+1 {
		if inner == outer {
			return true
		}
	}
	return false
}

// byLine reads what follows 'By', at the start of a line, of a part of it, or in the line before.
func byLine(before string, b *block) []string {
	if by := byWords.FindString(before + " "); len(by) == len(before)+1 {
		return allNames(beforeDate(b.text))
	}
	for _, part := range strings.FieldsFunc(b.text, func(r rune) bool { return r == '|' || r == '•' || r == '·' }) {
		part = gluedBy.ReplaceAllString(strings.TrimSpace(part), "By $1")
		if by := byWords.FindString(part); by != "" {
			if names := allNames(beforeDate(part[len(by):])); names != nil {
				return names
			}
		}
	}
	return nil
}

// datedLine reads a name before a date.
func (p *page) datedLine(_ string, b *block) []string {
	before := beforeDate(b.text)
	if before == b.text || len(strings.Fields(before)) < 2 && !strings.ContainsFunc(before, unspaced) {
		return nil
	}
	names := allNames(before)
	if len(names) == 0 {
		return nil
	}
	if _, ok := p.dateIn(b.text); !ok {
		return nil
	}
	return names
}

// boldLine reads a line of names in bold at the head of a text.
func boldLine(_ string, b *block) []string {
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
	cut, before := false, ' '
	for i, r := range s {
		if r == '|' || unicode.IsDigit(r) && (before == ' ' || unspaced(before) || readTime.MatchString(s[i:])) {
			s, cut = s[:i], r != '|'
			break
		}
		before = r
	}
	words := strings.Fields(s)
	for i, w := range words {
		w = strings.ToLower(strings.Trim(w, ".,:;-–"))
		if cut && i == len(words)-1 {
			words[i] = beforeMonth(words[i])
		}
		dated := calendar.IsMonth(w) && (len(w) > 3 || cut && i >= len(words)-2)
		if dated || cutWord(w) && (i > 0 || cut) {
			words = words[:i]
			break
		}
	}
	return strings.Trim(strings.Join(words, " "), " ,;:-–|")
}

// beforeMonth takes the name of a month off a word that it was printed against.
func beforeMonth(w string) string {
	for i, r := range w {
		if i > 0 && unicode.IsUpper(r) && calendar.IsMonth(strings.ToLower(w[i:])) {
			return w[:i]
		}
	}
	return w
}

// readTime is how long a text takes to read, which themes print behind the name.
var readTime = regexp.MustCompile(`^\d+\s*min`)

// cutWord knows the words that end the names in a byline.
func cutWord(w string) bool {
	switch w {
	case "in", "on", "am", "on:", "at", "le", "el", "um", "updated", "published", "posted", "aktualisiert", "publié", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag":
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
	byWords = regexp.MustCompile(`(?i)^(?:(?:an? |ein |eine )?(?:(?:artikel|article|beitrag|authored|rezept|recipe|interview|text|story|words|report|publié|écrit|propos recueillis|` +
		`eingestellt|erstellt|veröffentlicht|geschrieben|verfasst|gepostet|written|posted|reported|published|submitted|publicado|escrito|scritto|` +
		`pubblicato|skrevet|skriven) )?(?:by|von|par|por|door|av|af|di|da|od)|(?:interview|tekst|text|texte|texto|words|von|by|contributors?)\s*[:：]|` +
		`autors?|autorin|authors?|auteur|autore|yazan|автор|توسط|نویسنده|بقلم|كتب|کاتب|文|記者|记者)(?:\s*[:：]\s*|\s+)`)
	andWords = regexp.MustCompile(`(?i)\s*[,;،、；|•·]\s*(?:(?:and|und|et|y|e|og|och|en)\s+)?|\s+[-–—]\s+|\s+(?:and|und|et|y|e|og|och|en|i|и|ve|و|&|/)\s+`)
	gluedBy  = regexp.MustCompile(`^(?:[Ww]ritten [Bb]y|By|BY|Von|Par|Por) ?(\p{Lu})`)
	slashed  = regexp.MustCompile(`(\pL) ?/ ?(\pL)`)
	aside    = regexp.MustCompile(`\s*[(\[（][^)\]）]*[)\]）]|\S+@\S+`)
)

// splitNames cuts a byline into names: no 'By', no signature in brackets, no address, no title of a job, no sentence.
func splitNames(s string) []string {
	s = collapse(aside.ReplaceAllString(clip(s, 2000), ""))
	s = byWords.ReplaceAllString(gluedBy.ReplaceAllString(s, "$1"), "")
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
		case "editor", "reporter", "correspondent", "writer", "contributor", "reviewer", "reviewed", "mins", "min", "journalist", "columnist", "ceo", "founder", "director", "manager", "analyst",
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
		case headingWord(w):
			return false
		case !unicode.IsLower(r[0]):
			capital = true
		}
	}
	return capital
}

// headingWord knows the small words that open headings and never a name.
func headingWord(w string) bool {
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
