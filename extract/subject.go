package extract

import (
	"regexp"
	"strings"
)

// subject is what a licence statement speaks of.
type subject uint8

const (
	ofNothing subject = iota // a bare name: what it stands in
	ofOwn                    // the text, the page, the site
	ofOthers                 // pictures, software, readers' comments …
	ofUnknown                // something with a name of its own
)

// grants are the words that make a sentence a grant and not a mention.
var grants = oneOf(`(?:steht|stehen|unterliegen|unterliegt)\b.{0,30}\bunter`, `licen[cs]ed`, `licen[cs]e\b`, `(?:available|published|released|distributed|reproduced|shared)\s+under`, `\brepublish(?:ed)?\b.{0,60}\bunder`,
	`lizen[sz]`, `lizenz`, `licensierad`, `licentie`, `licencj`, `licencia`, `licença`, `licenciad`, `licenza`, `sous (?:licence|contrat)`, `lisans`, `лиценз`, `ліценз`,
	`مجوز`, `پروانه`, `ل[یي]سانس`, `مرخص`, `ترخ[یي]ص`, `رخص[هة]`, `许可`, `許可`, `授權`, `授权`, `ライセンス`, `라이선스`, `라이센스`, `이용\s?허락`, `공공누리`,
	`public domain`, `open government`, `is a work of`, `are works? of`, `produced exclusively`)

// ownWords name what an article or its site is made of; otherWords what merely stands beside it. The first of either
// in a statement is its subject.
var (
	ownWords = oneOf(`\b(?:contents?|articles?|texts?|stor(?:y|ies)|reports?|(?:web)?site|website|(?:web)?blog|publication|posts?|pages?|works?|materials?|news|information|everything)\b`,
		`\binhalt`, `\bbeitr[aä]g`, `\btexte?n?\b`, `\bartikel`, `\bwerke?s?\b`, `\bseiten?\b`, `\barbeit\b`, `\bwebs[ei]it`, `textuell`, `eigenbeitr`, `veröffentlichungen`, // de
		`\bcontenidos?`, `\bart[ií]culos?`, `\btextos?\b`, `\bobras?\b`, `\bsitio`, `\bnoticias?\b`, `\bp[áa]ginas?`, // es
		`\bcontenus?\b`, `\btextes?\b`, `œuvre`, `\boeuvre`, `\bpublications?\b`, // fr
		`\bconte[úu]dos?`, `\bartigos?`, `not[ií]cias?`, `mat[ée]rias?`, // pt
		`\bcontenut[oi]`, `\bartico[lo]`, `\btesti\b`, `\bopera\b`, `\bsito\b`, // it
		`içerik`, `içeriğ`, `eser\b`, `haber`, `makale`, `yazı`, `metin`, // tr
		`материал`, `контент`, `содерж`, `текст`, `стать`, `произведен`, `сайт`, `новост`, `публикац`, // ru
		`محتو`, `محصولات`, `مطلب`, `مطالب`, `متن`, `(?:^| )اثر `, `اخبار`, `(?:^| )خبر `, `سا[یي]ت`, `مقال`, // fa
		`مواد`, `نصوص`, `المصنف`, `الموقع`, `العمل`, // ar
		`内容`, `內容`, `作品`, `著作`, `文章`, `本站`, `网站`, `網站`, `新闻`, `新聞`, `文字`, // zh
		`コンテンツ`, `記事`, `サイト`, `文章`, `本文`, // ja
		`저작물`, `콘텐츠`, `기사`, `게시물`) // ko

	otherWords = oneOf(`powered by`, `designe?d? by`, `design:`, `\bthemes?\b`, `\btemplates?\b`, `plug-?in`, `\bfonts?\b`, `photo`, `\bpics?\b`, `image`, `picture`, `\bicons?\b`, `illustration`,
		`\bvideo`, `\bmusic`, `soundtrack`, `software`, `source code`, `\bdata\b`, `data ?set`, `\bmaps?\b`, `chart`, `\blogos?\b`, `flickr`, `wikimedia`, `wikipedia`, `\bcomments?\b`, `user contributions`, `user.generated`,
		`\bfotos?\b`, `fotogra`, `\bbild(?:er|quelle|nachweis|rechte)?\b`, `beitragsbild`, `artikelbild`, `titelbild`, `bild(?:er)?\b`, `website template`, `site design`, `bildmaterial`, `abbildung`, `grafik`, `\bkarten?\b`, `\bkommentar`, `\bdaten\b`, `\blayout`, `schrift(?:art)?\b`,
		`im[áa]gen`, `ilustra`, `comentarios`, `\bimagem`, `immagin`, `commentaires`, `dise[ñn]o`, `\btema\b`, `thème`, `fotoğraf`, `görsel`, `resim`,
		`изображен`, `фото`, `картин`, `иллюстрац`, `عکس`, `تصو[یي]ر`, `تصاو[یي]ر`, `صور`, `图片`, `圖片`, `照片`, `画像`, `写真`, `사진`)

	// exceptions set something aside before the sentence comes to its subject.
	exceptions = oneOf(`\b(?:except(?:ing)? for|excluding|with the exception of|ausgenommen|mit ausnahme von|abgesehen von|hormis|à l.exception de|con excepción de|salvo|exceto|eccetto|tranne|кроме|به\s?جز|باستثناء)\b[^,:;]{0,120}[,:;]`)

	// afterName is where the licence's own name begins, in which content and works may occur again.
	afterName = regexp.MustCompile(`creative|\bcc[\s:-]*(?:by|0|att)|open government|licence ouverte`)
)

// subjectOf reads what a statement speaks of. The site's own names count as its content.
func subjectOf(statement string, site []string) subject {
	f := exceptions.ReplaceAllString(fold(addressPattern.ReplaceAllString(statement, " ")), " ")
	head := f
	if at := afterName.FindStringIndex(f); at != nil {
		head = f[:at[0]]
	}
	if is := firstSubject(head, site); is != ofNothing {
		return is
	}
	if at := grants.FindStringIndex(head); at != nil {
		head = head[:at[0]]
	}
	if weigh(fillers.ReplaceAllString(head, " ")) > 8 && !copyrightLine.MatchString(head) {
		return ofUnknown
	}
	if at := applies.FindStringIndex(f); at != nil && at[0] >= len(head) {
		return firstSubject(f[at[1]:], nil) // "CC BY applies to all texts"
	}
	return ofNothing
}

var (
	applies       = regexp.MustCompile(`\b(?:for|appl(?:y|ies) to|covers?|gilt für|gelten für|pour|para|per)\b`)
	copyrightLine = regexp.MustCompile(`^\s*(?:©|\(c\)|copyright|copyleft)`) // names the owner of what it stands in
)

// firstSubject is what a text names first.
func firstSubject(f string, site []string) subject {
	own, other := ownWords.FindStringIndex(f), otherWords.FindStringIndex(f)
	switch {
	case other != nil && (own == nil || other[0] <= own[0] || other[0] < own[1]+25 && !joined.MatchString(f[own[1]:max(own[1], other[0])])):
		return ofOthers // "this article's header image" is the image
	case own != nil:
		return ofOwn
	}
	for _, name := range site {
		if len(name) > 3 && strings.Contains(letters(f), name) {
			return ofOwn
		}
	}
	return ofNothing
}

// joined are the words that put two subjects side by side, or end the first: "texts and photos", "content is licensed".
var joined = oneOf(`\b(?:and|und|et|y|e|ve|or|is|are|ist|sind|steht|stehen|est|sont|está|están|on|of|except|außer)\b`, `[,;:(|]`, ` и `, ` و`, `和`, `و`)

// fillers are what stands before a bare name and names nothing.
var fillers = regexp.MustCompile(`©|\bcopy(?:right|left)\b|\b(?:19|20)\d\d\b|\b(?:this|is|are|under|unter|the|an?|einer?|der|all|alle|published|available|released|except|otherwise|unless|where|noted|stated|by|some rights reserved|veröffentlicht|sofern|soweit|nicht|anders|angegeben|gekennzeichnet|lizenziert|licensed|bajo|sous|sob)\b`)

// denials turn a grant round. Exceptions ("if not otherwise stated") are taken out before they are looked for.
var denials = oneOf(`\b(?:not|neither|never|no longer|isn't|aren't|cannot)\b`, `\bnicht\b`, `\bkein(?:e|er|en|em)?\b[^,.]{0,20}lizenz`, `\bno (?:est[áa]|son |se )`, `\bnão (?:est|são|é)`, `\bn(?:'est|e sont|e)\b[^,.]{0,20}\bpas\b`, `\bnon (?:è|sono|rientra)`,
	`değil`, `(?:^| )не (?:распростран|доступ|лиценз|подпада|публику)`, `نیست`, `نمی\s?(?:باشد|شود)`, `ليست|لا تخضع|غير مرخص`, `不适用|不在|ではありません|아닙니다`)

// harmless are the words for no in the names of conditions and in exceptions.
var harmless = oneOf(`non[\s-]?commerc`, `nicht[\s-]?kommerz`, `not for commerc`, `nicht für kommerz`, `\b(?:except|unless|if|sofern|soweit|falls|wo|wenn|where|salvo|sauf|si)\b[^,.]{0,12}\b(?:not|nicht|no|non)\b[^,.]{0,30}`, `not otherwise`, `nicht anders`)

// denied says whether a sentence says that a licence does not hold.
func denied(s string) bool {
	return denials.MatchString(harmless.ReplaceAllString(fold(s), " "))
}

// states says whether a sentence licenses what it stands in, or something with a name.
func states(sentence string) bool {
	f := fold(sentence)
	return commonsOrState(f) && grants.MatchString(f)
}

func commonsOrState(f string) bool {
	if commons.MatchString(f) {
		return true
	}
	for _, n := range national {
		if n.words.MatchString(f) {
			return true
		}
	}
	return false
}

// holderPatterns find who licenses: "All content by X is licensed", and the like.
var holderPatterns = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:content|contents|material|materials|text|texts|articles?|stories|news|works?)\s+(?:by|of|from|published by|produced by|created by)\s+(.{2,80}?)\s+(?:is|are)\s+(?:\w+\s+)?(?:licen[sc]ed|available|published|released|distributed|made)`),
	regexp.MustCompile(`(?i)produced exclusively by (?:the )?(.{2,60}?)\s+(?:is|are)\b`),
	regexp.MustCompile(`(?i)\b(?:inhalte?|beiträge|texte|artikel)\s+(?:von|der|des)\s+(.{2,80}?)\s+(?:stehen|steht|sind|ist|werden|unterliegen)\b`),
	regexp.MustCompile(`(?i)\b(?:contenidos?|artículos?|textos?|noticias?|conteúdos?|matérias?)\s+(?:de|del|da|do)\s+(.{2,80}?)\s+(?:están?|se|bajo|sob|são|é|estão)\b`),
	regexp.MustCompile(`(?i)\b(?:contenus?|textes?|articles?)\s+(?:de|du|d['’])\s*(.{2,80}?)\s+(?:sont|est|sous)\b`),
	regexp.MustCompile(`(?:محتوا(?:ی|ي)?|مطالب|محتویات|اخبار)\s+(.{2,80}?)\s+(?:تحت|با|ذیل|طبق|بر\s+اساس|بر\s+پایه)`),
	regexp.MustCompile(`(?:محتويات|محتوى|مواد|المحتوى من)\s+(.{2,80}?)\s+(?:مرخص|متاح|منشور|بموجب|تحت)`),
}

// notHolders begin what a pattern takes for a name and nobody bears.
var notHolders = regexp.MustCompile(`^(?:this|our|the (?:site|author)|these|diese|unsere|este|esta|esto|ce |cet|این|هذا|su |seine)`)

// holderOf reads the licensor out of a statement. "This site" is nobody's name.
func holderOf(s string) string {
	for _, p := range holderPatterns {
		if m := p.FindStringSubmatch(s); m != nil {
			if name := strings.TrimSpace(m[1]); !notHolders.MatchString(strings.ToLower(name)) {
				return name
			}
		}
	}
	return ""
}

// segments cuts a text into what can be one statement: sentences, and the parts of a line that are set apart by bullets
// or bars.
func segments(text string) []string {
	var out []string
	for _, s := range sentencesOf(text) {
		for _, part := range apartMarks.Split(s, -1) {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

var apartMarks = regexp.MustCompile(`\s[|•·♦⋅]\s|\s//\s|;\s`)

// abbreviated says whether the full stop that ends a text is that of an abbreviation.
func abbreviated(s string) bool {
	word := s[strings.LastIndexByte(s, ' ')+1:]
	return strings.Contains(" bzw. z.b. ca. inkl. ggf. vs. dr. mr. mrs. ms. st. no. nr. inc. ltd. co. corp. e.g. i.e. u.s. prof. ver. vol. v. ", " "+strings.ToLower(word)+" ")
}

// sentencesOf cuts a text behind full stops, without stopping inside a number such as 4.0 or behind an initial.
func sentencesOf(text string) []string {
	var out []string
	start, ended, word := 0, false, 0
	for i, r := range text {
		if ended && (r == ' ' && !abbreviated(text[start:i]) || r > 0x2000) {
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
