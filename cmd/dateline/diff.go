package main

import (
	"regexp"
	"strings"
)

// change is one paragraph of a difference, or one word within a paragraph that was changed.
type change struct {
	Kind     changeKind
	Old, New string // Old is empty for what was added, New for what was removed
}

type changeKind byte

const (
	wasKept    changeKind = ' '
	wasRemoved changeKind = '-'
	wasAdded   changeKind = '+'
	wasEdited  changeKind = '~' // a paragraph of which a good part of the words stayed
)

// paragraphDiff tells how one text became another, paragraph by paragraph in reading order. It is pure, and bounded in time
// and memory for texts of any length: where two differ in thousands of paragraphs, all of them count as replaced.
func paragraphDiff(old, new string) []change {
	return joinEdited(sequenceDiff(paragraphs(old), paragraphs(new)))
}

// paragraphs are a text's parts between blank lines; an empty text has none.
func paragraphs(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n\n")
}

// diffWord is white space, a run of letters with what joins them, or any one sign. Scripts that put no space between words have
// each character as a word.
var diffWord = regexp.MustCompile(`\s+|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{Latin}\p{Arabic}\p{Cyrillic}\p{Greek}\p{Hebrew}\p{Hangul}\p{M}\p{N}'’\x{200c}]+|\p{L}[\p{M}]*|.`)

// wordDiff tells how one paragraph became another, word by word.
func wordDiff(old, new string) []change {
	return sequenceDiff(diffWord.FindAllString(old, -1), diffWord.FindAllString(new, -1))
}

// maxCells bounds the table that a difference is found with: 16 MB.
const maxCells = 4 << 20

// sequenceDiff is the difference with the longest common subsequence: as much as possible is kept. What both begin and end with
// is set aside first, which is nearly all where a publisher corrects an article.
func sequenceDiff(a, b []string) []change {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := asKept(nil, a[:head])
	out = middleDiff(out, a[head:len(a)-tail], b[head:len(b)-tail])
	return asKept(out, a[len(a)-tail:])
}

func asKept(out []change, all []string) []change {
	for _, s := range all {
		out = append(out, change{wasKept, s, s})
	}
	return out
}

func middleDiff(out []change, a, b []string) []change {
	width := len(b) + 1
	var longest []int32 // longest[i*width+j] is how much a[i:] and b[j:] have in common
	if len(a) > 0 && len(b) > 0 && len(a)+1 <= maxCells/width {
		longest = longestCommon(a, b)
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case longest != nil && i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, change{wasKept, a[i], b[j]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || longest == nil || longest[(i+1)*width+j] >= longest[i*width+j+1]):
			out = append(out, change{wasRemoved, a[i], ""})
			i++
		default:
			out = append(out, change{wasAdded, "", b[j]})
			j++
		}
	}
	return out
}

func longestCommon(a, b []string) []int32 {
	width := len(b) + 1
	longest := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	return longest
}

// joinEdited makes one change of a paragraph that was removed and one that was added in its place with many of its words.
func joinEdited(all []change) []change {
	var out []change
	for len(all) > 0 {
		n := 0
		for n < len(all) && all[n].Kind != wasKept {
			n++
		}
		if n == 0 {
			out, all = append(out, all[0]), all[1:]
			continue
		}
		out = append(out, pairUp(all[:n])...)
		all = all[n:]
	}
	return out
}

// pairUp pairs the paragraphs of one gap, in order.
func pairUp(gap []change) (out []change) {
	var old, new []string
	for _, c := range gap {
		if c.Kind == wasRemoved {
			old = append(old, c.Old)
		} else {
			new = append(new, c.New)
		}
	}
	for _, was := range old {
		i := partner(was, new)
		if i < 0 {
			out = append(out, change{wasRemoved, was, ""})
			continue
		}
		for _, s := range new[:i] {
			out = append(out, change{wasAdded, "", s})
		}
		out = append(out, change{wasEdited, was, new[i]})
		new = new[i+1:]
	}
	for _, s := range new {
		out = append(out, change{wasAdded, "", s})
	}
	return out
}

// maxPartners is how far a paragraph's edited form is looked for.
const maxPartners = 16

// partner is the first paragraph that has half of another's words; -1 if there is none.
func partner(was string, new []string) int {
	for i, s := range new[:min(len(new), maxPartners)] {
		if alike(was, s) {
			return i
		}
	}
	return -1
}

// alike says whether two paragraphs have half of their words in common, counted as often as they occur.
func alike(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) < 2 || len(y) < 2 { // one word, or a script without spaces
		x, y = diffWord.FindAllString(a, -1), diffWord.FindAllString(b, -1)
	}
	count := map[string]int{}
	for _, w := range x {
		count[w]++
	}
	both := 0
	for _, w := range y {
		if count[w] > 0 {
			count[w]--
			both++
		}
	}
	return 4*both >= len(x)+len(y)
}
