package storage

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A record's row is one frame of the line that is exported, a newline, and its tail. What the tail tells repeats
// the line nearly word for word, so that in one frame it takes little.

// tail is what is known of how a record came to be, as of its last change.
type tail struct {
	Events   []Event      `json:"events,omitempty"`
	Listings []entryFacts `json:"listings,omitempty"` // of the ledger's rows that count for this record
	Others   [][]byte     `json:"others,omitempty"`   // the keys of the story's other listings
}

// framed is the payload of a record's row.
func framed(r *Record, rest *tail) ([]byte, error) {
	line, err := r.Line()
	if err != nil {
		return nil, err
	}
	end, err := json.Marshal(rest)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", r.ID, err)
	}
	return append(append(line, '\n'), end...), nil
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
	return decode[tail](fmt.Sprintf("record %q: its story", id), end)
}

// saveRecord writes a record with its whole story, of which nothing is left in stories then, and turns the way back to its
// last revision: see revision.go. The ledger's rows that count for it become brief.
func (t tx) saveRecord(r *Record) error {
	story, _, err := t.story(r.ID)
	if err != nil {
		return err
	}
	rest := tail{Events: story.Events}
	var held []Listing
	for _, key := range story.Listings {
		l, ok, err := t.listing(key)
		if err != nil {
			return err
		}
		if ok && l.ID == r.ID && l.canBeBrief() {
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
		if err := t.Put(bucketListings, l.key(), l.brief()); err != nil {
			return err
		}
	}
	return t.Delete(bucketStories, []byte(id))
}

// dropRecord removes a record with all its revisions, and the looks that its page was to have. Its story and the ledger's rows stand for themselves again.
func (t tx) dropRecord(id string) error {
	if err := t.unrelate(id); err != nil {
		return err
	}
	story, ok, err := t.story(id)
	if err != nil {
		return err
	}
	for _, key := range story.Listings {
		l, listed, err := t.listing(key)
		if err != nil {
			return err
		}
		if listed && l.ID == id {
			if err := t.put(bucketListings, key, l); err != nil {
				return err
			}
		}
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
	return t.put(bucketStories, []byte(id), story)
}
