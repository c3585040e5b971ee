package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// Problem is something in a store that can't be as it is.
type Problem struct {
	Bucket string `json:"bucket,omitempty"` // empty: the structure of the file
	Key    string `json:"key,omitempty"`    // in hexadecimal, unless it can be read
	What   string `json:"what"`
}

func (p Problem) String() string {
	switch {
	case p.Bucket == "":
		return p.What
	case p.Key == "":
		return p.Bucket + ": " + p.What
	default:
		return p.Bucket + " " + p.Key + ": " + p.What
	}
}

// StructureChecker is a driver that can tell whether its file is sound below the level of keys and values.
type StructureChecker interface {
	// CheckStructure calls found with what is wrong, in words. The error is one of checking.
	CheckStructure(ctx context.Context, found func(string)) error
}

// Check holds all that is kept against each other: each row decodes and belongs under its key, each key leads to
// something that exists, and the totals of the ledger add up. It reads in slices, each a snapshot, so what is written
// meanwhile is no problem. It calls found with each problem and gives the number of rows it looked at, by bucket.
// The error is one of reading; damage that keeps a bucket from being read is a problem.
func (s *Store) Check(ctx context.Context, found func(Problem)) (rows map[string]int, err error) {
	rows = map[string]int{}
	if d, ok := s.driver.(StructureChecker); ok {
		if err := d.CheckStructure(ctx, func(what string) { found(Problem{What: what}) }); err != nil {
			return rows, err
		}
	}
	for _, b := range bucketChecks {
		n, err := s.checkBucket(ctx, b, found)
		rows[b.bucket] = n
		if errors.Is(err, ErrDamaged) {
			found(Problem{Bucket: b.bucket, What: err.Error()})
			continue
		}
		if err != nil {
			return rows, err
		}
	}
	schemaFound, err := s.foundSchema(ctx)
	if err != nil {
		return rows, err
	}
	err = s.checkTotals(ctx, schemaFound == schema, found) // an older one counts no days
	if errors.Is(err, ErrDamaged) {                        // said of its bucket already
		err = nil
	}
	return rows, err
}

// checkBucket looks at a bucket's rows, each slice in a view of its own.
func (s *Store) checkBucket(ctx context.Context, b bucketCheck, found func(Problem)) (n int, err error) {
	var from []byte
	for more := true; more; {
		var problems []Problem
		rows := 0
		err := s.view(ctx, func(t tx) error {
			problems, rows, more = nil, 0, false
			c := &checker{tx: t, bucket: b.bucket, found: &problems}
			next := from
			for row, err := range t.Scan(b.bucket, from, nil) {
				if err != nil {
					return err
				}
				if rows == slice {
					more = true
					break
				}
				if err := b.check(c, row); err != nil {
					return err
				}
				rows++
				next = after(row.Key)
			}
			from = next
			return nil
		})
		if err != nil {
			return n, err
		}
		for _, p := range problems {
			found(p)
		}
		n += rows
	}
	return n, nil
}

// checker holds rows against others of the same snapshot.
type checker struct {
	tx
	bucket string
	found  *[]Problem
}

func (c *checker) wrong(key []byte, format string, args ...any) {
	*c.found = append(*c.found, Problem{c.bucket, shownKey(key), fmt.Sprintf(format, args...)})
}

// has says whether one of the buckets has the key.
func (c *checker) has(key []byte, buckets ...string) (bool, error) {
	if len(key) == 0 { // no key at all, for a driver
		return false, nil
	}
	for _, bucket := range buckets {
		if v, err := c.Get(bucket, key); err != nil || v != nil {
			return v != nil, err
		}
	}
	return false, nil
}

// needs finds it wrong of a row that a key is in none of the buckets.
func (c *checker) needs(row Row, key []byte, what string, buckets ...string) error {
	ok, err := c.has(key, buckets...)
	if err == nil && !ok {
		c.wrong(row.Key, "%s %s, which does not exist", what, shownKey(key))
	}
	return err
}

// leads checks that an id, or what it was folded into, is of something that is known.
func (c *checker) leads(row Row, id string) error {
	stands, err := c.resolve(id)
	if err != nil && !errors.Is(err, errCircle) {
		return err
	}
	if err != nil {
		c.wrong(row.Key, "%v", err)
		return nil
	}
	return c.needs(row, []byte(stands), "leads to", bucketRecords, bucketPending, bucketStories, bucketTombstones)
}

// shownKey prints a key that is made of letters as it is, any other in hexadecimal.
func shownKey(key []byte) string {
	if bytes.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) || len(key) > 200 {
		return fmt.Sprintf("%x", key)
	}
	return string(key)
}

// checked decodes a row; one that can't be is a problem.
func checked[T any](c *checker, row Row) (v T, ok bool) {
	v, err := decode[T]("its value", row.Value)
	if err != nil {
		c.wrong(row.Key, "can't be read: %v", err)
	}
	return v, err == nil
}

// readable is the check of a bucket whose rows stand for themselves.
func readable[T any](c *checker, row Row) error {
	checked[T](c, row)
	return nil
}

// under is the check of a bucket whose rows have what their key is made of.
func under[T any](key func(T) []byte) func(*checker, Row) error {
	return func(c *checker, row Row) error {
		if v, ok := checked[T](c, row); ok && !bytes.Equal(key(v), row.Key) {
			c.wrong(row.Key, "holds what belongs under %s", shownKey(key(v)))
		}
		return nil
	}
}
