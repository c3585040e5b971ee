package extract

import (
	"regexp"
	"strings"

	"dateline/extract/calendar"
)

// commons finds the name Creative Commons, or CC with its terms, in a folded text.
var commons = regexp.MustCompile(`creative[\s-]*commons?\b|\bcc[\s:-]*(?:by|0|zero|att)\b|\bcc[\s-]*licen|\bcc0\b|кри[еэ]йтив\s+коммонс|` +
	`کر[یي]+ت[یي]و\s*کامن|المشاع\s+الابداع[یي]|知识共享|創用|创用|クリエイティブ・?\s?コモンズ|크리에이티브\s?커먼즈|\bpublic domain (?:mark|dedication)`)

// term is how a licence's condition is written, in the official names of the licences and as people shorten them.
// Attribution comes last: its word is part of every name, and the others change what it grants.
type term struct {
	code    string
	pattern *wordings
}

var terms = []term{
	{"nc", oneOf(`non[\s-]?commercial`, `\bnc(?:[\s-]?(?:nd|sa))?\b`, // en
		`nicht[\s-]?kommerziell`, `keine[\s-]?kommerzielle`, `niet[\s-]?commercieel`, // de nl
		`n[ãa]o[\s-]?comercial`, `\bno[\s-]?comercial`, `pas d.utilisation commerciale`, `non commerciale`, // pt es fr it
		`gayri[\s-]?ticari`, `некоммерч`, `niekomercyjn`, `غ[یي]ر\s?(?:ال)?تجار[یي]`, // tr ru pl fa ar
		`not for commercial`, `commercial use (?:is )?(?:not|prohibited|forbidden)`, `nicht für kommerz`, `некомерц`, `ticari olmayan`, `sin fines (?:comerciales|de lucro)`, `لغ[یي]ر (?:ال)?اغراض (?:ال)?تجار`,
		`非商业`, `非商業`, `非商用`, `非營利`, `非営利`, `비영리`)}, // zh ja ko
	{"nd", oneOf(`no[\s-]?deriv`, `\b(?:nc[\s-]?)?nd\b`,
		`keine[\s-]?bearbeitung`, `geen[\s-]?afgeleide`,
		`sem[\s-]?deriva`, `vedada a criação de obras derivadas`, `sin[\s-]?(?:obras?[\s-]?)?deriva`, `pas de modification`, `non opere derivate`,
		`türetilemez`, `без производных`, `bez utworów zależnych`, `بدون اشتقاق`, `بدون انشقاق`, `بدون اقتباس`, `منع الاشتقاق`, `غ[یي]ر\s?قابل\s?اقتباس`,
		`keine[\s-]?veränderung`, `pas de travaux dérivés`, `œuvres? dérivées?`, `no[\s-]?opere[\s-]?derivate`, `non[\s-]?opere[\s-]?derivate`, `proibição de realização de obras`, `без похідних`, `запрет на изменение`,
		`بلا اشتقاق`, `بدون تغ[یي]*ر`, `اشتقاق\s?ناپذ[یي]ر`, `sin modificaciones`,
		`禁止演绎`, `禁止演繹`, `禁止改作`, `禁止衍生`, `改変禁止`, `派生禁止`, `변경\s?금지`)},
	{"sa", oneOf(`share[\s-]?alike`, `\b(?:nc[\s-]?)?sa\b`,
		`weitergabe unter gleichen`, `gelijk[\s-]?delen`,
		`compartilha[\s-]?igual`, `partilha nos (?:mesmos )?termos`, `compartir[\s-]?igual`, `partage (?:dans les mêmes|à l.identique|des conditions)`, `condividi allo stesso`,
		`aynı\s?lisansla`, `lisans\s?devam`, `на тех же условиях`, `с сохранением условий`, `na tych samych warunkach`, `سهم\s?[یي]کسان`, `اشتراک\s?[یي]کسان`, `همانند\s?ساز[یي]`, `المشارک[هة] بالمثل`, `الترخ[یي]ص بالمثل`,
		`相同方式共享`, `相同方式分享`, `継承`, `동일\s?조건`)},
	{"by", oneOf(`attribution`, `\bby\b`, `\bccby`, `namensnennung`, `naamsvermelding`,
		`atribui[çc][ãa]o`, `atribuci[óo]n`, `reconocimiento`, `paternité`, `attribuzione`,
		`at[ıi]f\b`, `alıntı`, `атрибуция`, `указани[ея]м? авторства`, `зазначенням авторства`, `uznanie autorstwa`, `تخص[یي]ص`, `اسناد`, `انتساب`, `ارجاع`, `نسب[هة]? (?:ال)?مصن`, `النسب[هة]`,
		`署名`, `姓名標示`, `姓名标示`, `表示`, `저작자\s?표시`)},
}

var (
	versionPattern = regexp.MustCompile(`(?:^|[^\d.])([1-4])[.٫,]([0-5])(?:$|[^\d])`)
	zeroPattern    = regexp.MustCompile(`\bcc[\s-]*(?:0|zero)\b`)
	markPattern    = regexp.MustCompile(`public domain mark`)
	dedication     = regexp.MustCompile(`public domain dedication`)
	afterVersion   = regexp.MustCompile(`[1-4]\.[0-5][\s,.(-]*([\p{L}][\p{L} ]{1,24})`)
)

// jurisdictions are the names of ports as statements print them, in English and in their own language.
var jurisdictions = map[string]string{
	"armenia": "am", "argentina": "ar", "österreich": "at", "austria": "at", "australia": "au", "azerbaijan": "az", "belgium": "be", "belgique": "be",
	"belgië": "be", "bulgaria": "bg", "brazil": "br", "brasil": "br", "canada": "ca", "schweiz": "ch", "switzerland": "ch", "suisse": "ch", "chile": "cl",
	"china mainland": "cn", "china": "cn", "中国大陆": "cn", "colombia": "co", "costa rica": "cr", "czech republic": "cz", "deutschland": "de", "germany": "de",
	"denmark": "dk", "danmark": "dk", "ecuador": "ec", "estonia": "ee", "egypt": "eg", "مصر": "eg", "spain": "es", "españa": "es", "finland": "fi",
	"france": "fr", "georgia": "ge", "greece": "gr", "guatemala": "gt", "hong kong": "hk", "croatia": "hr", "hrvatska": "hr", "hungary": "hu",
	"ireland": "ie", "israel": "il", "india": "in", "igo": "igo", "italy": "it", "italia": "it", "japan": "jp", "日本": "jp", "korea": "kr", "대한민국": "kr",
	"luxembourg": "lu", "macedonia": "mk", "malta": "mt", "mexico": "mx", "méxico": "mx", "malaysia": "my", "netherlands": "nl", "nederland": "nl",
	"norway": "no", "norge": "no", "new zealand": "nz", "peru": "pe", "perú": "pe", "philippines": "ph", "poland": "pl", "polska": "pl",
	"puerto rico": "pr", "portugal": "pt", "romania": "ro", "serbia": "rs", "scotland": "scotland", "sweden": "se", "sverige": "se", "singapore": "sg",
	"slovenia": "si", "thailand": "th", "taiwan": "tw", "台灣": "tw", "uganda": "ug", "uk": "uk", "united kingdom": "uk", "england and wales": "uk",
	"united states": "us", "us": "us", "venezuela": "ve", "vietnam": "vn", "south africa": "za",
	"at": "at", "au": "au", "de": "de", "nl": "nl", "fr": "fr", "ch": "ch", "gr": "gr", "es": "es", "cn": "cn", "it": "it", "ie": "ie", "pl": "pl", "tw": "tw",
}

// folding maps the ways in which one letter is typed to one of them.
var folding = strings.NewReplacer("ي", "ی", "ك", "ک", "أ", "ا", "إ", "ا", "آ", "ا", "\u200c", " ", "\u00ad", "", "ـ", "",
	"ً", "", "ٌ", "", "ٍ", "", "َ", "", "ُ", "", "ِ", "", "ّ", "", "ْ", "", "‑", "-", "‐", "-", "–", "-", "—", "-", "−", "-", "’", "'", "٫", ".", "i̇", "i")

// fold prepares a sentence for reading: lower case, ASCII digits, one letter for its variants, no vowel marks.
func fold(s string) string {
	return folding.Replace(strings.ToLower(calendar.Digits(s)))
}

// fromSentence reads a licence that is named in words. The name must be there, and the terms are searched behind it
// up to the end of what can be one name: every condition before attribution, so that NC and ND are never read as
// plain BY.
func fromSentence(s string) *License {
	if !mentions(s) {
		return nil
	}
	s = fold(addressPattern.ReplaceAllString(s, " ")) // the words of an address are no statement
	s = gluedVersion.ReplaceAllString(strings.ReplaceAll(s, "_", "-"), "$1 $2")
	at := commons.FindStringIndex(s)
	for _, n := range national {
		if w := n.words.FindStringIndex(s); w != nil && (at == nil || w[0] < at[0]) {
			return n.make()
		}
	}
	if at == nil {
		return nil
	}
	name := clip(s[at[0]:], 200)
	for _, r := range []struct {
		pattern *regexp.Regexp
		code    string
	}{{zeroPattern, "zero"}, {dedication, "zero"}, {markPattern, "mark"}} {
		if m := r.pattern.FindStringIndex(name); m != nil && !conditional(name[:m[0]]) {
			l, _ := licenceByCode(r.code)
			return l.make("1.0", "")
		}
	}
	has := map[string]bool{}
	for _, t := range terms {
		has[t.code] = t.pattern.MatchString(name)
	}
	if before(s[:at[0]], has); !has["by"] {
		return nil
	}
	l, ok := licenceByCode(codeOf(has))
	if !ok {
		return nil
	}
	return l.make(versionIn(name), portIn(name))
}

// gluedVersion is a version that a typist let run into the terms: CC BY-NC4.0.
var gluedVersion = regexp.MustCompile(`(nc|nd|sa|by)([1-4]\.[0-5])`)

// conditional says whether a text holds any licence's terms.
func conditional(s string) bool {
	for _, t := range terms {
		if t.pattern.MatchString(s) {
			return true
		}
	}
	return false
}

// before looks for the terms in front of the name, where some languages put them ("Attribution licence of Creative
// Commons").
func before(s string, has map[string]bool) {
	if len(s) > 120 {
		s = strings.ToValidUTF8(s[len(s)-120:], "")
	}
	for _, t := range terms {
		// A bare "by" in front of the name is a preposition: only the spelt-out word counts.
		if m := t.pattern.FindString(s); len(m) > 2 {
			has[t.code] = true
		}
	}
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
	m := afterVersion.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	w := strings.Fields(m[1])
	for n := min(3, len(w)); n > 0; n-- {
		if port, ok := jurisdictions[strings.Join(w[:n], " ")]; ok {
			return port
		}
	}
	return ""
}

// mentions is the cheap question before the dear ones: whether a text can name a licence at all. It looks for a rare part
// of each name.
func mentions(text string) bool {
	for i := 0; i < len(text); i++ {
		for _, s := range rareParts[text[i]] {
			if strings.HasPrefix(text[i:], s) {
				return true
			}
		}
	}
	return false
}

var rareParts = func() (out [256][]string) {
	for _, s := range []string{"mmons", "MMONS", "CC ", "CC-", "CC0", "CC:", "CCB", "Cc ", "Cc-", "cc by", "cc-by", "cc0", "ммонс", "کامن", "كامن", "المشاع", "知识共享", "創用", "创用", "クリエイティブ", "크리에이티브",
		"nment Lic", "nment lic", "States Gov", "States gov", "S. Gov", "S. gov", "Ouverte", "ouverte", "Etalab", "etalab", "공공누리", "KOGL", "Voice of America", "Datenlizenz", "Norsk lisens", "gouvernement ouvert", "ublic Domain", "ublic domain"} {
		out[s[0]] = append(out[s[0]], s)
	}
	return out
}()
