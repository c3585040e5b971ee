package raw

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"dateline/storage"
	"dateline/storage/warc"
)

// Kinds of trips.
const (
	KindFeed = "feed"
	KindPage = "page"
	KindLook = "look" // a second look at a page
	KindPush = "push" // what a hub brought of a feed
)

// Trip is one poll of a feed or one try at an entry's page or one more look at it: what was known before, and the exchanges that it took. Its record
// is behind theirs.
type Trip struct {
	Kind    string          `json:"kind"`    // see the kinds of trips
	Subject string          `json:"subject"` // the feed, or the entry's id
	URL     string          `json:"url,omitempty"`
	At      time.Time       `json:"at"`               // what `fetched` became
	Places  []storage.Place `json:"places,omitempty"` // of the exchanges
	Data    json.RawMessage `json:"data,omitempty"`   // what else is needed to do it again

	ids []string // of the exchanges' records
}

// Add notes an exchange of the trip.
func (t *Trip) Add(c storage.Capture, id string) {
	t.Places, t.ids = append(t.Places, c.Place), append(t.ids, id)
}

// AppendTrip writes the record that ends a trip.
func (s *Store) AppendTrip(t Trip) (storage.Capture, error) {
	b, err := json.Marshal(t)
	if err != nil {
		return storage.Capture{}, err
	}
	r := warc.Record{Type: warc.Metadata, ID: warc.NewID(), Date: t.At, Target: t.URL, ContentType: "application/json", Payload: b,
		Fields: []warc.Field{{Name: fieldKind, Value: "trip"}, {Name: fieldSubject, Value: t.Subject}}}
	for _, id := range t.ids {
		r.Fields = append(r.Fields, warc.Field{Name: "WARC-Concurrent-To", Value: id})
	}
	place, n, err := s.append(&r)
	c := storage.Capture{
		Place: place, Length: n, Kind: storage.CapturedTrip, Time: t.At,
		Address: storage.CaptureKey(t.URL), Subject: storage.CaptureKey(t.Subject), Entry: t.Subject,
	}
	if t.Kind == KindFeed || t.Kind == KindPush {
		c.Kind, c.Entry = storage.CapturedPoll, ""
	}
	return c, err
}

// ReadTrip gives the trip of a record; ok is false if the record is none.
func ReadTrip(h warc.Header, block []byte) (t Trip, ok bool, err error) {
	if h.Get(fieldKind) != "trip" {
		return t, false, nil
	}
	if err := json.Unmarshal(block, &t); err != nil {
		return t, false, fmt.Errorf("trip of %q: %w: %w", h.Get(fieldSubject), warc.ErrDamaged, err)
	}
	return t, true, nil
}

// SiteKey names a memory of a site by its content. Captures of it are found under it.
func SiteKey(memory []byte) string {
	sum := sha256.Sum256(memory)
	return "urn:sha256:" + hex.EncodeToString(sum[:])
}

// AppendSite writes a site's memory, unless the segment that is written to has it: an age drops whole segments, and with
// them all that their pages were read with. Everybody who needs it commits its row: who wrote it may never come to that.
func (s *Store) AppendSite(memory []byte, at time.Time) (storage.Capture, error) {
	key := SiteKey(memory)
	s.mu.Lock()
	c, ok := s.sites[key]
	s.mu.Unlock()
	if ok {
		return c, nil
	}
	r := warc.Record{Type: warc.Resource, ID: warc.NewID(), Date: at, Target: key, ContentType: "application/octet-stream", Payload: memory,
		Fields: []warc.Field{{Name: fieldKind, Value: "site"}}}
	place, n, err := s.append(&r)
	if err != nil {
		return c, err
	}
	c = storage.Capture{
		Place: place, Length: n, Kind: storage.CapturedSite, Time: at, Address: storage.CaptureKey(key), Subject: storage.CaptureKey(""),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if place.Segment == s.now.Number {
		s.sites[key] = c
	}
	return c, nil
}

// Site reads a memory back; [ErrMissing] if it is not there.
func (f *Folder) Site(ctx context.Context, db *storage.Store, key string) ([]byte, error) {
	c, ok, err := db.LastCapture(ctx, key, storage.CapturedSite)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("memory of a site %q: %w", key, ErrMissing)
	}
	_, b, err := f.Read(c.Place)
	return b, err
}
