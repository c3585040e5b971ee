package storage

import (
	"slices"
	"time"
)

// followDuplicate deals with an edit of an entry that another record carries. One with an address of its own was folded
// for its text, which may differ now: its page is read again, and it stands for itself if it does. One that is merely another
// listing of the record's page has that read again, unless it was since the edit; another agency's word on it counts for nothing.
func (t tx) followDuplicate(l Listing, d *Draft, now time.Time, saved *Saved) error {
	own, err := t.folded(d)
	if err != nil {
		return err
	}
	if own {
		next := *d
		next.Folded, l.ID = l.ID, d.Record.ID
		saved.Fresh = append(saved.Fresh, l.key())
		return t.pend(&next, l, now)
	}
	owner, err := t.resolve(l.ID)
	if err != nil {
		return err
	}
	r, ok, err := t.record(owner)
	if err != nil {
		return err
	}
	lead, found, err := t.leader(owner)
	if err != nil {
		return err
	}
	read := !d.Record.Updated.IsZero() && !r.Fetched.Before(d.Record.Updated)
	if !ok || !found || read || r.Agency.ID != d.Record.Agency.ID || lead.State == Waiting {
		saved.Known = append(saved.Known, l.key())
		return t.saveListing(l)
	}
	saved.Fresh = append(saved.Fresh, l.key())
	return t.wantAgain(&r, lead, l, d, now)
}

// folded says whether an entry's own article, under its own address, was folded into another.
func (t tx) folded(d *Draft) (bool, error) {
	if d.Page == "" || d.Record.URL == "" {
		return false, nil
	}
	alias, err := t.Get(bucketAliases, []byte(d.Record.ID))
	if err != nil || alias == nil {
		return false, err
	}
	id, err := t.Get(bucketURLs, hash16(URLKey(d.Record.URL)))
	return string(id) == d.Record.ID, err
}

// wantAgain makes a record's page wanted because of what another listing of it says.
func (t tx) wantAgain(r *Record, lead, l Listing, d *Draft, now time.Time) error {
	next := *d
	next.Record.ID, next.Record.URL, next.Record.Feed, next.Record.GUID = r.ID, r.URL, r.Feed, r.GUID
	next.Record.Published = r.Published
	next.Listings = [][]byte{lead.key(), l.key()}
	for _, row := range []Listing{lead, l} {
		row.State, row.Why = Waiting, ""
		if err := t.saveListing(row); err != nil {
			return err
		}
	}
	if err := t.tell(r.ID, nil, Event{At: now, What: "edited", Detail: l.Feed}); err != nil {
		return err
	}
	return t.savePending(next)
}

// leader is the ledger's row that a record was made of.
func (t tx) leader(id string) (Listing, bool, error) {
	story, _, err := t.story(id)
	if err != nil {
		return Listing{}, false, err
	}
	for _, key := range story.Listings {
		l, ok, err := t.listing(key)
		if err != nil || ok && l.ID == id && (l.State.HasRecord() || l.State == Waiting) {
			return l, ok, err
		}
	}
	return Listing{}, false, nil
}

// unfold takes an article that was edited out of the record that carried it, unless that carries it again.
func (t tx) unfold(d *Draft) error {
	now, err := t.resolve(d.Record.ID)
	if err != nil {
		return err
	}
	owner, err := t.resolve(d.Folded)
	if err != nil || owner == now {
		return err
	}
	r, ok, err := t.record(owner)
	if err != nil || !ok {
		return err
	}
	carriers := len(r.AlsoIn)
	r.AlsoIn = slices.DeleteFunc(r.AlsoIn, func(c Carrier) bool {
		return c.Feed == d.Record.Feed && (c.URL == d.Record.URL || c.GUID != "" && c.GUID == d.Record.GUID)
	})
	if len(r.AlsoIn) == carriers {
		return nil
	}
	return t.saveRecord(&r)
}

// refold makes an article the duplicate again that it was before it was edited.
func (t tx) refold(d Draft) error {
	owner, err := t.resolve(d.Folded)
	if err != nil {
		return err
	}
	return t.redirect(d.Record.ID, owner, d.Listings)
}
