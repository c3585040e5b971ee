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

// SaveHost keeps a host's state. One that is not to be left alone is forgotten.
func (s *Store) SaveHost(ctx context.Context, h HostState) error {
	return s.update(ctx, func(t tx) error {
		if h.Failures == 0 && h.Until.IsZero() {
			return t.Delete(bucketHosts, hash16(h.Host))
		}
		return t.put(bucketHosts, hash16(h.Host), h)
	})
}
