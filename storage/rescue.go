package storage

import "fmt"

// ReadRecord reads a row of the records as a driver holds it, when nothing around it can be trusted: it has to be a whole
// record of that id, with the hash of its text.
func ReadRecord(id, row []byte) (Record, error) {
	line, _, err := unframe(row)
	if err != nil {
		return Record{}, fmt.Errorf("record %q: %w", id, err)
	}
	r, err := decode[Record](fmt.Sprintf("record %q", id), line)
	if err != nil {
		return r, err
	}
	if r.ID != string(id) || r.Hash != TextHash(&r) {
		return r, fmt.Errorf("record %q: %w: it is not what was written", id, ErrDamaged)
	}
	return r, nil
}
