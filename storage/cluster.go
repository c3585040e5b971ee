package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// A cluster is a record that leads and those that repeat it. Who leads does not depend on who was read first: in the order of
// publication, a record leads unless one before it that leads is tied to it; else it repeats the first of these. A record that
// repeats another leads nobody, so no chain grows from one story into the next. (It is the greedy maximal independent set of the
// graph of ties, in that order.) When a tie comes or goes, those whose verdict it may change are decided again, in order.

// relate finds what a record repeats and what repeats it, before it is stored, and decides about all of them.
func (t tx) relate(r *Record) error {
	id, ok := nearID(r.ID)
	if !ok {
		return nil
	}
	var found []tie
	if s := t.sketch(r); s != nil {
		if err := t.Put(bucketSketches, sketchKey(r), s[:]); err != nil {
			return err
		}
		var err error
		if found, err = t.alike(r, s); err != nil {
			return err
		}
		err = t.once(func(t tx) error { t.near.add(id, *s); return nil })
		if err != nil {
			return err
		}
	}
	return t.retie(r, r.ID, found)
}

// unrelate takes a record that is removed out of its cluster.
func (t tx) unrelate(id string) error {
	if _, ok := nearID(id); !ok {
		return nil
	}
	return t.retie(nil, id, nil)
}

// retie replaces a record's ties and decides about it and all at either end of them. r is nil if it is removed.
func (t tx) retie(r *Record, id string, found []tie) error {
	old, had, err := t.ties(id)
	if err != nil {
		return err
	}
	if r != nil {
		r.DuplicateOf, r.Similarity = "", nil
	}
	if !had && len(found) == 0 {
		return nil
	}
	c := council{tx: t, record: r, rows: map[string]*ties{}}
	for _, n := range old.all {
		if err := c.untie(n, seat{old.at, id}); err != nil {
			return err
		}
	}
	own := &ties{leader: old.leader}
	if r != nil {
		own.at = r.nearTime().Unix()
		for _, n := range found {
			if err := c.tie(own, id, n); err != nil {
				return err
			}
		}
		c.agenda = append(c.agenda, seat{own.at, id})
	}
	c.rows[id] = own
	return c.decide()
}

// council decides about records in the order in which they were published.
type council struct {
	tx
	record *Record // the one that is being stored, and is not written here
	rows   map[string]*ties
	agenda []seat // not sorted, each perhaps more than once
}

// seat is a record's place in the order.
type seat struct {
	at int64
	id string
}

func (s seat) compare(o seat) int {
	return compareTies(tie{at: s.at, id: s.id}, tie{at: o.at, id: o.id})
}

func (c *council) row(id string) (*ties, error) {
	if e, ok := c.rows[id]; ok {
		return e, nil
	}
	e, _, err := c.ties(id)
	c.rows[id] = &e
	return &e, err
}

// untie removes a tie from the other's row.
func (c *council) untie(n tie, own seat) error {
	e, err := c.row(n.id)
	if err != nil {
		return err
	}
	e.without(own.id)
	c.reconsider(seat{e.at, n.id}, own)
	return nil
}

// reconsider puts a record on the agenda if the change to another one may concern it: who stands before that one does not ask it.
func (c *council) reconsider(s, changed seat) {
	if s.compare(changed) > 0 {
		c.agenda = append(c.agenda, s)
	}
}

// tie adds one to both rows, if both have room.
func (c *council) tie(own *ties, id string, n tie) error {
	other, err := c.row(n.id)
	if err != nil {
		return err
	}
	other.at = n.at
	back := n
	back.id, back.at = id, own.at
	if len(own.all) < maxTies && other.with(back) {
		own.with(n)
	}
	c.reconsider(seat{n.at, n.id}, seat{own.at, id})
	return nil
}

// decide goes through the agenda, earliest first. What a decision changes for those after it is added.
func (c *council) decide() error {
	for len(c.agenda) > 0 {
		slices.SortFunc(c.agenda, seat.compare)
		c.agenda = slices.Compact(c.agenda)
		next := c.agenda[0]
		c.agenda = c.agenda[1:]
		if err := c.judge(next); err != nil {
			return err
		}
	}
	for id, e := range c.rows {
		if err := c.saveTies(id, *e); err != nil {
			return err
		}
	}
	return nil
}

// judge decides about one record.
func (c *council) judge(s seat) error {
	e, err := c.row(s.id)
	if err != nil {
		return err
	}
	var to *tie
	for i := range e.all {
		n := &e.all[i]
		if (seat{n.at, n.id}).compare(s) >= 0 {
			break
		}
		other, err := c.row(n.id)
		if err != nil {
			return err
		}
		if other.leader == "" {
			to = n
			break
		}
	}
	led := e.leader == ""
	e.leader = ""
	if to != nil {
		e.leader = to.id
	}
	if led != (to == nil) {
		for _, n := range e.all {
			c.reconsider(seat{n.at, n.id}, s)
		}
	}
	return c.mark(s.id, to)
}

// mark writes a verdict into the record.
func (c *council) mark(id string, to *tie) error {
	r, ok := c.record, true
	if r == nil || r.ID != id {
		stored, found, err := c.tx.record(id)
		if err != nil {
			return err
		}
		r, ok = &stored, found
	}
	if !ok {
		return nil // it is being removed
	}
	was := *r
	r.DuplicateOf, r.Similarity = "", nil
	if to != nil {
		r.DuplicateOf, r.Similarity = to.id, to.similarity()
	}
	if r == c.record || r.DuplicateOf == was.DuplicateOf && sameSimilarity(r.Similarity, was.Similarity) {
		return nil
	}
	if err := c.restate(&was, r); err != nil {
		return err
	}
	return c.saveRecord(r)
}

func sameSimilarity(a, b *Similarity) bool { return a == b || a != nil && b != nil && *a == *b }

// why is what the ledger says beside the state of a record's entry.
func (r *Record) why() string {
	if r.state() == NearDuplicate {
		return "repeats " + r.DuplicateOf
	}
	return r.Partial
}

// Cluster is a record and those that nearly repeat it.
type Cluster struct {
	Leader  Record
	Members []Record // without the leader, in the order of publication
}

// Cluster gives the cluster that a record belongs to, by its id or address; one that is alone leads nobody. [ErrNotFound] if
// there is no such record.
func (s *Store) Cluster(ctx context.Context, idOrURL string) (c Cluster, err error) {
	err = s.view(ctx, func(t tx) error {
		c = Cluster{}
		id, err := t.find(idOrURL)
		if err != nil {
			return err
		}
		r, ok, err := t.record(id)
		if err == nil && ok && r.DuplicateOf != "" {
			r, ok, err = t.record(r.DuplicateOf)
		}
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("record %q: %w", clip(idOrURL, 200), ErrNotFound)
		}
		c.Leader = r
		c.Members, err = t.members(r.ID)
		return err
	})
	return c, err
}

func (t tx) members(leader string) (members []Record, err error) {
	e, _, err := t.ties(leader)
	if err != nil {
		return nil, err
	}
	for _, n := range e.all {
		r, ok, err := t.record(n.id)
		if err != nil {
			return nil, err
		}
		if ok && r.DuplicateOf == leader {
			members = append(members, r)
		}
	}
	return members, nil
}

// checkSketch checks that a sketch is that of a record.
func checkSketch(c *checker, row Row) error {
	id, _, ok := parseSketch(row)
	if !ok {
		c.wrong(row.Key, "is no sketch")
		return nil
	}
	r, ok, err := c.record(longID(id[:]))
	switch {
	case err != nil: // found wrong in its own bucket
	case !ok:
		c.wrong(row.Key, "%s is not in records", longID(id[:]))
	case !slices.Equal(sketchKey(&r), row.Key):
		c.wrong(row.Key, "the record is of another day")
	}
	return nil
}

// checkTies checks that both ends know of a tie, that a leader leads, and that the record says the same.
func checkTies(c *checker, row Row) error {
	id := longID(row.Key)
	e, err := parseTies(row.Value)
	if err != nil {
		c.wrong(row.Key, "%v", err)
		return nil
	}
	for _, n := range e.all {
		other, _, err := c.ties(n.id)
		if err != nil || !slices.ContainsFunc(other.all, func(back tie) bool { return back.id == id }) {
			c.wrong(row.Key, "%s does not know of its tie", n.id)
		}
		if n.id == e.leader && other.leader != "" {
			c.wrong(row.Key, "%s, which it repeats, repeats another", n.id)
		}
	}
	r, ok, err := c.record(id)
	if err == nil && (!ok || r.DuplicateOf != e.leader) {
		c.wrong(row.Key, "the record says that it repeats %q, not %q", strings.TrimSpace(r.DuplicateOf), e.leader)
	}
	return nil
}
