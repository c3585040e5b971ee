package storage

// record gives a stored record; ok is false if there is none.
func (t tx) record(id string) (r Record, ok bool, err error) {
	return load[Record](t, bucketRecords, []byte(id))
}

// recordLine is a stored record's line, byte for byte; nil if there is none.
func (t tx) recordLine(id string) ([]byte, error) { return t.Get(bucketRecords, []byte(id)) }

// saveRecord writes a record's row, and turns the way back to its last revision: see revision.go.
func (t tx) saveRecord(r *Record) error {
	line, err := r.Line()
	if err != nil {
		return err
	}
	if err := t.rebase(r.ID, r.Revision, line); err != nil {
		return err
	}
	return t.Put(bucketRecords, []byte(r.ID), t.row(line))
}

// dropRecord removes a record with all its revisions.
func (t tx) dropRecord(id string) error {
	if err := t.dropRevisions(id); err != nil {
		return err
	}
	return t.Delete(bucketRecords, []byte(id))
}
