package near

import "math"

// Kind is how one text repeats another.
type Kind string

const (
	None    Kind = ""
	Same    Kind = "same"    // but for a word here and there
	Near    Kind = "near"    // edited
	Derived Kind = "derived" // one was made of the other: a brief cut from a dispatch, a report built around one
)

// Likeness is what two texts have in common.
type Likeness struct {
	Kind        Kind
	Jaccard     float64 // shared shingles among all
	Containment float64 // shared shingles among those of the shorter text
}

// The numbers of the verdict. Copies differ from each other by cuts, additions and changed words; their containment stays
// high, or that of their words does. Texts of two authors about one event stay below 0.31.
const (
	sameJaccard     = 0.95
	nearJaccard     = 0.5
	nearContained   = 0.8
	derivedShingles = 0.5
	// rewritten is the least containment of shingles if nearly all words are kept: every fifth word was changed.
	rewritten      = 0.3
	rewrittenWords = 0.6
)

// Judge compares two texts. The order of the two does not matter.
func Judge(a, b Text) Likeness {
	if len(a.Shingles) < Least || len(b.Shingles) < Least {
		return Likeness{}
	}
	o := overlapOf(a.Shingles, b.Shingles)
	l := Likeness{Jaccard: o.jaccard(), Containment: o.containment()}
	switch {
	case o.isSeries():
	case l.Jaccard >= sameJaccard:
		l.Kind = Same
	case l.Jaccard >= nearJaccard && l.Containment >= nearContained:
		l.Kind = Near
	case l.Containment >= derivedShingles:
		l.Kind = Derived
	case l.Containment >= rewritten:
		if overlapOf(a.Words, b.Words).containment() >= rewrittenWords {
			l.Kind = Derived
		}
	}
	return l
}

// overlap counts what two sets share, numerals among it.
type overlap struct {
	a, b, shared                       int
	numeralsA, numeralsB, numeralsBoth int
}

func overlapOf(a, b []uint64) overlap {
	o := overlap{a: len(a), b: len(b)}
	for _, x := range a {
		o.numeralsA += int(x & 1)
	}
	for _, x := range b {
		o.numeralsB += int(x & 1)
	}
	for len(a) > 0 && len(b) > 0 {
		switch x, y := a[0], b[0]; {
		case x < y:
			a = a[1:]
		case x > y:
			b = b[1:]
		default:
			o.shared++
			o.numeralsBoth += int(x & 1)
			a, b = a[1:], b[1:]
		}
	}
	return o
}

func (o overlap) jaccard() float64 {
	if o.shared == 0 {
		return 0
	}
	return float64(o.shared) / float64(o.a+o.b-o.shared)
}

func (o overlap) containment() float64 {
	if o.shared == 0 {
		return 0
	}
	return float64(o.shared) / float64(min(o.a, o.b))
}

// A series is one form that is filled in anew each day: the weather, the closing prices, the results of a round. Its words stay
// and its figures change, nearly all of them. Who edits a dispatch changes or cuts both alike, so that as large a share of the
// figures survives as of the words: what is less by more than seriesSigmas standard deviations is no edit. One figure stands in
// up to three shingles, so a third of them counts.
const (
	seriesNumerals = 6 // least shingles with a numeral in the text that has fewer
	seriesShare    = 0.5
	seriesSigmas   = 2.6
)

func (o overlap) isSeries() bool {
	numerals := min(o.numeralsA, o.numeralsB)
	plain := min(o.a-o.numeralsA, o.b-o.numeralsB)
	if numerals < seriesNumerals || plain <= 0 {
		return false
	}
	figures := float64(o.numeralsBoth) / float64(numerals)
	words := float64(o.shared-o.numeralsBoth) / float64(plain)
	deviation := math.Sqrt(words * (1 - words) * wordGram / float64(numerals))
	return figures < seriesShare*words && figures < words-seriesSigmas*deviation
}
