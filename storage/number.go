package storage

import (
	"bytes"
	"net/url"
	"strings"
	"time"
)

// Many publishers put an article's own number into its address and change the rest: /news/4066203/the-first-headline becomes
// /news/4066203/another-one. The number finds the article then. By itself it decides nothing, because some sites number their
// sections in the same place: the titles must have words in common, or the time of publication be the same to the second.

// Digits of an article's number.
const (
	leastDigits = 5
	mostDigits  = 12
)

// numberKey is what an address is known by if it has an article's number as a segment of its path, or at the head of one: host,
// the path before, and the number. It is empty if it has none or more than one, or a query.
func numberKey(canonical string) string {
	u, err := url.Parse(canonical)
	if err != nil || u.RawQuery != "" {
		return ""
	}
	key := ""
	before := u.Host
	for segment := range strings.SplitSeq(strings.Trim(u.EscapedPath(), "/"), "/") {
		if n := articleNumber(segment); n != "" {
			if key != "" {
				return ""
			}
			key = "number:" + before + "/" + n
		}
		before += "/" + segment
	}
	return key
}

func articleNumber(segment string) string {
	n := strings.IndexFunc(segment, func(r rune) bool { return r < '0' || r > '9' })
	if n < 0 {
		n = len(segment)
	}
	if n < leastDigits || n > mostDigits || n < len(segment) && segment[n] != '-' && segment[n] != '_' {
		return ""
	}
	if isDay(segment[:n]) {
		return ""
	}
	return segment[:n]
}

// isDay says whether digits are a month or a day, of the Gregorian calendar or the Solar Hijri one.
func isDay(digits string) bool {
	if len(digits) != 6 && len(digits) != 8 {
		return false
	}
	switch digits[:2] {
	case "19", "20", "13", "14":
	default:
		return false
	}
	month := digits[4:6]
	return month >= "01" && month <= "12" && (len(digits) == 6 || digits[6:] >= "01" && digits[6:] <= "31")
}

// claimNumber makes an address's number lead to an article, the latest that has it.
func (t tx) claimNumber(canonical, id string) error {
	key := numberKey(canonical)
	if key == "" {
		return nil
	}
	return t.Put(bucketURLs, hash16(key), []byte(id))
}

// numbered gives the id of the article that a draft's number leads to, if it is the same; empty if none is.
func (t tx) numbered(d *Draft) (string, error) {
	key := numberKey(d.Record.URL)
	if key == "" {
		return "", nil
	}
	id, err := t.Get(bucketURLs, hash16(key))
	if err != nil || id == nil {
		return "", err
	}
	owner, err := t.resolve(string(id))
	if err != nil {
		return "", err
	}
	r, ok, err := t.record(owner)
	if err == nil && !ok {
		var waiting Draft
		waiting, ok, err = load[Draft](t, bucketPending, []byte(owner))
		r = waiting.Record
	}
	if err != nil || !ok || !sameArticle(&r, &d.Record) {
		return "", err
	}
	return owner, nil
}

// numberedListing is the ledger's row of the same feed for the article that a draft's number leads to.
func (t tx) numberedListing(d *Draft) (l Listing, ok bool, err error) {
	owner, err := t.numbered(d)
	if err != nil || owner == "" {
		return l, false, err
	}
	story, _, err := t.story(owner)
	if err != nil {
		return l, false, err
	}
	feed := hash16(d.Record.Feed)
	for _, key := range story.Listings {
		if !bytes.HasPrefix(key, feed) {
			continue
		}
		l, ok, err = t.listing(key)
		if err != nil || ok && numberKey(l.URL) == numberKey(d.Record.URL) {
			return l, ok, err
		}
	}
	return Listing{}, false, nil
}

// sameArticle says whether two entries with one number are of one article.
func sameArticle(a, b *Record) bool {
	if !a.Published.IsZero() && a.Published.Truncate(time.Second).Equal(b.Published.Truncate(time.Second)) {
		return true
	}
	x, y := strings.Fields(Normalize(a.Title)), strings.Fields(Normalize(b.Title))
	words := map[string]bool{}
	for _, w := range x {
		words[w] = true
	}
	shared := 0
	for _, w := range y {
		if words[w] {
			shared++
			delete(words, w)
		}
	}
	return shared > 0 && 2*shared >= min(len(x), len(y))
}
