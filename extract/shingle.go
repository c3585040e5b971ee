package extract

import "unicode"

// shingles are the hashes of a text's runs of four words, where one character of an unspaced script is a word. They
// tell whether two printings are of one text.
type shingles map[uint64]bool

func shingle(blocks []*block) shingles {
	set := shingles{}
	var words []uint64
	for _, b := range blocks {
		words = append(words, b.hashes()...)
	}
	eachRun(words, func(h uint64) { set[h] = true })
	return set
}

// eachRun hashes each run of four words.
func eachRun(words []uint64, f func(uint64)) {
	for i := 3; i < len(words); i++ {
		f(((words[i-3]*31+words[i-2])*31+words[i-1])*31 + words[i])
	}
}

// shared is the share of the block's runs that a text holds; of a block too short for one, a half: it says nothing.
func (b *block) shared(with shingles) float64 {
	n, both := 0, 0
	eachRun(b.hashes(), func(h uint64) {
		n++
		if with[h] {
			both++
		}
	})
	if n == 0 {
		return 0.5
	}
	return float64(both) / float64(n)
}

// hash is one of the block's words together.
func (b *block) hash() uint64 {
	h := uint64(len(b.hashes()))
	for _, w := range b.words {
		h = h*1099511628211 + w
	}
	return h
}

// hashes gives the block's words, hashed on first use.
func (b *block) hashes() []uint64 {
	if b.words == nil {
		b.words = make([]uint64, 0, 1+len(b.text)/5)
		eachToken(b.text, func(h uint64) { b.words = append(b.words, h) })
	}
	return b.words
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
		one, in := tokenRune(r)
		if one || !in {
			flush()
		}
		if in {
			h = (h ^ uint64(unicode.ToLower(r))) * prime
			n++
		}
		if one {
			flush()
		}
	}
	flush()
}

// tokenRune says whether a character is a word by itself, and whether it is part of one at all.
func tokenRune(r rune) (one, in bool) {
	switch {
	case r < 0x80:
		return false, r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9'
	case unspaced(r):
		return true, true
	}
	return false, unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '©'
}
