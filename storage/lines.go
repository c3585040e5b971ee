package storage

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// Line is a stored record as it is exported, one line of JSON that is not decoded. Whoever writes JSONL writes it as it is.
type Line struct {
	ID   string
	JSON []byte // without the newline; it stays as it is
}

// Record decodes the line.
func (l Line) Record() (Record, error) { return decode[Record](fmt.Sprintf("record %q", l.ID), l.JSON) }

// Bounds of what one view of an export reads: records are copied as they are stored, and unpacked after it.
const maxSliceBytes = 4 << 20

// Lines yields the chosen records as [Store.Records] does, not decoded: a filter that needs to look into them decodes what it
// looks at.
func (s *Store) Lines(ctx context.Context, f Filter) iter.Seq2[Line, error] {
	from, to := f.keys()
	return func(yield func(Line, error) bool) {
		for {
			rows, next, err := s.recordRows(ctx, from, to)
			if err != nil {
				yield(Line{}, err)
				return
			}
			for _, row := range rows {
				l, ok, err := f.line(row)
				if ok && err == nil {
					err = s.fillSeen(ctx, &l)
				}
				if (ok || err != nil) && !yield(l, err) || err != nil {
					return
				}
			}
			if next == nil {
				return
			}
			from = next
		}
	}
}

// keys are the bounds of the filter's dates in the order of export.
func (f *Filter) keys() (from, to []byte) {
	if !f.Since.IsZero() {
		from = timeKey(ceil(f.Since))
	}
	if !f.Until.IsZero() {
		to = timeKey(ceil(f.Until))
		if from == nil {
			from = timeKey(time.Unix(-1<<62, 0)) // undated records are outside any range
		}
	}
	return from, to
}

// recordRows copies one slice of the order, ids with the records' rows; next is where to go on, nil at the end.
func (s *Store) recordRows(ctx context.Context, from, to []byte) (rows []Row, next []byte, err error) {
	err = s.view(ctx, func(t tx) error {
		rows, next = rows[:0], nil
		bytes := 0
		for row, err := range t.Scan(bucketOrder, from, to) {
			if err != nil {
				return err
			}
			if len(rows) == slice || bytes > maxSliceBytes {
				next = append([]byte(nil), row.Key...)
				return nil
			}
			value, err := t.Get(bucketRecords, row.Key[8:])
			if err != nil {
				return err
			}
			if value == nil {
				return fmt.Errorf("record %q: in the order of export and not stored", row.Key[8:])
			}
			bytes += len(value)
			rows = append(rows, Row{Key: row.Key[8:], Value: value}.clone())
		}
		return nil
	})
	return rows, next, err
}

// line makes a line of a record's row; ok is false if the filter leaves it out.
func (f *Filter) line(row Row) (l Line, ok bool, err error) {
	l.ID = string(row.Key)
	if l.JSON, _, err = unframe(row.Value); err != nil {
		return l, false, fmt.Errorf("record %q: %w", l.ID, err)
	}
	if len(f.Agencies) == 0 && f.Language == "" && f.License == "" {
		return l, true, nil
	}
	seen, err := decode[struct {
		Agency   Agency   `json:"agency"`
		Language string   `json:"language"`
		License  *License `json:"license"`
	}](fmt.Sprintf("record %q", l.ID), l.JSON)
	if err != nil {
		return l, false, err
	}
	return l, f.match(&Record{Agency: seen.Agency, Language: seen.Language, License: seen.License}), nil
}
