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

	changed bool // it may have been another once, see hasChanged
}

// Record decodes the line.
func (l Line) Record() (Record, error) { return decode[Record](fmt.Sprintf("record %q", l.ID), l.JSON) }

// Bounds of what one view of an export reads: records are copied as they are stored, and unpacked after it. A view that
// stays open keeps pages from being used again, and through a socket each row takes a while.
const (
	maxSliceBytes = 4 << 20
	maxSliceTime  = 100 * time.Millisecond
)

// bound says when a view has read enough. It lets one row through, however large, so that every view gets on.
type bound struct {
	began       time.Time
	rows, bytes int
}

func newBound() *bound { return &bound{began: time.Now()} }

func (b *bound) add(value []byte) { b.rows, b.bytes = b.rows+1, b.bytes+len(value) }

func (b *bound) reached() bool {
	return b.rows >= slice || b.bytes > maxSliceBytes || b.rows > 0 && time.Since(b.began) > maxSliceTime
}

// Lines yields the chosen records as [Store.Records] does, not decoded: a filter that needs to look into them decodes what it
// looks at.
func (s *Store) Lines(ctx context.Context, f Filter) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		moves, err := s.watchMoves(ctx)
		if err != nil {
			yield(Line{}, err)
			return
		}
		for l, err := range s.linesInOrder(ctx, f) {
			if err == nil && !moves.first(&l) {
				continue
			}
			if !yield(l, err) || err != nil {
				return
			}
		}
		moves.missed(ctx, s, f)(yield)
	}
}

// linesInOrder yields the lines of the order of export as it is when each slice is read.
func (s *Store) linesInOrder(ctx context.Context, f Filter) iter.Seq2[Line, error] {
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
		b := newBound()
		for row, err := range t.Scan(bucketOrder, from, to) {
			if err != nil {
				return err
			}
			if b.reached() {
				next = append([]byte(nil), row.Key...)
				return nil
			}
			value, err := t.Get(bucketRecords, row.Key[8:])
			if err != nil {
				return err
			}
			if value == nil {
				return fmt.Errorf("record %q: %w: in the order of export and not stored", row.Key[8:], errDecode)
			}
			b.add(value)
			rows = append(rows, Row{Key: row.Key[8:], Value: value}.clone())
		}
		return nil
	})
	return rows, next, err
}

// line makes a line of a record's row; ok is false if the filter leaves it out.
func (f *Filter) line(row Row) (l Line, ok bool, err error) {
	l.ID = string(row.Key)
	line, end, err := unframe(row.Value)
	if err != nil {
		return l, false, fmt.Errorf("record %q: %w", l.ID, err)
	}
	l.JSON, l.changed = line, hasChanged(line, end)
	if len(f.Agencies) == 0 && f.Language == "" && f.License == "" { // the dates were chosen by the order
		return l, true, nil
	}
	r, err := l.profile()
	if err != nil {
		return l, false, err
	}
	return l, f.match(r), nil
}

// profile is a record of which only what a filter looks at is decoded.
func (l Line) profile() (*Record, error) {
	seen, err := decode[struct {
		Agency    Agency    `json:"agency"`
		Published time.Time `json:"published"`
		Updated   time.Time `json:"updated"`
		Language  string    `json:"language"`
		License   *License  `json:"license"`
	}](fmt.Sprintf("record %q", l.ID), l.JSON)
	return &Record{ID: l.ID, Agency: seen.Agency, Published: seen.Published, Updated: seen.Updated, Language: seen.Language, License: seen.License}, err
}

func (f *Filter) isZero() bool {
	return len(f.Agencies) == 0 && f.Since.IsZero() && f.Until.IsZero() && f.Language == "" && f.License == ""
}
