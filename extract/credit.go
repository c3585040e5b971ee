package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// wire is a news agency whose copy others print under its credit.
type wire struct{ name, also string } // also: its other names, a bar between them

// wires are the agencies that are credited most, with the short names that credits use. A page of the agency's own is
// told from its customers' by the names that the page gives itself.
var wires = []wire{
	{"AFP", "Agence France-Presse|Agence France Presse|فرانس برس|أ ف ب|فرانسه"},
	{"Reuters", "Thomson Reuters|REUTERS|رویترز|رويترز|Рейтер|ロイター|路透社"},
	{"AP", "Associated Press|The Associated Press|AP News"},
	{"Xinhua", "Xinhua News Agency|新华社|新華社"},
	{"dpa", "Deutsche Presse-Agentur"},
	{"EFE", "Agencia EFE"},
	{"ANSA", "Agenzia ANSA"},
	{"TASS", "ТАСС|ITAR-TASS"},
	{"RIA Novosti", "РИА Новости|Sputnik"},
	{"Interfax", "Интерфакс"},
	{"Kyodo", "Kyodo News|共同通信"},
	{"Jiji", "Jiji Press|時事通信"},
	{"Yonhap", "Yonhap News Agency|연합뉴스"},
	{"Bloomberg", "Bloomberg News"},
	{"UPI", "United Press International"},
	{"PA", "PA Media|Press Association|PA News Agency"},
	{"APA", "Austria Presse Agentur"},
	{"SDA", "Keystone-SDA|Schweizerische Depeschenagentur"},
	{"ANP", "Algemeen Nederlands Persbureau"},
	{"Belga", "Belga News Agency"},
	{"AAP", "Australian Associated Press"},
	{"PTI", "Press Trust of India"},
	{"IANS", "Indo-Asian News Service"},
	{"ANI", "Asian News International"},
	{"CNA", "Central News Agency|中央社"},
	{"IRNA", "Islamic Republic News Agency|ایرنا"},
	{"ISNA", "Iranian Students' News Agency|ایسنا"},
	{"MNA", "Mehr News Agency|Mehr News|خبرگزاری مهر|وكالة مهر للأنباء|وكالة مهر"},
	{"Tasnim", "Tasnim News Agency|تسنیم"},
	{"Fars", "Fars News Agency|خبرگزاری فارس|فارس"},
	{"Anadolu", "Anadolu Agency|Anadolu Ajansı|AA"},
	{"WAM", "Emirates News Agency"},
	{"SPA", "Saudi Press Agency"},
	{"MENA", "Middle East News Agency"},
	{"SANA", "Syrian Arab News Agency"},
	{"Lusa", "Agência Lusa"},
	{"Ritzau", ""}, {"NTB", ""}, {"PAP", "Polska Agencja Prasowa"}, {"ČTK", "CTK"}, {"MTI", ""}, {"Agerpres", ""}, {"Ukrinform", "Укрінформ"},
}

// names are all that the agency is called.
func (w wire) names() []string { return append(strings.Split(w.also, "|"), w.name) }

// wireNames leads from every name to its wire. Names of four letters and less are too short to be told from words unless
// they are printed as here; the others are kept in lower case.
var wireNames = func() map[string]wire {
	out := map[string]wire{}
	for _, w := range wires {
		for _, name := range w.names() {
			if len(name) > 4 {
				name = strings.ToLower(name)
			}
			if name != "" {
				out[name] = w
			}
		}
	}
	return out
}()

// trimmings are what stands about an agency's name in a credit.
var trimmings = regexp.MustCompile(`(?i)\b(?:staff|news agency|news|newswires?|writers?|reporters?|correspondents?|the|copyright|all rights reserved\.?|(?:19|20)\d\d)\b|خبرگزار[یي]|وکالة|وكالة`)

// credited finds a wire by a name as a credit prints it.
func credited(name string) (wire, bool) {
	const marks = " .,:;()[]*©–—-_"
	if len(name) > 100 {
		return wire{}, false
	}
	for _, name := range []string{strings.Trim(name, marks), strings.Trim(trimmings.ReplaceAllString(name, " "), marks)} {
		if len(name) > 4 {
			name = strings.ToLower(name)
		}
		if w, ok := wireNames[name]; ok {
			return w, true
		}
	}
	return wire{}, false
}

// findCredits notes the agency that wrote the article where it is not the publisher: from the byline, the signature in
// the dateline and the last lines of the text. A licence of the site does not cover it.
func (p *page) findCredits() {
	note := func(w wire, evidence string) {
		if !p.owns(w) {
			p.addRight(Right{Name: thirdParty, Value: w.name, Evidence: evidence})
		}
	}
	for _, raw := range p.bylines() {
		for _, name := range creditNames(raw) {
			if w, ok := credited(name); ok {
				note(w, "byline")
			}
		}
	}
	for _, key := range []string{"creditText", "sourceOrganization"} {
		if w, ok := credited(p.news.text(key)); ok {
			note(w, "json-ld "+key)
		}
	}
	for i, b := range p.body {
		if i == 0 {
			if w, ok := signature(b.text); ok {
				note(w, "dateline")
			}
		}
		if i >= len(p.body)-tail {
			if w, ok := creditLine(b.text, true); ok {
				note(w, "credit line")
			}
		}
	}
	for _, b := range p.survey.blocks {
		if b.chars < 80 && mayCredit(b.text) {
			if w, ok := creditLine(b.text, false); ok && p.beside(b) {
				note(w, "credit line")
			}
		}
	}
}

// signOff takes the desk's signature off the end of the text: MNA/PR.
func (p *page) signOff() {
	if n := len(p.body); n > 1 {
		if last := p.body[n-1].text; bareCredit.MatchString(last) && strings.Contains(last, "/") {
			p.body = p.body[:n-1]
		}
	}
}

// beside says whether a short block stands with the text and not with a picture or elsewhere.
func (p *page) beside(b *block) bool {
	if len(p.body) == 0 || b.node == nil {
		return false
	}
	if around := p.body[len(p.body)-1].node.Parent; around != nil && around.DataAtom != atom.Body && inside(b.node, around) && !within(b.node, atom.Figure, atom.Aside) {
		return true
	}
	g := granter{page: p}
	return g.zoneOf(b.node) == atEnd || slices.Contains(p.body, b)
}

// bylines are what the page says of its authors before agencies are taken out of them.
func (p *page) bylines() []string {
	out := slices.Clone(p.article.Authors)
	for _, s := range p.authorSources() {
		out = append(out, s.names...)
	}
	return out
}

var creditSplit = regexp.MustCompile(`\s*(?:/|,|;|\||&|[()\[\]]|\s(?:and|und|et|y|with|mit|con|e|و)\s)\s*`)

// creditNames cuts a byline into the names that it may hold.
func creditNames(s string) []string {
	s = byWord.ReplaceAllString(collapse(clip(s, 300)), "")
	return append(creditSplit.Split(s, 12), s)
}

var byWord = regexp.MustCompile(`(?i)^(?:by|von|par|por|di|da|door|source|quelle|fuente|fonte|agency|agencies)[\s:]+`)

// signed is an agency's signature behind the place in the head of a dispatch: "LONDON, Nov 3 (Reuters) -".
var signed = regexp.MustCompile(`^[^()–—]{0,60}\(([^()]{2,40})\)\s*(?:--|[–—―_.:-]|[:،]\s*\(([^()]{2,40})\))`)

func signature(text string) (wire, bool) {
	m := signed.FindStringSubmatch(clip(text, 200))
	if m == nil {
		return wire{}, false
	}
	for _, name := range creditSplit.Split(m[1]+"/"+m[2], 6) {
		if w, ok := credited(name); ok {
			return w, true
		}
	}
	return wire{}, false
}

// creditPatterns are the last lines that name whose copy it is.
var creditPatterns = []*regexp.Regexp{
	regexp.MustCompile(`^[(\[]([^()\[\]]{2,60})[)\]]\.?$`),
	regexp.MustCompile(`(?i)^(?:source|quelle|fuente|fonte|kaynak|источник|منبع|المصدر|来源|來源|出典|bron|źródło)s?\s*[:：]\s*(.{2,60})$`),
	regexp.MustCompile(`(?i)^(?:©|copyright)(?:\s*©)?\s*(?:(?:19|20)\d\d\s+)?(?:by\s+)?(.{2,50}?)(?:\s+(?:19|20)\d\d)?(?:\.\s.*)?\.?$`),
	regexp.MustCompile(`(?i)^(.{2,40}?)\s+(?:contributed to (?:this|the) (?:report|story|article)|hat zu diesem (?:bericht|artikel) beigetragen)\b`),
	regexp.MustCompile(`(?i)^[(\[]?(?:with(?: (?:material|reporting|reports|files|inputs?) (?:from|by))?|mit material (?:von|der)|avec|con información de|com informações d[ae]|additional reporting by)\s+(.{2,60}?)[)\].]*$`),
}

// bareCredit is a last line of the text that is nothing but agencies: "AFP/dpa". Elsewhere on a page capitals alone are
// menus and buttons.
var bareCredit = regexp.MustCompile(`^\s*((?:[A-Z]{2,6}|dpa)(?:/[A-Za-z-]{2,6}){0,3})\s*$`)

// lastWords is a last line that is a name and perhaps a dash, or what a dash sets behind the last sentence.
var lastWords = regexp.MustCompile(`(?:^|[.!?”"»]\s?)[-–—\s]*([^.!?”"»–—]{2,40}?)\.?$`)

// mayCredit is the cheap question before the dear ones.
func mayCredit(text string) bool {
	return strings.IndexByte(text, '(') >= 0 || strings.IndexByte(text, ':') >= 0 || strings.IndexByte(text, '[') >= 0 ||
		strings.Contains(text, "©") || strings.Contains(text, "：") || strings.Contains(text, "ontributed") || strings.Contains(text, "beigetragen") ||
		strings.HasPrefix(text, "With ") || strings.HasPrefix(text, "Mit ") || strings.HasPrefix(text, "Avec ")
}

// creditLine reads a line that is nothing but a credit, or the credit at the very end of a paragraph.
func creditLine(text string, last bool) (wire, bool) {
	if utf8.RuneCountInString(text) > 120 {
		if i := strings.LastIndexAny(text, "-–—"); last && i > 0 && len(text)-i < 40 {
			return creditLine(strings.TrimLeft(text[i:], "-–— "), last)
		}
		if i := strings.LastIndexAny(text, "(["); i > 0 && len(text)-i < 60 && strings.HasSuffix(strings.TrimRight(text, ". "), ")") {
			return creditLine(text[i:], last)
		}
		return wire{}, false
	}
	patterns := creditPatterns
	if last {
		patterns = append(slices.Clip(patterns), bareCredit, lastWords)
	}
	for _, c := range patterns {
		m := c.FindStringSubmatch(strings.TrimSpace(text))
		if m == nil {
			continue
		}
		for _, name := range creditNames(m[1]) {
			if w, ok := credited(name); ok {
				return w, true
			}
		}
	}
	return wire{}, false
}

// owns says whether the page is the agency's own: its names are among those that the page gives itself.
func (p *page) owns(w wire) bool {
	return slices.ContainsFunc(p.siteNames(), w.is) || w.is(p.src.Holder)
}

// is says whether a name is one of the agency's: the whole name, its beginning up to a word's end, or its initials where it
// calls itself an agency.
func (w wire) is(name string) bool {
	x := letters(name)
	for _, own := range w.names() {
		y := letters(own)
		if y == "" || x == "" {
			continue
		}
		if x == y || len(y) > 3 && begins(name, own) || len(x) > 3 && begins(own, name) || agencyName.MatchString(name) && initials(name) == y {
			return true
		}
	}
	return false
}

// agencyName ends the names whose initials are used.
var agencyName = regexp.MustCompile(`(?i)\b(?:agency|news|press)$`)

// begins says whether a name begins with another, up to the end of a word, and goes on as a news agency's may.
func begins(name, start string) bool {
	rest, ok := strings.CutPrefix(strings.ToLower(name), strings.ToLower(start))
	return ok && (rest == "" || strings.HasPrefix(rest, " news") || strings.HasPrefix(rest, " agency") || strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "net."))
}

// ThirdParty says whether a credit, such as the source that a feed names for an entry, is that of an agency other than
// those named: then no licence of theirs covers the text. The right records it.
func ThirdParty(credit, evidence string, publishers ...string) (Right, bool) {
	w, ok := credited(credit)
	if !ok || slices.ContainsFunc(publishers, w.is) {
		return Right{}, false
	}
	return Right{Name: thirdParty, Value: w.name, Evidence: evidence}, true
}

// thirdParty names the right that an agency credited for the text did not give away.
const thirdParty = "third-party"

// initials are the first letters of a name's words, if it has several.
func initials(s string) string {
	w := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '-' })
	if len(w) < 2 {
		return ""
	}
	var b strings.Builder
	for _, f := range w {
		r, _ := utf8.DecodeRuneInString(f)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
