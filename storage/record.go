package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Record is what dateline promises: the unit that is stored and exported, one JSON object a line. The order of
// the fields is the order of the keys; a key whose value is empty is not written. Times are in UTC, to the second.
type Record struct {
	ID          string    `json:"id"` // see [ID]
	URL         string    `json:"url,omitempty"`
	Agency      Agency    `json:"agency"`
	Feed        string    `json:"feed,omitempty"`
	AlsoIn      []Carrier `json:"also_in,omitempty"` // sorted by feed, then URL
	GUID        string    `json:"guid,omitempty"`
	Title       string    `json:"title,omitempty"`
	Summary     string    `json:"summary,omitempty"`
	Text        string    `json:"text,omitempty"`
	Authors     []string  `json:"authors,omitempty"`
	Section     string    `json:"section,omitempty"`
	Tags        []string  `json:"tags,omitempty"`
	Dateline    string    `json:"dateline,omitempty"`
	Published   time.Time `json:"published,omitzero"`
	Updated     time.Time `json:"updated,omitzero"`
	Fetched     time.Time `json:"fetched,omitzero"`
	Language    string    `json:"language,omitempty"`
	Images      []Image   `json:"images,omitempty"`
	License     *License  `json:"license,omitempty"`
	Rights      []Right   `json:"rights,omitempty"`
	Attribution string    `json:"attribution,omitempty"`
	Hash        string    `json:"hash,omitempty"`
	BodyFrom    string    `json:"body_from,omitempty"`
	Confidence  float64   `json:"confidence,omitempty"` // expected agreement of Text with the article, to two decimals
	DuplicateOf string    `json:"duplicate_of,omitempty"`

	Similarity *Similarity `json:"similarity,omitempty"` // to the record that DuplicateOf names
	Revision   int         `json:"revision,omitempty"`
	Partial    string      `json:"partial,omitempty"`
	Notice     *Notice     `json:"notice,omitempty"`
}

// Similarity is how far a record repeats another.
type Similarity struct {
	Kind        string  `json:"kind"`        // same, near or derived
	Jaccard     float64 `json:"jaccard"`     // of the two sets of shingles, to three decimals
	Containment float64 `json:"containment"` // of the smaller set in the larger, to three decimals
}

// Notice is what became of an article after it was published, as its page shows.
type Notice struct {
	Kind     string    `json:"kind"` // gone, corrected or retracted
	Evidence string    `json:"evidence,omitempty"`
	At       time.Time `json:"at,omitzero"` // when it was seen first
}

// Agency is who publishes.
type Agency struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Home string `json:"home,omitempty"`
}

// Carrier is another place where the same article was listed.
type Carrier struct {
	Agency    Agency    `json:"agency"`
	Feed      string    `json:"feed"`
	URL       string    `json:"url,omitempty"`
	GUID      string    `json:"guid,omitempty"`
	Published time.Time `json:"published,omitzero"`
	FirstSeen time.Time `json:"first_seen,omitzero"` // the poll that listed it there first
	LastSeen  time.Time `json:"last_seen,omitzero"`  // and last; both are read from the ledger when the record is
}

// Image is a picture of the article.
type Image struct {
	URL     string `json:"url,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`
}

// License is a licence and the proof of it.
type License struct {
	SPDX         string  `json:"spdx,omitempty"`
	URL          string  `json:"url,omitempty"`
	Version      string  `json:"version,omitempty"`
	Jurisdiction string  `json:"jurisdiction,omitempty"`
	Holder       string  `json:"holder,omitempty"`
	Scope        string  `json:"scope,omitempty"`
	Statement    string  `json:"statement,omitempty"`
	Evidence     string  `json:"evidence,omitempty"`
	Confidence   float64 `json:"confidence,omitempty"`
	Status       string  `json:"status,omitempty"`
}

// Right is a reservation or permission that the publisher states.
type Right struct {
	Name     string `json:"name,omitempty"`
	Value    string `json:"value,omitempty"`
	Evidence string `json:"evidence,omitempty"`
}

// ID derives a record's id from the agency's id and the entry's identity (its canonical URL, else its guid), so
// that every machine gives the same article the same id. It is 16 characters of lower-case base32, 80 bits: a
// collision is to be expected beyond 10^12 records.
func ID(agency, identity string) string {
	sum := sha256.Sum256([]byte(agency + "\x00" + identity))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// Line is the record as one line of JSON without the newline.
func (r *Record) Line() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // a reader of JSONL wants <, > and & as they are
	if err := e.Encode(r); err != nil {
		return nil, fmt.Errorf("record %s: %w", r.ID, err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

func decode[T any](what string, b []byte) (T, error) {
	var v T
	b, err := unpack(b)
	if err != nil {
		return v, fmt.Errorf("%s: %w", what, err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, fmt.Errorf("%s: %w: %w", what, errDecode, err)
	}
	return v, nil
}
