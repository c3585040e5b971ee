package fetch

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What a feed is about, by its address and title. The words are those of the systems that most sites run on and of the
// languages in which they name a comment.
var (
	commentWords = regexp.MustCompile(`(?i)\bcomments\b|kommentare?\b|\bcommentaires?\b|\bcomentarios?\b|\byorum|\bkomentar|коммент|комент|` +
		`دیدگاه|نظرات|تعليقات|コメント|评论|評論|댓글`)
	podcastWords = regexp.MustCompile(`(?i)\bpodcasts?\b|پادکست|بودكاست`)
	sectionPath  = regexp.MustCompile(`(?i)/(tags?|topics?|categor(y|ies)|sections?|authors?|users?|search|tp)/`)
)

// kindOf tells what a feed is about before it is asked.
func kindOf(u *url.URL, title string) Kind {
	switch {
	case commentWords.MatchString(u.Path), commentWords.MatchString(title), u.Query().Get("feed") == "comments-rss2":
		return CommentFeed
	case podcastWords.MatchString(u.Path), podcastWords.MatchString(title):
		return PodcastFeed
	case strings.Contains(strings.ToLower(u.Path), "sitemap"):
		return SitemapFeed
	case sectionPath.MatchString(u.Path), hasSectionQuery(u.Query()):
		return SectionFeed
	}
	return MainFeed
}

func hasSectionQuery(q url.Values) bool {
	for _, key := range []string{"cat", "category", "tag", "author", "section", "topic", "s", "q", "tp"} {
		if q.Get(key) != "" {
			return true
		}
	}
	return false
}

// order is the kinds' rank.
func (k Kind) order() int {
	return slices.Index([]Kind{MainFeed, SectionFeed, SitemapFeed, PodcastFeed, CommentFeed}, k)
}

// read tells a candidate that is a feed.
func (n Candidate) read() bool { return n.Asked && n.Err == nil }

// answered notes what the feed says of itself.
func (n *Candidate) answered(f Feed) {
	n.Asked, n.Feed = true, f
	n.Title = cmp.Or(f.Title, n.Title)
	n.language = cmp.Or(f.Language, n.language)
	if f.Hints.MovedTo != "" {
		n.URL = f.Hints.MovedTo
	}
	if u, err := url.Parse(n.URL); err == nil && n.Kind.order() <= 0 {
		n.Kind = kindOf(u, f.Title)
	}
	n.Newest = newest(f.Entries)
	n.Full = mostly(f.Entries, hasWholeText)
	if n.Kind == SitemapFeed && !mostly(f.Entries, func(e *Entry) bool { return e.Title != "" }) {
		n.Err = fail(n.URL, NotFeed, errors.New("a sitemap without news"))
	}
	if n.Kind != CommentFeed && mostly(f.Entries, hasMedia) {
		n.Kind = PodcastFeed
	}
}

// newest is the latest date of an entry.
func newest(entries []Entry) time.Time {
	var t time.Time
	for _, e := range entries {
		for _, at := range []time.Time{e.Published, e.Updated} {
			if at.After(t) {
				t = at
			}
		}
	}
	return t
}

// mostly tells whether more than half of the entries are so.
func mostly(entries []Entry, is func(*Entry) bool) bool {
	n := 0
	for i := range entries {
		if is(&entries[i]) {
			n++
		}
	}
	return 2*n > len(entries)
}

// wholeText is the length in bytes from which a text is taken for the article and not for its summary.
const wholeText = 1000

func hasWholeText(e *Entry) bool {
	return len(e.Summary) >= wholeText || len(e.Content) >= wholeText && len(plain(e.Content)) >= wholeText
}

func hasMedia(e *Entry) bool {
	return slices.ContainsFunc(e.Enclosures, func(m Enclosure) bool {
		return strings.HasPrefix(m.Type, "audio/") || strings.HasPrefix(m.Type, "video/")
	})
}

// rank puts the best candidate first, and makes one of those that give the same entries.
func rank(all []Candidate, language string) []Candidate {
	var freshest time.Time
	for _, n := range all {
		if n.Newest.After(freshest) {
			freshest = n.Newest
		}
	}
	for i := range all {
		all[i].stale = !all[i].Newest.IsZero() && freshest.Sub(all[i].Newest) > staleAfter
	}
	slices.SortStableFunc(all, func(a, b Candidate) int { return better(&a, &b, language) })
	narrow(all)
	var kept []Candidate
	for _, n := range all {
		i := slices.IndexFunc(kept, func(k Candidate) bool { return k.URL == n.URL || n.read() && k.read() && sameEntries(&k, &n) })
		switch {
		case i < 0:
			kept = append(kept, n)
		case kept[i].URL != n.URL:
			kept[i].Same = append(kept[i].Same, n.URL)
		}
	}
	return kept
}

// narrow calls what is further down than the best feed a section.
func narrow(all []Candidate) {
	for i := range all {
		if n := &all[i]; n.Kind == MainFeed && all[0].Kind == MainFeed && n.read() && depth(n.URL) > depth(all[0].URL) {
			n.Kind = SectionFeed
		}
	}
}

// staleAfter is how much older than the site's newest entry a feed's may be before it counts as abandoned.
const staleAfter = 60 * 24 * time.Hour

// better compares two candidates; negative: the first is the better one. What was not asked yet is compared by what its
// address and its link tell.
func better(a, b *Candidate, language string) int {
	return cmp.Or(
		cmp.Compare(a.state(), b.state()),
		cmp.Compare(a.Kind.order(), b.Kind.order()),
		compareBool(b.Foreign, a.Foreign),
		compareBool(b.stale, a.stale),
		compareBool(speaks(a.language, language), speaks(b.language, language)),
		cmp.Compare(depth(a.URL), depth(b.URL)),
		compareBool(a.Full, b.Full),
		cmp.Compare(len(b.Feed.Entries), len(a.Feed.Entries)),
		b.Newest.Compare(a.Newest),
		cmp.Compare(a.order, b.order),
	)
}

// state sorts feeds before what may be one, and that before what is none. A feed without entries tells no more than one
// that was not asked.
func (n *Candidate) state() int {
	switch {
	case n.read() && len(n.Feed.Entries) > 0:
		return 0
	case n.read():
		return 1
	case !n.Asked:
		return 2
	}
	return 3
}

// compareBool puts true first.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// speaks tells whether a feed's language is the page's, or nothing is known of one of them.
func speaks(feed, page string) bool {
	a, _, _ := strings.Cut(feed, "-")
	b, _, _ := strings.Cut(page, "-")
	return a == "" || b == "" || strings.EqualFold(a, b)
}

// depth counts the parts of an address that narrow it, in its path and its query; what only names the format does not.
func depth(addr string) int {
	u, err := url.Parse(addr)
	if err != nil {
		return 0
	}
	n := 0
	for key := range u.Query() {
		switch key {
		case "alt", "feed", "format", "type":
		default:
			n++
		}
	}
	for _, part := range strings.FieldsFunc(strings.ToLower(u.Path), func(r rune) bool { return r == '/' || r == '.' }) {
		switch {
		case isFeedWord(part), isListWord(part), part == "xml", part == "json", part == "php":
		default:
			n++
		}
	}
	return n
}

// sameEntries tells two forms of one feed: of all entries that either lists, four in five are in both.
func sameEntries(a, b *Candidate) bool {
	keys := map[string]bool{}
	for i := range a.Feed.Entries {
		keys[entryKey(&a.Feed.Entries[i])] = true
	}
	both, either := 0, len(keys)
	seen := map[string]bool{}
	for i := range b.Feed.Entries {
		key := entryKey(&b.Feed.Entries[i])
		if seen[key] {
			continue
		}
		seen[key] = true
		if keys[key] {
			both++
		} else {
			either++
		}
	}
	return both > 0 && 5*both >= 4*either
}

// entryKey is the entry's page, by which an RSS and an Atom form of one feed agree, or else its id or title.
func entryKey(e *Entry) string {
	_, address, found := strings.Cut(e.URL, "://")
	if !found {
		address = e.URL
	}
	return cmp.Or(address, e.ID, e.Title)
}
