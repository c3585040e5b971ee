package storage

import "encoding/binary"

// record gives a stored record; ok is false if there is none.
func (t tx) record(id string) (r Record, ok bool, err error) {
	return load[Record](t, bucketRecords, []byte(id))
}

func (t tx) saveRecord(r *Record) error {
	line, err := r.Line()
	if err != nil {
		return err
	}
	return t.Put(bucketRecords, []byte(r.ID), t.row(line))
}

func (t tx) dropRecord(id string) error { return t.Delete(bucketRecords, []byte(id)) }

// saveRevision keeps a record as it was before the publisher changed it.
func (t tx) saveRevision(old *Record) error {
	key := binary.BigEndian.AppendUint32([]byte(old.ID), uint32(old.Revision))
	return t.put(bucketRevisions, key, old)
}
