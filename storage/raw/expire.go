package raw

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"dateline/storage"
)

// Expire removes the segments that were ended longer ago than an age, with their rows; zero keeps all. The one that is
// written to stays. A kill in between leaves a file without rows, which the next call removes.
func (s *Store) Expire(ctx context.Context, db *storage.Store, age time.Duration, now time.Time) (removed int, err error) {
	if age <= 0 {
		return 0, nil
	}
	all, err := s.Segments()
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	current := s.now.Number
	s.mu.Unlock()
	for i, segment := range all {
		if segment.Number == current || i == len(all)-1 || !expired(all[i+1].Day, age, now) {
			continue
		}
		if err := db.DropSegment(ctx, segment.Number); err != nil {
			return removed, fmt.Errorf("raw store %q: %w", s.path, err)
		}
		if err := os.Remove(segment.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("raw store %q: %w", s.path, err)
		}
		removed++
	}
	return removed, nil
}

// expired says whether all of a segment is older than the age; what it holds is no younger than the next one's day.
func expired(nextDay string, age time.Duration, now time.Time) bool {
	day, err := time.Parse(dayForm, nextDay)
	return err == nil && day.Add(24*time.Hour+age).Before(now)
}
