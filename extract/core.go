package extract

import (
	"slices"
	"unicode"

	"golang.org/x/net/html/atom"
)

// This file is about what a page's blocks say together, when each has been judged by itself. The figures are what
// cross-validation on unseen sites gave best.

// threshold is the probability from which taking blocks gives the best expected agreement (F1) with the article. Where
// the page is clear that is a half, and the less sure it is of any block, the lower (the best threshold is half of the F1 that
// it gives).
func threshold(blocks []*block) float64 {
	all, likely := 0.0, false
	for _, b := range blocks {
		likely = likely || b.odds >= sure && b.chars >= 40
		if b.odds > 0.1 { // the rest is furniture, however much there is of it
			all += b.odds * float64(b.chars)
		}
	}
	if !likely {
		return sure // nothing here looks like an article at all
	}
	best, bar := 0.0, sure
	for at := sure; at > 0.1; at -= 0.05 {
		right, taken := 0.0, 0.0
		for _, b := range blocks {
			if b.odds >= at {
				right += b.odds * float64(b.chars)
				taken += float64(b.chars)
			}
		}
		if f := 2 * right / (taken + all); f > best {
			best, bar = f, at
		}
	}
	return bar
}

// certain is the probability of a block that is believed wherever it stands.
const certain = 0.95

// core drops what stands behind the innermost element that holds most of the text, unless it is certain: teasers and
// notices are written like stories.
func core(blocks []*block) []*block {
	all := 0
	for _, b := range blocks {
		for q := b.at; q != nil; q = q.up {
			q.kept = 0
		}
	}
	var main *place
	for _, b := range blocks {
		all += b.chars
		for q := b.at; q != nil; q = q.up {
			q.kept += b.chars
		}
	}
	for _, b := range blocks {
		for q := b.at; q != nil; q = q.up {
			if q.kept*2 > all && (main == nil || q.depth > main.depth) {
				main = q
			}
		}
	}
	behind := false
	return slices.DeleteFunc(blocks, func(b *block) bool {
		in := main == nil || inside(b.node, main.node)
		behind = behind || in
		return behind && !in && b.odds < certain
	})
}

// between takes what stands alone between two certain blocks of one parent: what interrupts a story there is rare, and a
// heading or a short answer is easily misjudged.
func between(all, taken []*block) []*block {
	const likely, unlikely = 0.85, 0.2
	takeOnly(all, taken)
	beside := func(i, step int) bool {
		for n := 1; n <= 2; n++ {
			j := i + n*step
			if j < 0 || j >= len(all) {
				return false
			}
			if all[j].taken && all[j].at.up == all[i].at.up {
				return all[j].odds > likely
			}
		}
		return false
	}
	out := make([]*block, 0, len(taken)+8)
	for i, b := range all {
		if b.taken || b.odds >= unlikely && b.links*3 <= b.chars && beside(i, -1) && beside(i, 1) {
			out = append(out, b)
		}
	}
	return out
}

// tables takes a table whole that follows a block of the text in the same element, unless it is unlikely or full of links:
// figures alone look like nothing.
func tables(all, taken []*block) []*block {
	const unlikely = 0.1
	takeOnly(all, taken)
	n := len(taken)
	for i := 0; i < len(all); i++ {
		table := all[i].at.table()
		if table == nil {
			continue
		}
		first := i
		var odds float64
		var chars, links int
		for ; i < len(all) && inside(all[i].node, table.node); i++ {
			odds += all[i].odds * float64(all[i].chars)
			chars, links = chars+all[i].chars, links+all[i].links
		}
		i--
		if first > 0 && all[first-1].taken && odds > unlikely*float64(chars) && links*3 < chars && table.up != nil && inside(all[first-1].node, table.up.node) {
			for _, b := range all[first : i+1] {
				b.taken = true
			}
			n += i + 1 - first
		}
	}
	out := make([]*block, 0, n)
	for _, b := range all {
		if b.taken {
			out = append(out, b)
		}
	}
	return out
}

// table is the outermost table that a place stands in.
func (q *place) table() (t *place) {
	for ; q != nil; q = q.up {
		if q.node.DataAtom == atom.Table {
			t = q
		}
	}
	return t
}

// takeOnly notes which blocks are taken.
func takeOnly(all, taken []*block) {
	for _, b := range all {
		b.taken = false
	}
	for _, b := range taken {
		b.taken = true
	}
}

// shouts says whether a block is a link in capitals: a call to go elsewhere.
func shouts(b *block) bool {
	if b.chars < 13 || b.links*10 < b.chars*9 {
		return false
	}
	upper, lower := 0, 0
	for _, r := range b.text {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper > 4*lower
}
