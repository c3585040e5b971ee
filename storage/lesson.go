package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// Lesson is what one article's page teaches of its site and of how well its agency is read. It is committed with the
// record and waits for [Store.Learn], so that the pages of one pass are all read with the same memory, in whatever order
// they come.
type Lesson struct {
	Host   string `json:"host"`
	Agency string `json:"agency"`           // id
	Traces []byte `json:"traces,omitempty"` // as package extract writes them

	Rule       bool    `json:"rule,omitempty"` // the agency has one for the body
	BodyFrom   string  `json:"body_from,omitempty"`
	Confidence float64 `json:"confidence,omitempty"`
	Letters    int     `json:"letters,omitempty"` // of the text
}

// Site gives what is remembered of a host's pages, as package extract writes it; nil if nothing is.
func (s *Store) Site(ctx context.Context, host string) (memory []byte, err error) {
	err = s.view(ctx, func(t tx) error {
		b, err := t.Get(bucketSites, hash16(host))
		memory = slices.Clone(b)
		return err
	})
	return memory, err
}

// Learn hands out the lessons that wait, in the order in which their articles were published, each with what is known
// of its host and its agency, and commits what teach makes of these. teach may be called again for the same lesson, and
// must then say the same. The answer holds the agencies' accounts as they were and as they are.
func (s *Store) Learn(ctx context.Context, teach func(l Lesson, site []byte, h Health) ([]byte, Health)) ([]HealthChange, error) {
	all := map[string]HealthChange{}
	for {
		n, changes, err := s.learnBatch(ctx, teach)
		if err != nil {
			return nil, fmt.Errorf("lessons: %w", err)
		}
		for id, c := range changes {
			if earlier, ok := all[id]; ok {
				c.Was = earlier.Was
			}
			all[id] = c
		}
		if n < slice {
			return sortedChanges(all), nil
		}
	}
}

func sortedChanges(all map[string]HealthChange) []HealthChange {
	var out []HealthChange
	for _, id := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[id])
	}
	return out
}

func (s *Store) learnBatch(ctx context.Context, teach func(Lesson, []byte, Health) ([]byte, Health)) (n int, changes map[string]HealthChange, err error) {
	rows, err := s.batch(ctx, bucketLessons, nil, nil)
	if err != nil || len(rows) == 0 {
		return 0, nil, err
	}
	err = s.update(ctx, func(t tx) error {
		c := class{tx: t, sites: map[string][]byte{}, healths: map[string]HealthChange{}}
		changes = c.healths
		return c.learn(rows, teach)
	})
	return len(rows), changes, err
}

// class is the lessons of one transaction, and what they change.
type class struct {
	tx
	sites   map[string][]byte
	healths map[string]HealthChange
}

func (c *class) learn(rows []Row, teach func(Lesson, []byte, Health) ([]byte, Health)) error {
	for _, row := range rows {
		b, err := c.Get(bucketLessons, row.Key)
		if err != nil {
			return err
		}
		if b == nil { // somebody else learned it meanwhile
			continue
		}
		l, err := decode[Lesson](fmt.Sprintf("lesson %x", row.Key), b)
		if err != nil {
			return err
		}
		site, h, err := c.known(l)
		if err != nil {
			return err
		}
		c.sites[l.Host], h.Now = teach(l, site, h.Now)
		c.healths[l.Agency] = h
		if err := c.Delete(bucketLessons, row.Key); err != nil {
			return err
		}
	}
	return c.save()
}

func (c *class) save() error {
	for host, site := range c.sites {
		if len(site) == 0 {
			continue
		}
		if err := c.Put(bucketSites, hash16(host), site); err != nil {
			return err
		}
	}
	for id, h := range c.healths {
		if err := c.put(bucketHealth, hash16(id), h.Now); err != nil {
			return err
		}
	}
	return nil
}

// known gives what is stored of a lesson's host and agency, or what this transaction made of it already.
func (c *class) known(l Lesson) (site []byte, h HealthChange, err error) {
	site, ok := c.sites[l.Host]
	if !ok {
		if site, err = c.Get(bucketSites, hash16(l.Host)); err != nil {
			return nil, h, err
		}
		site = slices.Clone(site)
	}
	h, ok = c.healths[l.Agency]
	if !ok {
		h.Was, err = c.health(l.Agency)
		h.Now = h.Was
	}
	return site, h, err
}
