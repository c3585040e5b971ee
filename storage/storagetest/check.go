package storagetest

import (
	"testing"

	"dateline/storage"
)

// Check fails a test whose store contradicts itself.
func Check(t testing.TB, s *storage.Store) {
	t.Helper()
	if _, err := s.Check(t.Context(), func(p storage.Problem) { t.Errorf("check: %s", p) }); err != nil {
		t.Errorf("check: %v", err)
	}
}
