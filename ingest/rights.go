package ingest

import (
	"cmp"
	"slices"
	"time"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/storage"
)

// feedLicense is the licence before the page is known: the entry's, else the feed's, else what the configuration
// asserts.
func feedLicense(a config.Agency, f *fetch.Feed, e *fetch.Entry) *storage.License {
	l := extract.LicenseByID(a.License)
	for _, said := range []struct{ text, scope string }{{f.Rights, "feed"}, {f.License, "feed"}, {e.Rights, "item"}, {e.License, "item"}} {
		if found := extract.LicenseFrom(said.text, "feed"); found != nil {
			found.Scope = said.scope
			l = found
		}
	}
	return holder(a, l)
}

// holder names who licenses: as printed, else as configured, else the agency itself.
func holder(a config.Agency, l *extract.License) *storage.License {
	if l == nil {
		return nil
	}
	out := storage.License(*l)
	out.Holder = cmp.Or(out.Holder, a.Holder, a.Name)
	return &out
}

// pageLicense is the licence of the page at an address, judged beside what the feed or the configuration said. A page that
// reserves all rights contradicts a licence that it does not state itself, and what an agency is credited for is nobody else's to
// license, nor is a page of another site.
func pageLicense(a config.Agency, draft *storage.Record, address string, article extract.Article) *storage.License {
	if len(draft.Rights) > 0 || extract.Credited(article.Rights) { // a draft knows no other right
		return own(draft.License)
	}
	if elsewhere(draft, address) {
		return foreignLicense(draft.License, article.License)
	}
	l := holder(a, extract.Judge((*extract.License)(draft.License), article.License))
	if l != nil && article.License == nil && extract.Reserved(article.Rights) {
		l.Status = "conflict"
	}
	return l
}

// elsewhere says whether an address is on another site than the agency and its feed: an aggregator's, or one that lists a
// competitor's article as its own. An agency whose home is not known can't be judged.
func elsewhere(r *storage.Record, address string) bool {
	return r.Agency.Home != "" && address != "" && !extract.SameSite(address, r.Agency.Home) && !extract.SameSite(address, r.Feed)
}

// foreignLicense is the licence of a page that is not the agency's: what the page states itself. What the feed says of it is in
// doubt, and what the configuration asserts speaks of the agency's own.
func foreignLicense(said *storage.License, stated *extract.License) *storage.License {
	if stated != nil {
		l := storage.License(*stated)
		return &l
	}
	if said == nil || said.Evidence == "agency-config" {
		return nil
	}
	l := *said
	l.Status = "conflict"
	return &l
}

// own is the licence that an entry states for itself. It alone covers what an agency is credited for.
func own(l *storage.License) *storage.License {
	if l != nil && l.Scope == "item" {
		return l
	}
	return nil
}

// withheld is the record of an article whose text its publisher reserves: what names and dates it, what the page says of
// its licence, and the reservations.
func withheld(a config.Agency, d storage.Draft, article extract.Article, now time.Time) storage.Record {
	r := d.Record
	r.Partial, r.Fetched = storage.PartialRights, now
	r.License = pageLicense(a, &d.Record, r.URL, article)
	addRights(&r, article.Rights)
	r.Attribution = attribution(&r)
	return r
}

// addRights adds what a page or a feed's content says to what the entry said.
func addRights(r *storage.Record, rights []extract.Right) {
	r.Rights = slices.Clip(r.Rights) // the draft's own
	for _, right := range rights {
		r.Rights = append(r.Rights, storage.Right(right))
	}
}

// allRights are what the entry and the article say.
func allRights(draft storage.Record, article extract.Article) []extract.Right {
	out := slices.Clone(article.Rights)
	for _, right := range draft.Rights {
		out = append(out, extract.Right(right))
	}
	return out
}

// rightsOf are what the page's site says about its use.
func rightsOf(p fetch.Page) []extract.Right {
	var out []extract.Right
	for _, u := range p.Usage {
		out = append(out, extract.Right(u))
	}
	return out
}
