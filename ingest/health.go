package ingest

import (
	"fmt"
	"math"
	"slices"

	"dateline/storage"
)

// What an agency's account covers, in pages: its recent ones are held against a longer past.
const (
	recentPages = 20
	pastPages   = 400
	young       = 40 // pages before an account means anything
)

// When something is wrong: as many pages in a row that a rule did not match; a confidence lower by so much; texts half as
// long. A difference must also be clear of the usual variation.
const (
	missesInARow   = 5
	lowerBy        = 0.1
	shorterBy      = math.Ln2
	clearDeviation = 3
)

// What can ail an agency.
const (
	ailsRule       = "rule"
	ailsConfidence = "confidence"
	ailsLength     = "length"
)

// account is an agency's account with one page more.
func account(h storage.Health, l storage.Lesson) storage.Health {
	matched := l.BodyFrom == "rule"
	h.Pages++
	h.Misses++
	if matched || !l.Rule {
		h.Misses = 0
	}
	h.Recent = span(h.Recent, l, matched, min(h.Pages, recentPages))
	h.Past = span(h.Past, l, matched, min(h.Pages, pastPages))
	var ails []string
	ailing := func(what string, is bool) {
		if is {
			ails = append(ails, what)
		}
	}
	was := func(what string) bool { return slices.Contains(h.Ails, what) }
	ailing(ailsRule, h.Misses >= missesInARow || h.Misses > 0 && was(ailsRule))
	if h.Pages >= young {
		ailing(ailsConfidence, fell(h.Recent.Confidence, h.Past.Confidence, lowerBy, was(ailsConfidence)))
		ailing(ailsLength, fell(h.Recent.Length, h.Past.Length, shorterBy, was(ailsLength)))
	}
	h.Ails = ails
	return h
}

// span weighs a page in as one of n.
func span(s storage.Span, l storage.Lesson, matched bool, n int) storage.Span {
	rule := 0.0
	if matched {
		rule = 1
	}
	share := 1 / float64(n)
	s.Rule += share * (rule - s.Rule)
	s.Confidence = weighIn(s.Confidence, l.Confidence, share)
	s.Length = weighIn(s.Length, math.Log(float64(max(l.Letters, 1))), share)
	return s
}

// weighIn moves a mean towards a value, and the variance with it.
func weighIn(m storage.Mean, value, share float64) storage.Mean {
	off := value - m.Value
	return storage.Mean{Value: m.Value + share*off, Variance: (1 - share) * (m.Variance + share*off*off)}
}

// fell says whether the recent mean lies clearly below the past one. What fell must rise half the way to be well again.
func fell(recent, past storage.Mean, by float64, before bool) bool {
	noise := math.Sqrt(past.Variance / (2*recentPages - 1)) // of a mean that forgets
	least := max(by, clearDeviation*noise)
	if before {
		least /= 2
	}
	return past.Value-recent.Value > least
}

// Complaints says in words what ails an agency.
func Complaints(h storage.Health) []string {
	var out []string
	for _, what := range h.Ails {
		switch what {
		case ailsRule:
			out = append(out, fmt.Sprintf("its rule matched none of the last %d pages", h.Misses))
		case ailsConfidence:
			out = append(out, fmt.Sprintf("confidence is %.2f, was %.2f", h.Recent.Confidence.Value, h.Past.Confidence.Value))
		case ailsLength:
			out = append(out, fmt.Sprintf("texts have about %.0f characters, had %.0f", math.Exp(h.Recent.Length.Value), math.Exp(h.Past.Length.Value)))
		}
	}
	return out
}

// logHealth says once that an agency began or ceased to ail.
func (w *Worker) logHealth(s *setup, c storage.HealthChange) {
	if slices.Equal(c.Was.Ails, c.Now.Ails) {
		return
	}
	log := w.log.With("agency", c.Now.Agency, "name", s.agencies[c.Now.Agency].Name, "pages", c.Now.Pages)
	if len(c.Now.Ails) == 0 {
		log.Info("pages are read well again")
		return
	}
	log.Warn("pages are read worse than before", "complaints", Complaints(c.Now))
}
