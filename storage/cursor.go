package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Cursor is how far a reader of the changes is: what it has of which database. Its text is the database's name, a hyphen and the
// number of the last change.
type Cursor struct {
	Name string // of the database; empty: of none yet
	Seq  uint64
}

// CursorStart is the text of a cursor before the first change of whichever database.
const CursorStart = "start"

// ErrCursor is a cursor that a database's changes can't be read after.
var ErrCursor = errors.New("not a cursor of this database")

func (c Cursor) String() string {
	if c.Name == "" {
		return CursorStart
	}
	return fmt.Sprintf("%s-%d", c.Name, c.Seq)
}

// ParseCursor reads a cursor's text.
func ParseCursor(s string) (Cursor, error) {
	if s == CursorStart {
		return Cursor{}, nil
	}
	name, seq, ok := strings.Cut(s, "-")
	n, err := strconv.ParseUint(seq, 10, 64)
	if !ok || err != nil || len(name) != nameLen || strings.ContainsFunc(name, func(r rune) bool { return !('a' <= r && r <= 'z' || '2' <= r && r <= '7') }) {
		return Cursor{}, fmt.Errorf("cursor %q: expected %s, or one that an export printed, such as k3x7q2dm-1500", clip(s, 100), CursorStart)
	}
	return Cursor{Name: name, Seq: n}, nil
}

// Cursor checks that the changes after a cursor can be read, and names the database in one that is before all of them. It fails
// with [ErrCursor] for one of another database, and for one that is ahead of this: the file was replaced by an older copy then, and
// what its reader has of the time between the two, nobody knows.
func (s *Store) Cursor(ctx context.Context, c Cursor) (Cursor, error) {
	name, err := s.Name(ctx)
	if err != nil {
		return c, err
	}
	if c.Name == "" {
		return Cursor{Name: name}, nil
	}
	if c.Name != name {
		return c, fmt.Errorf("cursor %s: %w, which is named %s", c, ErrCursor, name)
	}
	if c.Seq == 0 {
		return c, nil
	}
	some, err := s.driver.Changes(ctx, bucketRecords, c.Seq-1, 1)
	if err == nil && len(some) == 0 {
		err = fmt.Errorf("cursor %s: %w as it is now: it has no change of that number, so it is an older copy", c, ErrCursor)
	}
	return c, err
}

// A database's name tells it from others. It is drawn by lot when the database is made, and again for a copy, see [Store.Rename].
var nameKey = []byte("name")

const nameLen = 8

// ErrNameless is a database that an older version wrote and none has written to since.
var ErrNameless = errors.New("the database has no name yet")

// Name is the database's name. It fails for one that is only read and was never written to by this version.
func (s *Store) Name(ctx context.Context) (name string, err error) {
	err = s.view(ctx, func(t tx) error {
		b, err := t.Get(bucketMeta, nameKey)
		if err == nil && len(b) == 0 {
			err = ErrNameless
		}
		name = string(b)
		return err
	})
	return name, err
}

// ensureName names a database that has none. One that is opened to be read stays as it is.
func (s *Store) ensureName(ctx context.Context) error {
	if _, err := s.Name(ctx); !errors.Is(err, ErrNameless) {
		return err
	}
	if err := s.update(ctx, tx.giveName); !errors.Is(err, ErrReadOnly) {
		return err
	}
	return nil
}

func (t tx) giveName() error {
	if b, err := t.Get(bucketMeta, nameKey); err != nil || b != nil {
		return err
	}
	return t.Put(bucketMeta, nameKey, []byte(strings.ToLower(rand.Text()[:nameLen])))
}

// Rename draws another name for a copy of a database. Once it takes the other's place its changes count on from an earlier number, and
// mean others: a cursor of the time between is refused however far the copy has come since.
func (s *Store) Rename(ctx context.Context) error {
	return s.update(ctx, func(t tx) error {
		if err := t.Delete(bucketMeta, nameKey); err != nil {
			return err
		}
		return t.giveName()
	})
}
