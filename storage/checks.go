package storage

import (
	"bytes"
)

// bucketCheck is what a row of a bucket has to be.
type bucketCheck struct {
	bucket string
	check  func(*checker, Row) error
}

// bucketChecks are the rules of all buckets, in the order of the package comment.
var bucketChecks = []bucketCheck{
	{bucketMeta, func(*checker, Row) error { return nil }}, // read when the store was opened
	{bucketFeeds, under(func(f FeedState) []byte { return feedKey(f.URL) })},
	{bucketTallies, readable[Tally]},
	{bucketDays, checkDay},
	{bucketListings, checkListing},
	{bucketEntries, checkEntry},
	{bucketGUIDs, func(c *checker, row Row) error { return c.needs(row, row.Value, "names listing", bucketListings) }},
	{bucketPending, checkPending},
	{bucketDue, checkDue},
	{bucketRecords, checkRecord},
	{bucketRevisions, checkRevision},
	{bucketRevisits, checkRevisit},
	{bucketLooks, checkLook},
	{bucketOrder, checkOrder},
	{bucketURLs, func(c *checker, row Row) error { return c.leads(row, string(row.Value)) }},
	{bucketTexts, checkText},
	{bucketSketches, checkSketch},
	{bucketEdges, checkTies},
	{bucketAliases, checkAlias},
	{bucketStories, checkStory},
	{bucketTombstones, checkTombstone},
	{bucketLessons, func(c *checker, row Row) error { return readable[Lesson](c, row) }},
	{bucketSites, func(*checker, Row) error { return nil }}, // bytes of another package
	{bucketHealth, under(func(h Health) []byte { return hash16(h.Agency) })},
	{bucketHosts, readable[HostState]},
	{bucketRobots, under(func(r Robots) []byte { return hash16(r.Origin) })},
	{bucketManners, under(func(m Manners) []byte { return mannersKey(m.Day, m.Host) })},
	{bucketPushes, under(func(p Subscription) []byte { return hash16(p.Feed) })},
	{bucketCaptures, checkCapture},
	{bucketCaptured, checkCaptured},
	{bucketErasures, checkErasure},
}

func checkDay(c *checker, row Row) error {
	if len(row.Key) != 20 {
		c.wrong(row.Key, "is no key of a feed and a day")
		return nil
	}
	if _, ok := checked[Tally](c, row); !ok {
		return nil
	}
	for _, err := range c.Scan(bucketListings, row.Key[:16], afterPrefix(row.Key[:16])) {
		return err
	}
	c.wrong(row.Key, "counts the entries of a feed that the ledger does not have")
	return nil
}

func checkListing(c *checker, row Row) error {
	l, err := c.readListing(row)
	if err != nil {
		c.wrong(row.Key, "can't be read: %v", err)
		return nil
	}
	if !bytes.Equal(l.key(), row.Key) && l.State != Removed {
		c.wrong(row.Key, "holds entry %q of feed %q, which belongs under %x", l.URL, l.Feed, l.key())
	}
	id := []byte(l.ID)
	switch {
	case l.State == Waiting:
		return c.needs(row, id, "is pending under", bucketPending)
	case l.State == Duplicate || l.State.HasRecord():
		return c.needs(row, id, "is "+string(l.State)+" as record", bucketRecords)
	case l.State == Removed:
		return c.needs(row, id, "is removed under tombstone", bucketTombstones)
	case l.State != Failed:
		c.wrong(row.Key, "is in no known state: %q", l.State)
	}
	return nil
}

func checkEntry(c *checker, row Row) error {
	checked[entryFacts](c, row) // whose key it is, the listing's check says
	return c.needs(row, row.Key, "tells of listing", bucketListings)
}

func checkPending(c *checker, row Row) error {
	d, ok := checked[Draft](c, row)
	if !ok {
		return nil
	}
	if d.Record.ID != string(row.Key) || len(d.Listings) == 0 {
		c.wrong(row.Key, "holds draft %q of %d listings", d.Record.ID, len(d.Listings))
	}
	for _, key := range d.Listings {
		if err := c.needs(row, key, "waits for listing", bucketListings); err != nil {
			return err
		}
	}
	return c.needs(row, dueKey(d), "has no turn:", bucketDue)
}

// checkDue and checkOrder go from a time and an id to the row that has both, as checkPending and checkRecord go back: so each
// has exactly one.
func checkDue(c *checker, row Row) error {
	d, ok, err := target[Draft](c, row, bucketPending)
	if ok && !bytes.Equal(dueKey(d), row.Key) {
		c.wrong(row.Key, "the pending entry is due at another time")
	}
	return err
}

// target loads what the id behind a time names. What can't be read was found wrong in its own bucket.
func target[T any](c *checker, row Row, bucket string) (v T, ok bool, err error) {
	if len(row.Key) <= 8 {
		c.wrong(row.Key, "has no id")
		return v, false, nil
	}
	b, err := c.Get(bucket, row.Key[8:])
	if err != nil {
		return v, false, err
	}
	if b == nil {
		c.wrong(row.Key, "%s is not in %s", shownKey(row.Key[8:]), bucket)
		return v, false, nil
	}
	v, err = decode[T](bucket, b)
	return v, err == nil, nil
}

func checkRecord(c *checker, row Row) error {
	r, ok, err := c.record(string(row.Key))
	if err != nil || !ok {
		c.wrong(row.Key, "can't be read: %v", err)
		return nil
	}
	if r.ID != string(row.Key) {
		c.wrong(row.Key, "holds record %q", r.ID)
	}
	if r.Hash != TextHash(&r) {
		c.wrong(row.Key, "its hash is not that of its text")
	}
	if alias, err := c.has(row.Key, bucketAliases); err != nil || alias {
		c.wrong(row.Key, "is stored, and folded into another record too")
		return err
	}
	if gone, err := c.has(row.Key, bucketTombstones); err != nil || gone {
		c.wrong(row.Key, "is stored, and has a tombstone too")
		return err
	}
	if r.URL != "" {
		if err := c.needs(row, hash16(URLKey(r.URL)), "its address is not known:", bucketURLs); err != nil {
			return err
		}
	}
	if err := c.needs(row, orderKey(&r), "has no place in the order of export:", bucketOrder); err != nil {
		return err
	}
	return checkTail(c, row)
}

// checkTail checks that what a record's row tells of listings, the ledger knows.
func checkTail(c *checker, row Row) error {
	rest, err := c.tail(string(row.Key))
	if err != nil {
		c.wrong(row.Key, "can't be read: %v", err)
		return nil
	}
	keys := rest.Others
	for i := range rest.Listings {
		keys = append(keys, rest.Listings[i].key())
	}
	for _, key := range keys {
		if err := c.needs(row, key, "tells of listing", bucketListings); err != nil {
			return err
		}
	}
	return nil
}

func checkOrder(c *checker, row Row) error {
	if len(row.Key) <= 8 {
		c.wrong(row.Key, "has no id")
		return nil
	}
	r, ok, err := c.record(string(row.Key[8:]))
	switch {
	case err != nil: // found wrong in its own bucket
	case !ok:
		c.wrong(row.Key, "%s is not in records", shownKey(row.Key[8:]))
	case !bytes.Equal(orderKey(&r), row.Key):
		c.wrong(row.Key, "the record is of another date")
	}
	return nil
}

// checkText checks a text's owner: the record that stands there has the text, unless it is a tombstone's.
func checkText(c *checker, row Row) error {
	id := string(row.Value)
	if r, ok, err := c.record(id); err == nil && ok {
		if key, ok := c.textKey(&r); !ok || !sameHash(row.Key, key) {
			c.wrong(row.Key, "record %s has another text", id)
		}
		return nil
	}
	return c.leads(row, id)
}

func checkAlias(c *checker, row Row) error { return c.leads(row, string(row.Value)) }

func checkStory(c *checker, row Row) error {
	s, ok := checked[Story](c, row)
	if !ok {
		return nil
	}
	if s.ID != string(row.Key) {
		c.wrong(row.Key, "holds the story of %q", s.ID)
	}
	for _, key := range s.Listings {
		if err := c.needs(row, key, "tells of listing", bucketListings); err != nil {
			return err
		}
	}
	return nil
}
