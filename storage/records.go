package storage

import (
	"bytes"
	"fmt"
)

// A record's row is one frame of the line that is exported, and its tail. What the tail tells repeats
// the line nearly word for word, so that in one frame it takes little.

// framed is the payload of a record's row.
func framed(r *Record, rest *tail) ([]byte, error) {
	line, err := r.Line()
	if err != nil {
		return nil, err
	}
	payload, err := rest.append(line)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", r.ID, err)
	}
	return payload, nil
}

// unframe gives a record's line and its tail, which a row of an older schema doesn't have.
func unframe(row []byte) (line, end []byte, err error) {
	payload, err := unpack(row)
	if err != nil {
		return nil, nil, err
	}
	line, end, _ = bytes.Cut(payload, []byte{'\n'})
	return line, end, nil
}

// recordLine gives the line of a stored record, byte for byte as it is exported; nil if there is none.
func (t tx) recordLine(id string) ([]byte, error) {
	row, err := t.Get(bucketRecords, []byte(id))
	if err != nil || row == nil {
		return nil, err
	}
	line, _, err := unframe(row)
	if err != nil {
		return nil, fmt.Errorf("record %q: %w", id, err)
	}
	return line, nil
}

// record gives a stored record; ok is false if there is none.
func (t tx) record(id string) (r Record, ok bool, err error) {
	line, err := t.recordLine(id)
	if err != nil || line == nil {
		return r, false, err
	}
	r, err = decode[Record](fmt.Sprintf("record %q", id), line)
	return r, err == nil, err
}

// tail gives what a record's row tells of how it came to be.
func (t tx) tail(id string) (rest tail, err error) {
	row, err := t.Get(bucketRecords, []byte(id))
	if err != nil || row == nil {
		return tail{}, err
	}
	_, end, err := unframe(row)
	if err != nil || len(end) == 0 {
		return tail{}, err
	}
	if rest, err = parseTail(end); err != nil {
		return tail{}, fmt.Errorf("record %q: its story: %w", id, err)
	}
	return rest, nil
}

// saveRecord writes a record with its whole story, of which nothing is left in stories then, and turns the way back to its
// last revision: see revision.go. It tells the facts of the ledger's rows that count for it.
func (t tx) saveRecord(r *Record) error {
	story, _, err := t.story(r.ID)
	if err != nil {
		return err
	}
	rest := tail{Events: story.Events}
	var held []Listing
	seen := told{}
	for _, key := range story.Listings {
		l, ok, err := t.listingOf(seen, key)
		if err != nil {
			return err
		}
		if ok && l.ID == r.ID && bytes.Equal(l.key(), key) {
			rest.Listings = append(rest.Listings, l.facts())
			held = append(held, l)
		} else {
			rest.Others = append(rest.Others, key)
		}
	}
	payload, err := framed(r, &rest)
	if err != nil {
		return err
	}
	line, _, _ := bytes.Cut(payload, []byte{'\n'})
	if err := t.rebase(r.ID, r.Revision, line); err != nil {
		return err
	}
	row, err := t.pack(dictRecord, payload)
	if err != nil {
		return fmt.Errorf("record %s: %w", r.ID, err)
	}
	if err := t.Put(bucketRecords, []byte(r.ID), row); err != nil {
		return err
	}
	return t.holdStory(r.ID, held)
}

// holdStory removes what a record's row says from where it stood before.
func (t tx) holdStory(id string, held []Listing) error {
	for _, l := range held {
		if err := t.putTold(l.key(), l); err != nil {
			return err
		}
	}
	return t.Delete(bucketStories, []byte(id))
}

// dropRecord removes a record with all its revisions, and the looks that its page was to have. Its story and the facts of its
// entries stand for themselves again.
func (t tx) dropRecord(id string) error {
	if err := t.unrelate(id); err != nil {
		return err
	}
	story, ok, err := t.story(id)
	if err != nil {
		return err
	}
	listings, err := t.listings(story.Listings)
	if err != nil {
		return err
	}
	if err := t.dropRevisit(id); err != nil {
		return err
	}
	if err := t.dropRevisions(id); err != nil {
		return err
	}
	if err := t.Delete(bucketRecords, []byte(id)); err != nil || !ok {
		return err
	}
	for i, l := range listings {
		if l.ID == id { // not one that was never there
			if err := t.putListing(story.Listings[i], l); err != nil {
				return err
			}
		}
	}
	return t.put(bucketStories, []byte(id), story)
}
