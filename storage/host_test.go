package storage_test

import (
	"fmt"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestHostsAreForgotten: feeds may link to a new dead host each day for ever.
func TestHostsAreForgotten(t *testing.T) {
	s, err := storage.Open(t.Context(), storagetest.NewMemory())
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	most := 0
	for i := range 1000 {
		now := start.Add(time.Duration(i) * 6 * time.Hour)
		h := storage.HostState{Host: fmt.Sprintf("h%d.example", i), Since: now, Until: now.Add(time.Hour), Why: "dns", Failures: 1}
		if err := s.SaveHost(t.Context(), h); err != nil {
			t.Fatal(err)
		}
		all, err := s.Hosts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, len(all))
	}
	kept := int(storage.HostKept / (6 * time.Hour))
	if most < kept || most > 2*kept {
		t.Errorf("%d hosts were kept, want those of a month, some %d", most, kept)
	}
	h := storage.HostState{Host: "h999.example"}
	if err := s.SaveHost(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	all, err := s.Hosts(t.Context())
	for _, kept := range all {
		if kept.Host == h.Host {
			t.Error("a host that answered is kept")
		}
	}
	if err != nil || len(all) == 0 {
		t.Errorf("%d hosts, %v", len(all), err)
	}
}
