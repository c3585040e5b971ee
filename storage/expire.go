package storage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Ages say how long an agency's records are kept, counted from their publication; 0 is for ever.
type Ages struct {
	Default  time.Duration
	Agencies map[string]time.Duration // by id
}

func (a Ages) of(agency string) time.Duration {
	if age, ok := a.Agencies[agency]; ok {
		return age
	}
	return a.Default
}

// least is the shortest age; 0 if all is kept for ever.
func (a Ages) least() (least time.Duration) {
	for _, age := range a.Agencies {
		if age > 0 && (least == 0 || age < least) {
			least = age
		}
	}
	if a.Default > 0 && (least == 0 || a.Default < least) {
		least = a.Default
	}
	return least
}

// expireBatch is how many records one transaction removes.
const expireBatch = 100

// Expire removes the records that are older than their agency's are kept, and leaves their tombstones. A record that says no
// date has that of its fetching. It reads and writes in slices, the oldest first, and may be stopped and called again
// anywhere. It gives the number of records that it removed.
func (s *Store) Expire(ctx context.Context, ages Ages, now time.Time) (removed int, err error) {
	least := ages.least()
	if least == 0 {
		return 0, nil
	}
	var from []byte
	end := after(timeKey(now.Add(-least)))
	for {
		old, next, err := s.expired(ctx, from, end, ages, now)
		if err != nil {
			return removed, err
		}
		if len(old) > 0 {
			if err := s.expire(ctx, old, ages, now); err != nil {
				return removed, err
			}
			removed += len(old)
		}
		if next == nil {
			return removed, nil
		}
		from = next
	}
}

// expired finds what is too old in one slice of the order; next is where to go on, nil at the end.
func (s *Store) expired(ctx context.Context, from, end []byte, ages Ages, now time.Time) (old []string, next []byte, err error) {
	err = s.view(ctx, func(t tx) error {
		old, next = nil, nil
		n := 0
		for row, err := range t.Scan(bucketOrder, from, end) {
			if err != nil {
				return err
			}
			if n++; n > slice || len(old) == expireBatch {
				next = append([]byte{}, row.Key...)
				return nil
			}
			r, ok, err := t.record(string(row.Key[8:]))
			if err != nil {
				return err
			}
			if ok && r.outlived(ages, now) {
				old = append(old, r.ID)
			}
		}
		return nil
	})
	return old, next, err
}

// outlived says whether a record is older than its agency's are kept.
func (r *Record) outlived(ages Ages, now time.Time) bool {
	age, date := ages.of(r.Agency.ID), r.date()
	if date.IsZero() {
		date = r.Fetched
	}
	return age > 0 && !date.IsZero() && now.Sub(date) > age
}

func (s *Store) expire(ctx context.Context, ids []string, ages Ages, now time.Time) error {
	return s.update(ctx, func(t tx) error {
		for _, id := range ids {
			r, ok, err := t.record(id)
			if err != nil {
				return err
			}
			if !ok || !r.outlived(ages, now) { // somebody was faster
				continue
			}
			reason := fmt.Sprintf("kept for %d days", int(ages.of(r.Agency.ID).Hours()/24))
			if _, err := t.remove(id, Tombstone{Kind: Expired, Reason: reason, At: now.UTC().Truncate(time.Second)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// sweptKey is when [Store.Expire] went through to the end last, as the daemon and ingest call it.
var sweptKey = []byte("swept")

// ExpireDaily is Expire, if the last one that went through to its end is a day old or was of other ages.
func (s *Store) ExpireDaily(ctx context.Context, ages Ages, now time.Time) (removed int, err error) {
	type sweep struct {
		At   time.Time `json:"at"`
		Ages Ages      `json:"ages"`
	}
	if ages.least() == 0 {
		return 0, nil
	}
	this := sweep{At: now.UTC().Truncate(time.Second), Ages: ages}
	var last sweep
	err = s.view(ctx, func(t tx) error {
		last, _, err = load[sweep](t, bucketMeta, sweptKey)
		return err
	})
	if err != nil && !errors.Is(err, errDecode) {
		return 0, err
	}
	if sameJSON(last.Ages, ages) && now.Sub(last.At) < 24*time.Hour {
		return 0, nil
	}
	if removed, err = s.Expire(ctx, ages, now); err != nil {
		return removed, err
	}
	return removed, s.update(ctx, func(t tx) error { return t.put(bucketMeta, sweptKey, this) })
}
