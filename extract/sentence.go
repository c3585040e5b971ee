package extract

import (
	"regexp"
	"strings"
)

// commons finds the name Creative Commons, or CC with its terms, in a folded text.
var commons = regexp.MustCompile(`creative[\s-]*commons|\bcc[\s-]*(?:by|0|zero)\b|\bcc0\b|кри[еэ]йтив\s+коммонс|کر[یي]+ت[یي]و\s*کامنز|کرییتیو\s*کامن|المشاع\s+ال[إا]بداع[یي]|知识共享|創用|クリエイティブ・?コモンズ`)

// term is how a licence's condition is written. Attribution comes last: its word is part of every name, and the
// others change what it grants.
type term struct {
	code    string
	pattern *regexp.Regexp
}

var terms = []term{
	{"nc", regexp.MustCompile(`non[\s-]?commercial|\bnc\b|nicht[\s-]?kommerziell|keine kommerzielle|no[\s-]?comercial|n[ãa]o[\s-]?comercial|pas d.utilisation commerciale|non commerciale|gayri\s?ticari|некоммерч|غ[یي]ر\s?تجار[یي]|非商业|非營利|非営利`)},
	{"nd", regexp.MustCompile(`no[\s-]?deriv|\bnd\b|keine bearbeitung|sin\s?obras?\s?derivadas?|sin\s?derivar|sem\s?deriva|pas de modification|non opere derivate|türetilemez|без производных|بدون اشتقاق|بدون انشقاق|منع الاشتقاق|غ[یي]ر قابل اقتباس|禁止演绎|禁止改作|改変禁止`)},
	{"sa", regexp.MustCompile(`share[\s-]?alike|\bsa\b|weitergabe unter gleichen|compartir\s?igual|compartilha\s?igual|partage dans les mêmes|condividi allo stesso|aynı lisansla|на тех же условиях|سهم [یي]کسان|همانند ساز[یي]|المشارکه بالمثل|المشاركة بالمثل|相同方式共享|相同方式分享|継承`)},
	{"by", regexp.MustCompile(`attribution|\bby\b|namensnennung|atribuci[óo]n|reconocimiento|atribuiç[ãa]o|attribuzione|alıntı|атрибуция|указанием авторства|تخص[یي]ص|انتساب|ارجاع|نسب المصنف|نسبة المصنف|署名|表示`)},
}

var (
	versionPattern = regexp.MustCompile(`\b([1-4])[.٫,]([0-5])\b`)
	portPattern    = regexp.MustCompile(`(?:[1-4]\.[0-5])[\s,-]+(germany|deutschland|de|austria|österreich|at|australia|au|us|united states|uk|nl|igo|france|fr|ch|switzerland|schweiz|gr|es|cn)\b`)
	zeroPattern    = regexp.MustCompile(`\bcc[\s-]*(?:0|zero)\b`)
)

// fold prepares a sentence for reading: lower case, ASCII digits, Persian letters for their Arabic twins, joiners
// as spaces.
func fold(s string) string {
	return strings.NewReplacer("ي", "ی", "ك", "ک", "\u200c", " ", "‑", "-", "–", "-").Replace(strings.ToLower(asciiDigits(strings.ReplaceAll(s, "\u200c", " "))))
}

// fromSentence reads a licence that is named in words. The name must be there, and the terms are searched behind it
// up to the end of what can be one name: every condition before attribution, so that NC and ND are never read as
// plain BY.
func fromSentence(s string) *License {
	s = fold(addressPattern.ReplaceAllString(s, " ")) // the words of an address are no statement
	at := commons.FindStringIndex(s)
	if at == nil {
		return nil
	}
	if zeroPattern.MatchString(s[at[0]:]) {
		l, _ := licenceByCode("zero")
		return l.make(versionIn(s[at[0]:]), "")
	}
	name := clip(s[at[0]:], 300)
	has := map[string]bool{}
	for _, t := range terms {
		has[t.code] = t.pattern.MatchString(name)
	}
	if !has["by"] && !before(s[:at[0]], has) {
		return nil
	}
	l, ok := licenceByCode(codeOf(has))
	if !ok {
		return nil
	}
	return l.make(versionIn(name), portIn(name))
}

// before looks for the terms in front of the name, where some languages put them ("Attribution licence of Creative
// Commons").
func before(s string, has map[string]bool) bool {
	if len(s) > 120 {
		s = strings.ToValidUTF8(s[len(s)-120:], "")
	}
	for _, t := range terms {
		// A bare "by" in front of the name is a preposition: only the spelt-out word counts.
		if m := t.pattern.FindString(s); len(m) > 2 {
			has[t.code] = true
		}
	}
	return has["by"]
}

func codeOf(has map[string]bool) string {
	code := "by"
	if has["nc"] {
		code += "-nc"
	}
	switch {
	case has["nd"]:
		code += "-nd"
	case has["sa"]:
		code += "-sa"
	}
	return code
}

func versionIn(s string) string {
	if m := versionPattern.FindStringSubmatch(s); m != nil {
		return m[1] + "." + m[2]
	}
	return ""
}

// portIn reads the jurisdiction behind the version; "International" and "Unported" are none.
func portIn(s string) string {
	m := portPattern.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	switch m[1] {
	case "germany", "deutschland":
		return "de"
	case "austria", "österreich":
		return "at"
	case "australia":
		return "au"
	case "united states":
		return "us"
	case "france":
		return "fr"
	case "switzerland", "schweiz":
		return "ch"
	}
	return m[1]
}

// holderPatterns find who licenses: "All content by X is licensed", and the like.
var holderPatterns = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:content|contents|material|materials|text|texts|articles?|stories|news|works?)\s+(?:by|of|from|published by|produced by|created by)\s+(.{2,80}?)\s+(?:is|are)\s+(?:\w+\s+)?(?:licen[sc]ed|available|published|released|distributed|made)`),
	regexp.MustCompile(`(?:محتوا(?:ی|ي)?|مطالب|محتویات|اخبار)\s+(.{2,80}?)\s+(?:تحت|با|ذیل|طبق|بر\s+اساس|بر\s+پایه)`),
	regexp.MustCompile(`(?:محتويات|محتوى|مواد|المحتوى من)\s+(.{2,80}?)\s+(?:مرخص|متاح|منشور|بموجب|تحت)`),
}

// holderOf reads the licensor out of a statement. "This site" is nobody's name.
func holderOf(s string) string {
	for _, p := range holderPatterns {
		m := p.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		name := strings.TrimSpace(m[1])
		low := strings.ToLower(name)
		if strings.HasPrefix(low, "this ") || strings.HasPrefix(low, "our ") || strings.HasPrefix(low, "the site") || strings.HasPrefix(low, "the author") || strings.HasPrefix(low, "این ") {
			continue
		}
		return name
	}
	return ""
}

// grants are the words that make a sentence a grant and not a mention.
var grants = regexp.MustCompile(`licen[sc]ed|licen[sc]e\b|(?:available|published|released|distributed|reproduced|shared|republished?)\s+under|lizenz|licence|licencia|licença|licenza|lisans|лиценз|مجوز|پروانه|ل[یي]سانس|مرخص|ترخ[یي]ص|رخصه|رخصة|许可|許可|授權|ライセンス`)

// others are the subjects that a licence sentence may speak of without licensing the article.
var others = regexp.MustCompile(`powered by|design by|\btheme\b|plug-?in|font|photo|image|picture|icon|illustration|video|music|soundtrack|software|dataset|data set|\bmap\b|\bmaps\b|chart|logo|flickr|wikimedia|foto|bild|imagen|عکس|تصویر|تصاویر|صور|comment`)

// states says whether a sentence licenses what it stands in.
func states(sentence string) bool {
	f := fold(sentence)
	return commons.MatchString(f) && grants.MatchString(f) && !others.MatchString(f)
}

// sentencesOf cuts a text behind full stops, without stopping inside a number such as 4.0 or behind an initial.
func sentencesOf(text string) []string {
	var out []string
	start, ended, word := 0, false, 0
	for i, r := range text {
		if ended && r == ' ' || ended && r > 0x2000 {
			if s := strings.TrimSpace(text[start:i]); s != "" {
				out = append(out, s)
			}
			start = i
		}
		ended = strings.ContainsRune(".!?。！？؟۔", r) && (r != '.' || word != 1)
		if word++; r == ' ' || ended {
			word = 0
		}
	}
	if s := strings.TrimSpace(text[start:]); s != "" {
		out = append(out, s)
	}
	return out
}
