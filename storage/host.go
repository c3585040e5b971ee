package storage

import (
	"context"
	"fmt"
	"time"
)

// HostState is what is known of a host that is to be left alone for all its feeds and pages.
type HostState struct {
	Host     string    `json:"host"`
	Until    time.Time `json:"until"`              // no request before
	Since    time.Time `json:"since"`              // when it was last asked
	Why      string    `json:"why"`                // the reason of the failure
	Failures int       `json:"failures,omitempty"` // in a row
}

// Hosts gives the hosts that are, or were of late, left alone.
func (s *Store) Hosts(ctx context.Context) (all []HostState, err error) {
	for row, err := range s.rows(ctx, bucketHosts, nil, nil) {
		if err != nil {
			return nil, err
		}
		h, err := decode[HostState](fmt.Sprintf("host %x", row.Key), row.Value)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// HostKept is how long a host is remembered after its rest.
const HostKept = 30 * 24 * time.Hour

// hostsSwept is how many rows a write looks at for some that are to be forgotten.
const hostsSwept = 4

// SaveHost keeps a host's state. One that is not to be left alone is forgotten, and with each write some whose rest was over
// long ago, as in [Store.SaveRobots].
func (s *Store) SaveHost(ctx context.Context, h HostState) error {
	key := hash16(h.Host)
	return s.update(ctx, func(t tx) error {
		if h.Failures == 0 && h.Until.IsZero() {
			return t.Delete(bucketHosts, key)
		}
		old, err := t.oldHosts(after(key), h.Since.Add(-HostKept))
		if err != nil {
			return err
		}
		for _, k := range old {
			if err := t.Delete(bucketHosts, k); err != nil {
				return err
			}
		}
		return t.put(bucketHosts, key, h)
	})
}

// oldHosts are the keys, among the next rows from a key on, of hosts whose rest was over before a time.
func (t tx) oldHosts(from []byte, before time.Time) (old [][]byte, err error) {
	n := 0
	for row, err := range t.Scan(bucketHosts, from, nil) {
		if err != nil {
			return nil, err
		}
		h, err := decode[HostState]("host", row.Value)
		if err != nil || h.Until.Before(before) { // what can't be read is of no use either
			old = append(old, row.clone().Key)
		}
		if n++; n == hostsSwept {
			break
		}
	}
	return old, nil
}
