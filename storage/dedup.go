package storage

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// shortText is the length in characters below which a text alone names no article: a caption or a one-line teaser
// stands under many headlines.
const shortText = 200

// TextHash is a record's `hash`: SHA-256 of the text as dedup compares it, empty without a text.
func TextHash(r *Record) string {
	if r.Text == "" {
		return ""
	}
	return hashNormalized(Normalize(r.Text))
}

// twin is the stored record with the same text, nil if there is none.
func (t tx) twin(r *Record) (*Record, error) {
	key, ok := t.textKey(r)
	if !ok {
		return nil, nil
	}
	id, err := t.Get(bucketTexts, key)
	if err != nil || id == nil || string(id) == r.ID {
		return nil, err
	}
	twin, ok, err := t.record(string(id))
	if err != nil || !ok {
		return nil, err
	}
	return &twin, nil
}

var (
	// dateline is the head of a dispatch: a place in capitals, perhaps a date and the agency in brackets, and a
	// dash. `TEHRAN, Nov. 3 (MNA) –`
	dateline = regexp.MustCompile(`^\p{Lu}[\p{Lu} .,'/-]{1,40}(?:,? [^()\n–—-]{0,24})?(?:\([^()\n]{1,24}\))? ?[–—-]{1,2} `)
	// signed is an agency in brackets at the head, in any script: `تهران (ایرنا) -`
	signed = regexp.MustCompile(`^[^()\n–—-]{0,40}\([^()\n\p{Nd}]{1,24}\) ?[–—-]{1,2} `)
	// signature is the agency's mark at the very end: `(MNA)`, `MNA/6123`
	signature = regexp.MustCompile(`\s(?:\(\p{Lu}{2,8}\)|\p{Lu}{2,8}/[\p{Lu}\p{Nd}/]{1,12})\.?\s*$`)
)

// Normalize gives a text as dedup compares it: without the dateline and the agency's signature, in NFKC and one case,
// Arabic and Persian letters and digits as one, without marks, joiners, punctuation's width or runs of white space. It is
// never stored.
func Normalize(text string) string {
	text = strings.TrimSpace(text)
	if m := dateline.FindString(text); m != "" {
		text = text[len(m):]
	} else if m := signed.FindString(text); m != "" {
		text = text[len(m):]
	}
	text = foldCase(norm.NFKC.String(unsigned(text)))
	return strings.Join(strings.Fields(strings.Map(fold, text)), " ")
}

// fold maps variants of one letter onto one, and drops what is not seen.
func fold(r rune) rune {
	switch {
	case r < utf8.RuneSelf: // most of most texts
		return r
	case r == 'ي' || r == 'ى' || r == 'ې':
		return 'ی'
	case r == 'ك':
		return 'ک'
	case r == 'ة' || r == 'ۀ' || r == 'ە':
		return 'ه'
	case r == 'أ' || r == 'إ' || r == 'آ' || r == 'ٱ':
		return 'ا'
	case r == 'ؤ':
		return 'و'
	case '٠' <= r && r <= '٩':
		return r - '٠' + '0'
	case '۰' <= r && r <= '۹':
		return r - '۰' + '0'
	case r == 'ـ' || '\u064b' <= r && r <= '\u065f' || r == '\u0670': // tatweel and short vowels
		return -1
	case unicode.Is(unicode.Cf, r): // joiners, directions, soft hyphens
		return -1
	case r == '‘' || r == '’':
		return '\''
	case r == '“' || r == '”' || r == '«' || r == '»':
		return '"'
	case unicode.Is(unicode.Pd, r):
		return '-'
	}
	return r
}
