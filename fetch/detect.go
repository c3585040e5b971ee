package fetch

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// family is a group of languages that share their letters, and the charsets that were used for them before UTF-8, the most
// common first.
type family struct {
	languages string
	charsets  []string
	letters   func(r rune) bool
}

// commonHan are characters that make up two fifths of any Chinese text, and that a wrong charset gives by chance only.
const commonHan = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里" +
	"用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明" +
	"性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿东声提立及比员解水名真论处走义各入几口认条平系气题活" +
	"這個們來為國說時會對於後過發裡經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問應戰頭體產話員" +
	"新闻记者报导社会经济政府总统国会选举公司市场价格今日本新聞記者報導社會經濟政府總統國會選舉價格"

// families are tried in this order; what a feed says of its language limits the choice to one of them.
var families = []family{
	{"zh", []string{"gb18030", "big5"}, func(r rune) bool { return strings.ContainsRune(commonHan, r) }},
	{"ja", []string{"shift_jis", "euc-jp"}, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) && r < 0xff00 }},
	{"ko", []string{"euc-kr"}, func(r rune) bool { return r >= 0xac00 && r <= 0xd7a3 }},
	{"fa ar ur ps ku ckb", []string{"windows-1256", "iso-8859-6"}, within(unicode.Arabic)},
	{"he iw yi", []string{"windows-1255", "iso-8859-8"}, within(unicode.Hebrew)},
	{"th", []string{"windows-874"}, within(unicode.Thai)},
	{"el", []string{"windows-1253", "iso-8859-7"}, within(unicode.Greek)},
	{"ru uk be bg sr mk kk ky tg mn", []string{"windows-1251", "koi8-u", "iso-8859-5", "ibm866", "x-mac-cyrillic"}, within(unicode.Cyrillic)},
	{"tr az", []string{"windows-1254"}, among("çğıöşüâîûÇĞİÖŞÜÂÎÛə")},
	{"pl", []string{"windows-1250", "iso-8859-2"}, among("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")},
	{"cs sk", []string{"windows-1250", "iso-8859-2"}, among("áäčďéěíĺľňóôŕřšťúůýžÁÄČĎÉĚÍĹĽŇÓÔŔŘŠŤÚŮÝŽ")},
	{"hu", []string{"windows-1250", "iso-8859-2"}, among("áéíóöőúüűÁÉÍÓÖŐÚÜŰ")},
	{"ro mo", []string{"windows-1250", "iso-8859-2", "iso-8859-16"}, among("ăâîşţșțĂÂÎŞŢȘȚ")},
	{"sl hr bs", []string{"windows-1250", "iso-8859-2"}, among("čćđšžČĆĐŠŽ")},
	{"lt lv et", []string{"windows-1257", "iso-8859-13", "iso-8859-4"}, among("ąčęėįšųūžāēģīķļņõäöüĄČĘĖĮŠŲŪŽĀĒĢĪĶĻŅÕÄÖÜ")},
	{"vi", []string{"windows-1258"}, among("ăâđêôơưàảãáạèéìíòóùúÀÁÂĂĐÊÔƠƯ\u0300\u0301\u0303\u0309\u0323")},
	{"", []string{"windows-1252"}, among("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽªº¿¡")},
}

func within(script *unicode.RangeTable) func(rune) bool {
	return func(r rune) bool { return unicode.Is(script, r) }
}

func among(letters string) func(rune) bool {
	return func(r rune) bool { return strings.ContainsRune(letters, r) }
}

// Limits on what a charset is judged by, in bytes.
const (
	maxHead   = 64 << 10 // where the language is looked for
	maxSample = 8 << 10  // words that are not ASCII
)

var statedLanguage = regexp.MustCompile(`(?:<(?:dc:)?language[^<>]*>\s*(?:<!\[CDATA\[)?|xml:lang=["']|"language"\s*:\s*")([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)`)

// detect finds the charset of a text that is no UTF-8 and does not say what it is, or says it wrongly: that whose letters make
// the best words of the language that the feed states, or else of any. English counts as not stated: programs write it by
// default. It is sure where a language was stated, or where the letters are of a script that no other charset gives by chance.
func detect(b []byte) (charset string, sure bool) {
	sample := words(b)
	if m := statedLanguage.FindSubmatch(b[:min(len(b), maxHead)]); m != nil {
		name, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(string(m[1]), "_", "-")), "-")
		for _, f := range families {
			if strings.Contains(" "+f.languages+" ", " "+name+" ") {
				best, _ := f.best(sample)
				return best, true
			}
		}
		if name != "en" {
			return "windows-1252", true
		}
	}
	charset, top := "windows-1252", 0.25 // a quarter of what is not ASCII
	for _, f := range families {
		if name, score := f.best(sample); score > top {
			charset, top, sure = name, score, !f.isLatin() && score > 0.5
		}
	}
	return charset, sure
}

// isLatin tells the families whose charsets differ in some accents only.
func (f family) isLatin() bool {
	return f.letters('é') || f.letters('ü') || f.letters('ó') || f.letters('š') || f.letters('â')
}

// words are those of a text that are not all ASCII, up to a limit.
func words(b []byte) []byte {
	var sample []byte
	for word := range bytes.FieldsFuncSeq(b, func(r rune) bool { return r <= ' ' || r == '<' || r == '>' }) {
		if len(sample) > maxSample {
			break
		}
		if bytes.ContainsFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) {
			sample = append(append(sample, word[:min(len(word), maxSample)]...), ' ')
		}
	}
	return sample
}

// best is the family's charset that fits best, and how well it does: 1 is all letters of the family, in words.
func (f family) best(sample []byte) (name string, top float64) {
	for i, label := range f.charsets {
		enc, _ := charset.Lookup(label)
		if score := f.score(string(decoded(enc, sample))); i == 0 || score > top {
			name, top = label, score
		}
	}
	return name, top
}

// score judges a text by its characters beyond ASCII. Letters of the family count for it, unless they stand where none would:
// a capital inside of a word, Latin accents side by side, another script in the middle of a word. All else counts against it.
func (f family) score(text string) float64 {
	sum, n, before := 0, 0, ' '
	latin := f.isLatin()
	for _, r := range text {
		if r < utf8.RuneSelf {
			before = r
			continue
		}
		n++
		switch {
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Co, r):
			sum -= 5
		case unicode.IsUpper(r) && unicode.IsLower(before):
			sum--
		case latin && before >= utf8.RuneSelf && unicode.IsLetter(before), !latin && isASCIILetter(before):
			sum--
		case f.letters(r):
			sum += 2
			if strings.HasPrefix(f.languages, "zh") {
				sum += 2 // they are few of many
			}
		case unicode.IsLetter(r) && !unicode.Is(unicode.Han, r), unicode.IsSymbol(r) && r != '©' && r != '°':
			sum--
		}
		before = r
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(2*n)
}

func isASCIILetter(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }

// isDamagedUTF8 tells UTF-8 with some bad bytes in it from another charset: most of what is not ASCII is well-formed.
func isDamagedUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return good >= bad
}
