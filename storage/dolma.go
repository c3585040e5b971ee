package storage

import (
	"bytes"
	"encoding/json"
	"io"
	"time"
)

// dolma is the format that the tools of the Dolma corpus read: a JSON object a line with id, text, source and, as far as they are
// known, created, added and metadata. A record without a text is no document and is left out.
type dolma struct{ w io.Writer }

type dolmaDocument struct {
	ID       string          `json:"id"`
	Text     string          `json:"text"`
	Source   string          `json:"source"` // the agency's id
	Created  string          `json:"created,omitempty"`
	Added    string          `json:"added,omitempty"`
	Metadata json.RawMessage `json:"metadata"` // the record's other keys
}

func newDolma(w io.Writer, _ ExportOptions) sink { return dolma{w} }

func (d dolma) write(l Line) (bool, error) {
	r, err := l.Record()
	if err != nil || r.Text == "" {
		return false, err
	}
	doc := dolmaDocument{ID: r.ID, Text: r.Text, Source: r.Agency.ID, Created: dolmaTime(r.date()), Added: dolmaTime(r.Fetched)}
	r.Text = ""
	line, err := r.Line()
	if err != nil {
		return false, err
	}
	_, rest, _ := bytes.Cut(line, []byte{','}) // an id has no comma
	doc.Metadata = append([]byte{'{'}, rest...)
	e := json.NewEncoder(d.w)
	e.SetEscapeHTML(false)
	return true, e.Encode(doc)
}

func (dolma) close() error { return nil }

// dolmaTime has milliseconds, as Dolma's documentation asks.
func dolmaTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
