package fetch

import (
	"errors"
	"fmt"
	"time"
)

// Limits bound what one answer may cost, on its way and when it is read. The zero value of a field means its default, which is far above what a healthy
// server needs and far below what would hold up the others.
type Limits struct {
	Connect time.Duration // until there is a connection; default 5 s
	TLS     time.Duration // until it is secured; default 5 s
	Headers time.Duration // from the request until the answer's headers are there; default 10 s
	Rate    int64         // bytes a second that a body must bring on average once it is 5 s old; default 1,000

	Header    int64 // bytes of an answer's headers; default 64 KiB
	Feed      int64 // bytes of a feed, decoded; default 8 MiB
	Page      int64 // bytes of a page, decoded, and again in UTF-8; default 4 MiB
	Ratio     int64 // how many times its coded size a body may become beyond its first MiB; default 100
	Redirects int   // in a row; default 5

	Entries     int // of a feed that are kept, the first ones: feeds list the newest first; default 1,000
	Depth       int // of elements in each other; real feeds stay under 20; default 256
	Elements    int // within one entry, those in its texts aside; what follows them is left out; default 2,000
	AllElements int // within all entries; those that come after are left out; default 100,000
	Text        int // bytes of one text, markup included; it is cut there; default 1 MiB
}

// filled puts the defaults in place of zero values.
func (l Limits) filled() Limits {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	setN := func(n *int64, v int64) {
		if *n == 0 {
			*n = v
		}
	}
	set(&l.Connect, 5*time.Second)
	set(&l.TLS, 5*time.Second)
	set(&l.Headers, 10*time.Second)
	setN(&l.Rate, 1000)
	setN(&l.Header, 64<<10)
	setN(&l.Feed, 8<<20)
	setN(&l.Page, 4<<20)
	setN(&l.Ratio, 100)
	for _, limit := range []struct {
		n *int
		v int
	}{{&l.Redirects, 5}, {&l.Entries, 1000}, {&l.Depth, 256}, {&l.Elements, 2000}, {&l.AllElements, 100_000}, {&l.Text, 1 << 20}} {
		if *limit.n == 0 {
			*limit.n = limit.v
		}
	}
	return l
}

// validate says what is wrong with the limits, all of it at once.
func (l Limits) validate() error {
	var errs []error
	for _, limit := range []struct {
		name  string
		value int64
	}{
		{"connect", int64(l.Connect)}, {"TLS", int64(l.TLS)}, {"headers", int64(l.Headers)}, {"rate", l.Rate}, {"header", l.Header},
		{"feed", l.Feed}, {"page", l.Page}, {"ratio", l.Ratio}, {"redirects", int64(l.Redirects)},
		{"entries", int64(l.Entries)}, {"depth", int64(l.Depth)}, {"elements", int64(l.Elements)}, {"all elements", int64(l.AllElements)},
		{"text", int64(l.Text)},
	} {
		if limit.value < 0 {
			errs = append(errs, fmt.Errorf("limit %s \"%d\": must be more than 0", limit.name, limit.value))
		}
	}
	return errors.Join(errs...)
}

// feedLimit and pageLimit are what a body may have, in bytes: the kind's own limit, or the one on all if that is less.
func (o Options) feedLimit() int64 { return min(o.MaxBody, o.Limits.Feed) }
func (o Options) pageLimit() int64 { return min(o.MaxBody, o.Limits.Page) }
