package storage

import (
	"fmt"
	"time"
)

// Listing is a row of the ledger: one entry of one feed.
type Listing struct {
	Feed      string    `json:"feed"`
	Agency    Agency    `json:"agency"`
	ID        string    `json:"id"` // of the record or pending entry that the listing counts for
	URL       string    `json:"url,omitempty"`
	GUID      string    `json:"guid,omitempty"`
	Title     string    `json:"title,omitempty"`
	Trace     string    `json:"trace,omitempty"` // in place of the title of an entry that was removed: a hash of it
	Published time.Time `json:"published,omitzero"`
	State     State     `json:"state"`
	Why       string    `json:"why,omitempty"`
	First     time.Time `json:"first"` // the poll that listed it first
	Last      time.Time `json:"last"`  // and last
	Mark      string    `json:"mark"`  // changes when the publisher edits the entry
}

func (l Listing) key() []byte { return listingKey(l.Feed, l.identity()) }

func (l Listing) identity() string { return Identity(l.URL, l.GUID, l.Title) }

// Identity is what an entry is known by within its feed and its agency: its canonical address, which publishers
// keep more often than its guid; else that; else its title.
func Identity(url, guid, title string) string {
	switch {
	case url != "":
		return URLKey(url)
	case guid != "":
		return "guid:" + guid
	default:
		return "title:" + title
	}
}

func listingKey(feed, identity string) []byte { return append(hash16(feed), hash16(identity)...) }

// permalink says whether the entry's guid is its address, which finds the listing without a row in guids.
func (l *Listing) permalink() bool { return l.URL != "" && Identity(l.GUID, "", "") == l.identity() }

// guidListing gives the key of the listing with a guid; nil if there is none.
func (t tx) guidListing(feed, guid string) ([]byte, error) {
	key, err := t.Get(bucketGUIDs, guidKey(feed, guid))
	if err != nil || key != nil {
		return key, err
	}
	key = listingKey(feed, Identity(guid, "", ""))
	l, ok, err := t.listing(key)
	if err != nil || !ok || l.GUID != guid {
		return nil, err
	}
	return key, nil
}

func guidKey(feed, guid string) []byte { return append(hash16(feed), hash16(guid)...) }

func (l Listing) carrier() Carrier {
	return Carrier{Agency: l.Agency, Feed: l.Feed, URL: l.URL, GUID: l.GUID, Published: l.Published}
}

// known finds the ledger's row of a draft's entry: under its address, else under the number in it, else under its guid if the
// title says that it is the same article. A guid alone decides nothing, because some publishers reuse theirs.
func (t tx) known(d *Draft) (Listing, bool, error) {
	l, ok, err := t.listing(d.listing().key())
	if ok || err != nil {
		return l, ok, err
	}
	if l, ok, err = t.numberedListing(d); ok || err != nil || d.Record.GUID == "" {
		return l, ok, err
	}
	key, err := t.guidListing(d.Record.Feed, d.Record.GUID)
	if err != nil || key == nil {
		return Listing{}, false, err
	}
	l, ok, err = t.listing(key)
	if err != nil || !ok || !l.titled(d.listing().Title) {
		return Listing{}, false, err
	}
	return l, true, nil
}

// settle moves a row of the ledger to a state, under the record that it now counts for.
func (t tx) settle(key []byte, id string, state State, why string) error {
	l, ok, err := t.listing(key)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("listing %x: missing from the ledger", key)
	}
	l.ID, l.State, l.Why = id, state, why
	return t.saveListing(l)
}
