package extract

import (
	"cmp"
	"math"
	"math/bits"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
)

// findLanguage takes the page's own word on its language (BCP 47). [page.checkLanguage] compares it with the text.
func (p *page) findLanguage() {
	locale, _ := p.survey.meta("og:locale")
	content, _ := p.survey.meta("content-language", "language", "dc.language", "dcterms.language", "inlanguage")
	for _, c := range []struct{ from, tag string }{
		{"html lang", p.survey.lang}, {"json-ld", p.news.text("inLanguage")}, {"meta og:locale", locale},
		{"meta content-language", content}, {"header Content-Language", p.header("Content-Language")}, {"source", p.src.Language},
	} {
		if tag := languageTag(c.tag); tag != "" {
			p.article.Language = tag
			p.note("language", c.from, c.tag)
			return
		}
	}
}

// languageTag gives the canonical tag, or nothing for what is none.
func languageTag(s string) string {
	s, _, _ = strings.Cut(s, ",") // a list names the page's own language first
	s, _, _ = strings.Cut(strings.TrimSpace(s), ".")
	s = strings.ReplaceAll(s, "_", "-")
	if strings.EqualFold(s, "prs") { // Dari, which BCP 47 also writes as the Persian of Afghanistan
		return "fa-AF"
	}
	if s == "" || len(s) > 35 {
		return ""
	}
	t, err := language.Parse(s)
	if base, _ := t.Base(); err != nil || base.String() == "und" || base.String() == "mul" || base.String() == "zxx" {
		return ""
	}
	return t.String()
}

// Bounds on the text that is looked at: below the least, in letters, nothing is said; more than the most, in bytes, adds
// nothing.
const (
	leastLetters = 40
	mostSample   = 1800
)

// checkLanguage compares the page's word with the text. Where they disagree clearly the text wins, since templates are
// copied from other languages; where the text can't tell, the page's word stands.
func (p *page) checkLanguage() {
	sample := p.article.Text
	if len(sample) < mostSample/10 {
		sample = p.article.Title + "\n" + p.article.Summary + "\n" + sample
	}
	said := p.article.Language
	got, why := judgeLanguage(clip(sample, mostSample), said)
	got = cmp.Or(p.dari(got), got)
	if got != said || why != "" {
		p.article.Language = got
		p.note("language", "text", why)
	}
}

// dari knows the Persian of Afghanistan by the host, which the text does not tell.
func (p *page) dari(tag string) string {
	if tag == "fa" && strings.HasSuffix(p.base.Hostname(), ".af") {
		return "fa-AF"
	}
	return ""
}

// judgeLanguage decides between what is said of a text and what it shows. The tag is said's own, refined or replaced;
// why says what the text did to it, and is empty where it had nothing to add.
func judgeLanguage(text, said string) (tag, why string) {
	s, n := scriptOf(text)
	if n < leastLetters {
		return said, ""
	}
	r := verdict{said: said, base: baseOf(said), script: s}
	switch {
	case s.language != "":
		return r.settle(s.language, true)
	case s.script == "Hani":
		return r.settle(chinese(text), r.base != "ja") // a list of places has no kana
	}
	r.weigh(text)
	return r.settle(r.best, r.clear())
}

// verdict is a text under judgement.
type verdict struct {
	said, base string // the page's tag, and its primary language
	script     span
	best       string  // the language that the text looks most like
	score      float64 // of the best
	second     float64 // of the next
	mine       float64 // of the page's own, NaN if nothing is known of it
	words      int
}

// baseOf is a tag's primary language, with the names that one language goes by joined.
func baseOf(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	switch base {
	case "no":
		return "nb"
	case "iw":
		return "he"
	case "fil":
		return "tl"
	case "in":
		return "id"
	case "sh":
		return "sr"
	}
	return base
}

// settle joins the page's word and the text's. Where both name one language the page's region stays.
func (r *verdict) settle(found string, clear bool) (tag, why string) {
	switch {
	case found == "":
		return r.said, ""
	case r.said == "" && (clear || r.sure()):
		return found, found
	case r.said == "":
		return "", ""
	case r.agrees(found):
		return r.refine(found)
	case clear:
		return found, found + ", not " + r.said
	}
	return r.said, ""
}

// agrees says whether the page's word can mean what was found: a language without a variant stands for each of them.
func (r *verdict) agrees(found string) bool {
	b := baseOf(found)
	if r.base == b || r.base == "ku" && b == "ckb" || r.base == "yue" && b == "zh" || r.base == "yi" && b == "he" {
		return true
	}
	return r.macro() && (b == "nn" || b == "nb") || strings.HasPrefix(r.said, "sh") && (b == "hr" || b == "bs")
}

// macro says whether the page said Norwegian without saying which.
func (r *verdict) macro() bool { return r.said == "no" || strings.HasPrefix(r.said, "no-") }

// refine adds what the page left open and the text shows: the script of Serbian and Chinese, which Norwegian, which
// Kurdish.
func (r *verdict) refine(found string) (tag, why string) {
	base, script, _ := strings.Cut(found, "-")
	_, rest, _ := strings.Cut(r.said, "-")
	if parts := strings.Split(rest, "-"); len(parts[0]) == 4 {
		rest = strings.Join(parts[1:], "-")
	}
	switch {
	case len(script) == 4 && r.base != "yue":
		base += "-" + script
	case r.macro(), r.base == "ku" && base == "ckb", strings.HasPrefix(r.said, "sh"):
	default:
		return r.said, ""
	}
	if rest != "" {
		base += "-" + rest
	}
	if base == r.said {
		return base, ""
	}
	return base, base
}

// chinese tells the two ways of writing Chinese apart by the characters that only one of them has.
func chinese(text string) string {
	hans, hant := 0, 0
	for _, r := range text {
		switch {
		case r < 0x3400:
		case strings.ContainsRune(simplified, r):
			hans++
		case strings.ContainsRune(traditional, r):
			hant++
		}
	}
	switch {
	case hans > 2*hant:
		return "zh-Hans"
	case hant > 2*hans:
		return "zh-Hant"
	}
	return "zh"
}

// lexicon is what is known of the languages of one script. Languages are bits, in the order of the table. Frequent words
// and letters tell as much of 200 characters as the libraries' n-grams do, for a fraction of their time and memory.
type lexicon struct {
	tongues []tongue
	words   map[string]uint64
	letters map[rune]uint64
	worth   [65]float64 // of a feature, by the number of languages that have it
}

func newLexicon(tongues []tongue) *lexicon {
	l := &lexicon{tongues: tongues, words: map[string]uint64{}, letters: map[rune]uint64{}}
	for n := range l.worth {
		l.worth[n] = math.Pow(float64(n), -0.7)
	}
	for i, t := range tongues {
		for w := range strings.FieldsSeq(oneHand(t.words)) {
			l.words[w] |= 1 << i
		}
		for _, r := range t.letters {
			l.letters[r] |= 1 << i
		}
	}
	return l
}

// lexicons are built when the first text is read: some 300 KB.
var lexicons = sync.OnceValue(func() map[string]*lexicon {
	return map[string]*lexicon{"Latn": newLexicon(latin), "Cyrl": newLexicon(cyrillic), "Arab": newLexicon(arabic),
		"Deva": newLexicon(devanagari), "Beng": newLexicon(bengali), "Ethi": newLexicon(ethiopic)}
})

// hands are the letters that Arabic and Persian keyboards, or old and new fonts of Romania, give differently.
var hands = strings.NewReplacer("ي", "ی", "ك", "ک", "ş", "ș", "ţ", "ț")

// oneHand writes them in one way, for looking words up.
func oneHand(s string) string { return hands.Replace(s) }

// weigh reads the words and letters of a text.
func (r *verdict) weigh(text string) {
	l := lexicons()[r.script.script]
	if l == nil {
		return
	}
	text = strings.ToLower(text)
	scores := make([]float64, len(l.tongues))
	l.weighLetters(text, scores)
	for w := range strings.FieldsFuncSeq(oneHand(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsMark(c) }) {
		r.words++
		l.add(scores, l.words[w], 1)
	}
	r.mine = math.NaN()
	for i, t := range l.tongues {
		if scores[i] > r.score {
			r.best, r.second, r.score = t.tag, r.score, scores[i]
		} else {
			r.second = max(r.second, scores[i])
		}
		if baseOf(t.tag) == r.base {
			r.mine = scores[i]
		}
	}
}

// add gives a feature's weight to each language that has it: the fewer have it, the more it says.
func (l *lexicon) add(scores []float64, mask uint64, weight float64) {
	if mask == 0 {
		return
	}
	weight *= l.worth[bits.OnesCount64(mask)]
	for ; mask != 0; mask &= mask - 1 {
		scores[bits.TrailingZeros64(mask)] += weight
	}
}

// A letter beyond the core of its script speaks for the languages that write it, and against the others.
const (
	letterFor     = 0.5
	letterAgainst = 0.3
)

func (l *lexicon) weighLetters(text string, scores []float64) {
	for _, c := range text {
		if c < 0x80 {
			continue
		}
		mask := l.letters[c]
		if mask == 0 { // of the core, or foreign to all
			continue
		}
		l.add(scores, mask, letterFor)
		for i := range scores {
			if mask&(1<<i) == 0 {
				scores[i] -= letterAgainst
			}
		}
	}
}

// sure says whether the text alone is enough to name its language.
func (r *verdict) sure() bool {
	return r.score >= 2 && r.score >= 0.06*float64(r.words) && r.score-r.second >= 0.4
}

// clear says whether the text contradicts the page's word beyond doubt. Neighbours share most of their words, so that a
// margin of some telling ones is asked for; a language that nothing is known of is only given up for a very likely one.
func (r *verdict) clear() bool {
	switch {
	case r.writtenElse():
		return r.sure()
	case math.IsNaN(r.mine):
		return r.score >= 6 && r.score >= 0.3*float64(r.words)
	}
	return r.sure() && r.score-max(r.mine, 0) >= max(2.5, 0.25*r.score)
}

// writtenElse says whether the page's language is usually written in another script than the text.
func (r *verdict) writtenElse() bool {
	s, trust := language.Make(r.base).Script()
	return trust >= language.High && s.String() != r.script.script && r.base != "sr" && r.base != "ku"
}
