package extract

import "unicode"

// shingles are the hashes of a text's runs of four words, where one character of an unspaced script is a word. They
// tell whether two printings are of one text.
type shingles map[uint64]bool

func shingle(texts ...string) shingles {
	set := shingles{}
	var last [4]uint64
	n := 0
	for _, t := range texts {
		eachToken(t, func(h uint64) {
			last[0], last[1], last[2], last[3] = last[1], last[2], last[3], h
			if n++; n >= 4 {
				set[((last[0]*31+last[1])*31+last[2])*31+last[3]] = true
			}
		})
	}
	return set
}

// in is the share of the set that another holds too; of an empty one, nothing.
func (s shingles) in(other shingles) float64 {
	if len(s) == 0 {
		return 0
	}
	both := 0
	for h := range s {
		if other[h] {
			both++
		}
	}
	return float64(both) / float64(len(s))
}

// eachToken hashes word by word (FNV-1a), in lower case.
func eachToken(t string, f func(uint64)) {
	const offset, prime = 14695981039346656037, 1099511628211
	h, n := uint64(offset), 0
	flush := func() {
		if n > 0 {
			f(h)
		}
		h, n = offset, 0
	}
	for _, r := range t {
		one := unspaced(r)
		if one || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
		}
		if one || unicode.IsLetter(r) || unicode.IsDigit(r) {
			h = (h ^ uint64(unicode.ToLower(r))) * prime
			n++
		}
		if one {
			flush()
		}
	}
	flush()
}
