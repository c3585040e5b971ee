package extract

import "sort"

// A span is a run of code points of one script (ISO 15924), and the language if only one is written in it.
type span struct {
	first, last rune
	script      string
	language    string
}

// spans are the scripts that news is written in, by code point.
var spans = []span{
	{'A', 'Z', "Latn", ""}, {'a', 'z', "Latn", ""}, {0xc0, 0x24f, "Latn", ""}, {0x370, 0x3ff, "Grek", "el"},
	{0x400, 0x52f, "Cyrl", ""}, {0x531, 0x58f, "Armn", "hy"}, {0x5d0, 0x5f4, "Hebr", "he"}, {0x620, 0x77f, "Arab", ""},
	{0x780, 0x7bf, "Thaa", "dv"}, {0x8a0, 0x8ff, "Arab", ""}, {0x900, 0x97f, "Deva", ""}, {0x980, 0x9ff, "Beng", ""},
	{0xa00, 0xa7f, "Guru", "pa"}, {0xa80, 0xaff, "Gujr", "gu"}, {0xb00, 0xb7f, "Orya", "or"}, {0xb80, 0xbff, "Taml", "ta"},
	{0xc00, 0xc7f, "Telu", "te"}, {0xc80, 0xcff, "Knda", "kn"}, {0xd00, 0xd7f, "Mlym", "ml"}, {0xd80, 0xdff, "Sinh", "si"},
	{0xe01, 0xe5b, "Thai", "th"}, {0xe80, 0xeff, "Laoo", "lo"}, {0xf00, 0xfff, "Tibt", "bo"}, {0x1000, 0x109f, "Mymr", "my"},
	{0x10a0, 0x10ff, "Geor", "ka"}, {0x1100, 0x11ff, "Hang", "ko"}, {0x1200, 0x139f, "Ethi", ""}, {0x1780, 0x17ff, "Khmr", "km"},
	{0x1800, 0x18af, "Mong", "mn-Mong"}, {0x1e00, 0x1eff, "Latn", ""}, {0x3040, 0x30ff, "Kana", "ja"}, {0x3400, 0x9fff, "Hani", ""},
	{0xac00, 0xd7af, "Hang", "ko"}, {0xfb50, 0xfdff, "Arab", ""}, {0xfe70, 0xfefc, "Arab", ""},
}

// spanOf finds the script of a character, as an index of spans; -1 is none or a rare one.
func spanOf(r rune) int {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].last >= r })
	if i == len(spans) || r < spans[i].first {
		return -1
	}
	return i
}

// scriptOf finds the script that most of a text's letters are written in, and how many they are. Kana make Japanese of
// Han; the signs of unspaced scripts count three times, since they say as much.
func scriptOf(text string) (s span, letters int) {
	var count [64]int // by span
	at := 0
	for _, r := range text {
		if r < spans[at].first || r > spans[at].last {
			i := spanOf(r)
			if i < 0 {
				continue
			}
			at = i
		}
		count[at]++
		if unspaced(r) {
			count[at] += 2
		}
	}
	return heaviest(count[:len(spans)])
}

// heaviest adds the spans of each script up.
func heaviest(count []int) (s span, letters int) {
	by := map[string]int{}
	for i, n := range count {
		if n > 0 {
			by[spans[i].script] += n
		}
	}
	if by["Kana"]*30 > by["Hani"] {
		by["Kana"] += by["Hani"]
		by["Hani"] = 0
	}
	for _, one := range spans { // in their order, so that of equals the first wins on every run
		if n := by[one.script]; n > letters {
			s, letters = one, n
		}
	}
	return s, letters
}
