package config

import (
	"slices"
	"strings"
)

// hint names the known word that was probably meant, or else all of them. It is worked out when it is printed, since
// most of many mistakes never are.
type hint struct {
	word  string
	known []string
}

func (h hint) String() string {
	if near := nearest(h.word, h.known); near != "" {
		return "did you mean " + shown(near) + "?"
	}
	return "known are " + strings.Join(h.known, ", ")
}

// nearest is the known word with the fewest slips from the one written, empty if none is near. A word may have a slip
// for every three of its letters, and two in any case: with more, the guess is worse than the list.
func nearest(word string, known []string) string {
	// Nobody misspells a word of such a length, and the distance costs the product of both.
	if len(word) > 64 {
		return ""
	}
	best, least := "", max(2, (len(word)+1)/3)+1
	for _, k := range known {
		if d := distance(word, k); d < least && d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance is how many letters must be put in, left out, exchanged or swapped with their neighbour to make b of a:
// Damerau's distance in its restricted form.
func distance(a, b string) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	before, row := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		next := make([]int, len(y)+1)
		next[0] = i + 1
		for j := range y {
			change := 1
			if x[i] == y[j] {
				change = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+change)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(y)]
}

// names are the names of keys, sorted, for a message.
func names(keys []key) []string {
	var all []string
	for _, k := range keys {
		all = append(all, k.name)
	}
	slices.Sort(all)
	return all
}
