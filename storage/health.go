package storage

import "context"

// Health is the running account of how an agency's pages are read. What it means is decided where it is kept.
type Health struct {
	Agency string   `json:"agency"`           // id
	Pages  int      `json:"pages"`            // counted, ever
	Misses int      `json:"misses,omitempty"` // pages in a row that the agency's rule did not match
	Recent Span     `json:"recent"`
	Past   Span     `json:"past"`
	Ails   []string `json:"ails,omitempty"` // what is wrong: rule, confidence, length
}

// Span sums up pages, the later ones weighing more.
type Span struct {
	Rule       float64 `json:"rule"` // share of the pages that the rule matched
	Confidence Mean    `json:"confidence"`
	Length     Mean    `json:"length"` // of the logarithm of the text's letters
}

// Mean is an average and the variance around it.
type Mean struct {
	Value    float64 `json:"value"`
	Variance float64 `json:"variance"`
}

// HealthChange is an account before and after [Store.Learn].
type HealthChange struct{ Was, Now Health }

// Health gives an agency's account; for one of which no page was read, an account of none.
func (s *Store) Health(ctx context.Context, agency string) (h Health, err error) {
	err = s.view(ctx, func(t tx) error {
		h, err = t.health(agency)
		return err
	})
	return h, err
}

func (t tx) health(agency string) (Health, error) {
	h, ok, err := load[Health](t, bucketHealth, hash16(agency))
	if !ok {
		h = Health{Agency: agency}
	}
	return h, err
}
