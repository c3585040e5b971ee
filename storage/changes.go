package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Changed is the last change of a record, with what whoever keeps a copy needs to apply it: the record as it is now, or that it is
// gone. Applying one twice does no harm.
type Changed struct {
	Seq  uint64 // of the change: a reader goes on after it
	Kind ChangeKind
	Line Line // of one that is gone: its id alone

	Into   string // the id of the record that carries it since it was folded
	Reason string // of one that was removed
}

// ChangeKind is the last that is known to have happened to a record. It is a remark: whatever it is, a record replaces the one of its
// id, and all but the kinds that [ChangeKind.Gone] names come with the record.
type ChangeKind string

const (
	ChangeStored      ChangeKind = "stored" // nothing else is known of it
	ChangeRevised     ChangeKind = "revised"
	ChangeRelicensed  ChangeKind = "relicensed"
	ChangeEdited      ChangeKind = "edited" // its title, or the rights that its page reserves
	ChangeCorrected   ChangeKind = "corrected"
	ChangeRetracted   ChangeKind = "retracted"
	ChangeGone        ChangeKind = "gone"        // its page is; the record stays
	ChangeMarked      ChangeKind = "marked"      // as one that repeats another
	ChangeReprocessed ChangeKind = "reprocessed" // by a better extraction

	ChangeForgotten ChangeKind = "forgotten"
	ChangeExpired   ChangeKind = "expired"
	ChangeFolded    ChangeKind = "folded"   // into another record, which carries it
	ChangeRemoved   ChangeKind = "removed"  // and it is not known why
	ChangeExcluded  ChangeKind = "excluded" // it is stored, and no longer what the reader asked for
	changeUnasked   ChangeKind = ""         // it is not what the reader asked for, and never was
)

// Gone says whether a reader has to remove the record.
func (k ChangeKind) Gone() bool {
	return slices.Contains([]ChangeKind{ChangeForgotten, ChangeExpired, ChangeFolded, ChangeRemoved, ChangeExcluded}, k)
}

// Asked says whether a reader asked for the record. Of one that is not asked for only the number counts.
func (c *Changed) Asked() bool { return c.Kind != changeUnasked }

// JSON is the change as one line: that of the record with a last key, change. cursor is where a reader goes on after it.
func (c *Changed) JSON(cursor string) ([]byte, error) {
	line := c.Line.JSON
	if c.Kind.Gone() {
		var err error
		if line, err = json.Marshal(map[string]string{"id": c.Line.ID}); err != nil {
			return nil, err
		}
	}
	change, err := json.Marshal(struct {
		Seq    uint64     `json:"seq"`
		Kind   ChangeKind `json:"kind"`
		Into   string     `json:"into,omitempty"`
		Reason string     `json:"reason,omitempty"`
		Cursor string     `json:"cursor,omitempty"`
	}{c.Seq, c.Kind, c.Into, c.Reason, cursor})
	if err != nil {
		return nil, err
	}
	out := append(slices.Clip(bytes.TrimSuffix(line, []byte("}"))), `,"change":`...)
	return append(append(out, change...), '}'), nil
}

// Changes yields what was changed after a number of [Store.Sequence], in the order of the changes and each record once, under its last
// one. A record that is changed again meanwhile comes as it is by then, and once more under its new number. It ends where the
// store stood when the last slice was read. Those that the filter leaves out are yielded too, see [Changed.Asked].
func (s *Store) Changes(ctx context.Context, after uint64, f Filter) iter.Seq2[Changed, error] {
	return func(yield func(Changed, error) bool) {
		for {
			changes, err := s.driver.Changes(ctx, bucketRecords, after, slice)
			if err != nil {
				yield(Changed{}, err)
				return
			}
			for rest := changes; len(rest) > 0; {
				rows, err := s.changedRows(ctx, rest)
				if err != nil {
					yield(Changed{}, err)
					return
				}
				for i := range rows {
					c, err := f.changed(&rows[i])
					if err == nil && c.Asked() && !c.Kind.Gone() {
						err = s.fillSeen(ctx, &c.Line)
					}
					if !yield(c, err) || err != nil {
						return
					}
				}
				after, rest = rest[len(rows)-1].Seq, rest[len(rows):]
			}
			if len(changes) < slice {
				return
			}
		}
	}
}

// changedRow is a change with the record's row, or, of one that is gone, with why.
type changedRow struct {
	Changed
	value []byte
}

// changedRows reads what became of the first of some changes, in one view: as many as are read in a moment.
func (s *Store) changedRows(ctx context.Context, changes []Change) (rows []changedRow, err error) {
	err = s.view(ctx, func(t tx) error {
		rows = rows[:0]
		for b := newBound(); len(rows) < len(changes) && !b.reached(); {
			c := changes[len(rows)]
			row := changedRow{Changed: Changed{Seq: c.Seq, Line: Line{ID: string(c.Key)}}}
			value, err := t.Get(bucketRecords, c.Key)
			if err == nil && value == nil {
				err = t.epitaph(&row.Changed)
			}
			if err != nil {
				return err
			}
			row.value = bytes.Clone(value)
			b.add(value)
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}

// epitaph says why a record is gone.
func (t tx) epitaph(c *Changed) error {
	c.Kind = ChangeRemoved
	id, err := t.resolve(c.Line.ID)
	if err != nil {
		return err
	}
	tomb, ok, err := t.tombstone(id)
	switch {
	case err != nil:
		return err
	case ok:
		c.Kind, c.Reason = ChangeKind(tomb.Kind), tomb.Reason
	case id != c.Line.ID:
		c.Kind, c.Into = ChangeFolded, id
	}
	return nil
}

// changed unpacks a record's row, and says what happened to it.
func (f *Filter) changed(row *changedRow) (Changed, error) {
	c := row.Changed
	if row.value == nil {
		return c, nil
	}
	line, end, err := unframe(row.value)
	if err != nil {
		return c, fmt.Errorf("record %q: %w", c.Line.ID, err)
	}
	c.Line.JSON, c.Line.changed = line, hasChanged(line, end)
	if c.Kind, err = changeKind(c.Line, end); err != nil || f.isZero() {
		return c, err
	}
	p, err := c.Line.profile()
	if err != nil || f.chooses(p) {
		return c, err
	}
	never := len(f.Agencies) > 0 && !slices.Contains(f.Agencies, p.Agency.ID) // an agency's record stays that agency's
	if never || !c.Line.changed {
		c.Kind = changeUnasked
	} else {
		c.Kind = ChangeExcluded
	}
	return c, nil
}

// hasChanged says whether a record may ever have been another, however much was told of it since: a reader who asks for some licences
// has to hear of each that was open once. A story as long as it may be has forgotten some of its middle. Within a string no quote
// stands without a backslash, so nothing is decoded.
func hasChanged(line, end []byte) bool {
	return !isFirst(line) || bytes.Contains(end, []byte("\nchanged\"")) || bytes.Contains(end, []byte("\nreprocessed\"")) ||
		bytes.Count(end, []byte{'\n'}) >= maxEvents
}

// isFirst says whether a record's text is the first that was seen.
func isFirst(line []byte) bool {
	return bytes.Contains(line, []byte(`,"revision":1,`)) || bytes.HasSuffix(line, []byte(`,"revision":1}`))
}

// changeKind reads a record's line and what its row tells of how it came to be. Few records have ever changed, so it decodes
// only those that say so.
func changeKind(l Line, end []byte) (ChangeKind, error) {
	kind := ChangeStored
	switch {
	case !isFirst(l.JSON):
		kind = ChangeRevised
	case bytes.Contains(l.JSON, []byte(`,"duplicate_of":"`)):
		kind = ChangeMarked
	}
	if !bytes.Contains(end, []byte("\nchanged\"")) && !bytes.Contains(end, []byte("\nreprocessed\"")) {
		return kind, nil
	}
	rest, err := parseTail(end)
	if err != nil {
		return kind, fmt.Errorf("record %q: its story: %w", l.ID, err)
	}
	return lastKind(rest.Events, kind), nil
}

// lastKind is what the last of the events says. Those of one look at the page stand together, the notice first and then the
// title, the licence and the rights: what says most against the older line is told.
func lastKind(events []Event, kind ChangeKind) ChangeKind {
	told := kind
	for i, e := range slices.Backward(events) {
		subject, detail, _ := strings.Cut(e.Detail, ": ")
		switch {
		case e.What == "reprocessed":
			return ChangeReprocessed
		case e.What == "fetched" && i > 0 && events[i-1].What == "reprocessed": // what it was fetched as, told anew
		case e.What == "fetched" || e.What == "looked again":
			return told
		case e.What != "changed":
		case subject == "notice" && !strings.HasPrefix(detail, "none"):
			notice, _, _ := strings.Cut(detail, " ")
			return ChangeKind(notice)
		case subject == "license":
			told = ChangeRelicensed
		case told == kind:
			told = ChangeEdited
		}
	}
	return told
}
