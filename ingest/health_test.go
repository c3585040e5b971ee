package ingest

import (
	"slices"
	"testing"

	"dateline/storage"
)

// seen weighs in n pages of one kind.
func seen(h storage.Health, n int, l storage.Lesson) storage.Health {
	for range n {
		h = account(h, l)
	}
	return h
}

func TestAccount(t *testing.T) {
	good := storage.Lesson{BodyFrom: "generic", Confidence: 0.95, Letters: 3000}
	ruled := storage.Lesson{Rule: true, BodyFrom: "rule", Confidence: 0.95, Letters: 3000}
	with := func(l storage.Lesson, change func(*storage.Lesson)) storage.Lesson {
		change(&l)
		return l
	}
	unmatched := with(ruled, func(l *storage.Lesson) { l.BodyFrom = "generic" })
	unsure := with(good, func(l *storage.Lesson) { l.Confidence = 0.55 })
	short := with(good, func(l *storage.Lesson) { l.Letters = 400 })
	type run struct {
		n int
		l storage.Lesson
	}
	for _, c := range []struct {
		name string
		runs []run
		want []string
	}{
		{"all is well", []run{{200, good}}, nil},
		{"a rule that matches", []run{{200, ruled}}, nil},
		{"a rule that misses now and then", []run{{50, ruled}, {4, unmatched}}, nil},
		{"a rule that stops matching", []run{{50, ruled}, {5, unmatched}}, []string{ailsRule}},
		{"a rule that never matched", []run{{5, unmatched}}, []string{ailsRule}},
		{"a rule that matches again", []run{{50, ruled}, {9, unmatched}, {1, ruled}}, nil},
		{"a rule that was taken away", []run{{50, ruled}, {9, unmatched}, {1, good}}, nil},
		{"confidence falls", []run{{100, good}, {20, unsure}}, []string{ailsConfidence}},
		{"one page of little confidence", []run{{100, good}, {1, unsure}}, nil},
		{"confidence was always low", []run{{200, unsure}}, nil},
		{"confidence rises", []run{{100, unsure}, {50, good}}, nil},
		{"confidence falls and rises again", []run{{100, good}, {20, unsure}, {60, good}}, nil},
		{"confidence stays low until that is usual", []run{{100, good}, {2000, unsure}}, nil},
		{"texts become short", []run{{100, good}, {20, short}}, []string{ailsLength}},
		{"an account that is young", []run{{10, good}, {20, short}}, nil},
	} {
		h := storage.Health{Agency: "a"}
		for _, r := range c.runs {
			h = seen(h, r.n, r.l)
		}
		if !slices.Equal(h.Ails, c.want) {
			t.Errorf("%s: ails %q, want %q: %+v", c.name, h.Ails, c.want, h)
		}
		if got := Complaints(h); len(got) != len(c.want) {
			t.Errorf("%s: complaints %q", c.name, got)
		}
	}
}

// TestAccountOfMixedLengths: an agency that prints notes and long reads alike does not ail for a run of notes.
func TestAccountOfMixedLengths(t *testing.T) {
	h := storage.Health{}
	for n := range 400 {
		letters := []int{500, 9000, 1200, 4000}[n%4]
		if h = account(h, storage.Lesson{BodyFrom: "generic", Confidence: 0.9, Letters: letters}); len(h.Ails) > 0 {
			t.Fatalf("after %d pages: %q", n+1, Complaints(h))
		}
	}
	if h = seen(h, 6, storage.Lesson{BodyFrom: "generic", Confidence: 0.9, Letters: 700}); len(h.Ails) > 0 {
		t.Errorf("after six notes: %q", Complaints(h))
	}
}

// TestAilingHasInertia: an agency at the border does not come and go with each page.
func TestAilingHasInertia(t *testing.T) {
	h := seen(storage.Health{}, 200, storage.Lesson{BodyFrom: "generic", Confidence: 0.95, Letters: 3000})
	changes := 0
	for n := range 60 {
		was := h.Ails
		h = account(h, storage.Lesson{BodyFrom: "generic", Confidence: []float64{0.7, 0.9}[n%2], Letters: 3000})
		if !slices.Equal(was, h.Ails) {
			changes++
		}
	}
	if changes > 2 {
		t.Errorf("%d changes in sixty pages", changes)
	}
}
