package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// schema is the number of what the package comment draws. Whoever changes that raises it and adds a step that
// brings an older database up: see upgrade.go. 2 added lessons, sites and health, 3 hosts, robots and manners, which
// begin empty, so the number was all. 4 packs the records, and counts the ledger by day.
const schema = 4

var schemaKey = []byte("schema")

func (s *Store) checkSchema(ctx context.Context) error {
	found, err := s.foundSchema(ctx)
	switch {
	case err != nil:
		return err
	case found > schema:
		return fmt.Errorf("%w: it has schema %d, this one reads up to %d", ErrNewer, found, schema)
	case found == schema:
		return s.ensureName(ctx)
	}
	if found > 0 {
		err = s.upgrade(ctx, found)
	}
	if err == nil {
		err = s.writeSchema(ctx)
	}
	if errors.Is(err, ErrReadOnly) { // an empty database is as good as one with a number, and an older one can be read
		return nil
	}
	return err
}

func (s *Store) writeSchema(ctx context.Context) error {
	return s.update(ctx, func(t tx) error {
		if err := t.Delete(bucketMeta, stepsKey); err != nil {
			return err
		}
		if err := t.giveName(); err != nil {
			return err
		}
		return t.Put(bucketMeta, schemaKey, strconv.AppendInt(nil, schema, 10))
	})
}

// foundSchema is 0 for an empty database.
func (s *Store) foundSchema(ctx context.Context) (n int, err error) {
	err = s.view(ctx, func(t tx) error {
		b, err := t.Get(bucketMeta, schemaKey)
		if err != nil || b == nil {
			return err
		}
		n, err = strconv.Atoi(string(b))
		if err != nil || n < 1 {
			return fmt.Errorf("%w: its schema is %q", ErrForeign, clip(string(b), 20))
		}
		return nil
	})
	return n, err
}

// Foreign says whether a database with these buckets is another program's. A driver that can list them asks.
func Foreign(buckets []string) bool {
	return len(buckets) > 0 && !slices.Contains(buckets, bucketMeta)
}
