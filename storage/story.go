package storage

import (
	"context"
	"fmt"
	"time"
)

// Event is something that happened to an entry.
type Event struct {
	At     time.Time `json:"at"`
	What   string    `json:"what"` // listed, edited, fetched, failed, body, published, license, stored …
	Detail string    `json:"detail,omitempty"`
}

// Story is all that is known of one article: who listed it, what was asked for and answered, what became of it.
type Story struct {
	ID       string   `json:"id"`
	Listings [][]byte `json:"listings,omitempty"` // the ledger's keys, in the order in which they came
	Events   []Event  `json:"events,omitempty"`
}

// Bounds of a story. A publisher who edits for ever must not make it grow; how it began and how it stands are kept.
const (
	maxEvents      = 120
	firstEvents    = 30
	maxListings    = 500
	maxEventDetail = 400
)

// story gives what is known of an article: what its record's row tells, then what happened since. ok is false if nothing
// is.
func (t tx) story(id string) (s Story, ok bool, err error) {
	later, ok, err := load[Story](t, bucketStories, []byte(id))
	if err != nil {
		return s, false, err
	}
	rest, err := t.tail(id)
	if err != nil {
		return s, false, err
	}
	s = Story{ID: id, Events: append(rest.Events, later.Events...)}
	for i := range rest.Listings {
		s.Listings = append(s.Listings, rest.Listings[i].key())
	}
	s.Listings = append(append(s.Listings, rest.Others...), later.Listings...)
	s.Listings = s.Listings[:min(len(s.Listings), maxListings)]
	s.bound()
	return s, ok || len(s.Events)+len(s.Listings) > 0, nil
}

// tell adds to the story of an article.
func (t tx) tell(id string, listings []Listing, events ...Event) error {
	if len(listings)+len(events) == 0 {
		return nil
	}
	s, _, err := load[Story](t, bucketStories, []byte(id))
	if err != nil {
		return err
	}
	s.ID = id
	for _, l := range listings {
		if len(s.Listings) < maxListings {
			s.Listings = append(s.Listings, l.key())
		}
	}
	for _, e := range events {
		e.Detail = clip(e.Detail, maxEventDetail)
		s.Events = append(s.Events, e)
	}
	s.bound()
	return t.put(bucketStories, []byte(id), s)
}

func (s *Story) bound() {
	if n := len(s.Events) - maxEvents; n > 0 {
		s.Events = append(s.Events[:firstEvents:firstEvents], s.Events[firstEvents+n:]...)
	}
}

// moveStory makes an article's story part of another's.
func (t tx) moveStory(from, to string) error {
	old, ok, err := load[Story](t, bucketStories, []byte(from))
	if err != nil || !ok {
		return err
	}
	s, _, err := load[Story](t, bucketStories, []byte(to))
	if err != nil {
		return err
	}
	s.ID = to
	s.Listings = append(s.Listings, old.Listings...)
	s.Listings = s.Listings[:min(len(s.Listings), maxListings)]
	s.Events = append(s.Events, old.Events...)
	s.bound()
	if err := t.Delete(bucketStories, []byte(from)); err != nil {
		return err
	}
	return t.put(bucketStories, []byte(to), s)
}

// Account is the answer to "what became of it".
type Account struct {
	ID       string    `json:"id"`
	Folded   string    `json:"folded,omitempty"` // the id that was asked for, which was folded into this one
	Listings []Listing `json:"listings,omitempty"`
	Events   []Event   `json:"events,omitempty"`
	Pending  *Draft    `json:"pending,omitempty"` // if its page is still wanted
	Record   *Record   `json:"record,omitempty"`  // if it is stored

	Tombstone *Tombstone `json:"tombstone,omitempty"` // if it was removed
}

// Explain gives the account of an article, by its id or address. [ErrNotFound] if no feed ever listed it.
func (s *Store) Explain(ctx context.Context, idOrURL string) (a Account, err error) {
	err = s.view(ctx, func(t tx) error {
		a = Account{}
		if a.ID, err = t.find(idOrURL); err != nil {
			return err
		}
		if _, err := CanonicalURL(idOrURL); err != nil && a.ID != idOrURL {
			a.Folded = idOrURL
		}
		story, ok, err := t.story(a.ID)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%q: %w", clip(idOrURL, 200), ErrNotFound)
		}
		a.Events = story.Events
		if a.Listings, err = t.listings(story.Listings); err != nil {
			return err
		}
		if d, ok, err := load[Draft](t, bucketPending, []byte(a.ID)); err != nil {
			return err
		} else if ok {
			a.Pending = &d
		}
		if r, ok, err := t.record(a.ID); err != nil {
			return err
		} else if ok {
			a.Record = &r
		}
		if tomb, ok, err := t.tombstone(a.ID); err != nil {
			return err
		} else if ok {
			a.Tombstone = &tomb
		}
		return nil
	})
	return a, err
}

// Listings gives rows of the ledger by their keys, in their order. One that does not exist is zero.
func (s *Store) Listings(ctx context.Context, keys [][]byte) (rows []Listing, err error) {
	err = s.view(ctx, func(t tx) error {
		rows, err = t.listings(keys)
		return err
	})
	return rows, err
}

func (t tx) listings(keys [][]byte) ([]Listing, error) {
	rows, seen := make([]Listing, len(keys)), told{}
	for i, key := range keys {
		var err error
		if rows[i], _, err = t.listingOf(seen, key); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Record gives a stored record by its id or address; [ErrNotFound] if there is none.
func (s *Store) Record(ctx context.Context, idOrURL string) (r Record, err error) {
	err = s.view(ctx, func(t tx) error {
		id, err := t.find(idOrURL)
		if err != nil {
			return err
		}
		var ok bool
		r, ok, err = t.record(id)
		if err == nil && !ok {
			err = fmt.Errorf("record %q: %w", clip(idOrURL, 200), ErrNotFound)
		}
		return err
	})
	return r, err
}

// find resolves what a user may name an article by.
func (t tx) find(idOrURL string) (string, error) {
	id := idOrURL
	if canonical, err := CanonicalURL(idOrURL); err == nil {
		owner, err := t.Get(bucketURLs, hash16(URLKey(canonical)))
		if err != nil {
			return "", err
		}
		if owner == nil {
			return "", fmt.Errorf("%q: %w", clip(idOrURL, 200), ErrNotFound)
		}
		id = string(owner)
	}
	if id == "" || len(id) > 64 {
		return "", fmt.Errorf("%q: %w", clip(idOrURL, 200), ErrNotFound)
	}
	return t.resolve(id)
}
