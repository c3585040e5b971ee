package storage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The kinds of a [Notice].
const (
	NoticeCorrected = "corrected"
	NoticeGone      = "gone"
	NoticeRetracted = "retracted"
)

// Partials of a record whose page was there and was taken down since, if the store has it whole.
const (
	PartialGone     = "gone"      // 410
	PartialNotFound = "not-found" // 404
)

// touch takes over what a publisher changed of an article besides its text: the title, the licence, the rights, a notice. Each is
// told in the story with what it was. There is no new revision, since revisions count texts; but the record is written, so that
// whoever follows the changes sees it. Whatever else differs (the summary, the tags, the date of the update) is taken along with the next
// such change, and alone is none: many pages are rewritten at each visit.
func (t tx) touch(r, old *Record, listings [][]byte) (Outcome, error) {
	before, known := *old, len(old.AlsoIn)
	events := old.takeOver(r)
	old.carryRecord(r)
	if len(events) == 0 {
		if err := t.settleAll(old, listings); err != nil || len(old.AlsoIn) == known {
			return Unchanged, err
		}
		return Unchanged, t.saveRecord(old)
	}
	if err := t.tell(old.ID, nil, events...); err != nil {
		return "", err
	}
	if err := t.unkey(&before); err != nil { // a short text's key has the title in it
		return "", err
	}
	return Updated, t.add(old, listings)
}

// takeOver changes what differs, and tells of it.
func (old *Record) takeOver(r *Record) (events []Event) {
	changed := func(what string, is, was string) { events = append(events, changeEvent(r, what, is, was)) }
	if n := old.Notice.after(r.notice(old), r.Partial == ""); n != old.Notice {
		events = append(events, noticed(r, n, old.Notice))
		old.Notice = n
	}
	asGood := r.Partial == "" || old.Partial != ""
	if asGood && r.Title != "" && Normalize(r.Title) != Normalize(old.Title) {
		changed("title", fmt.Sprintf("%q", r.Title), fmt.Sprintf("%q", old.Title))
		old.Title, old.Attribution = r.Title, r.Attribution
	}
	if asGood && r.License.terms() != old.License.terms() {
		changed("license", r.License.terms(), old.License.terms())
		old.License, old.Attribution = r.License, r.Attribution
	}
	if is, was := statedRights(r.Rights), statedRights(old.Rights); (asGood || r.Partial == PartialRights) && is != was {
		changed("rights", is, was)
		old.Rights = r.Rights
	}
	if len(events) > 0 && asGood {
		old.Summary, old.Tags = cmp.Or(r.Summary, old.Summary), r.Tags
		if r.Updated.After(old.Updated) {
			old.Updated = r.Updated
		}
	}
	return events
}

func changeEvent(r *Record, what, is, was string) Event {
	return Event{At: r.Fetched, What: "changed", Detail: fmt.Sprintf("%s: %s, was %s", what, cmp.Or(is, "none"), cmp.Or(was, "none"))}
}

// noticed tells of a notice. A page that was gone and has come back leaves only that in the story.
func noticed(r *Record, is, was *Notice) Event {
	return changeEvent(r, "notice", is.String(), was.String())
}

// notice is what a page says of its article; one that is no longer there says so by that.
func (r *Record) notice(old *Record) *Notice {
	if old.Partial != "" || r.Partial != PartialGone && r.Partial != PartialNotFound {
		return r.Notice
	}
	evidence := "HTTP 404"
	if r.Partial == PartialGone {
		evidence = "HTTP 410"
	}
	return &Notice{Kind: NoticeGone, Evidence: evidence, At: r.Fetched}
}

// after is the notice that stands after another look, which found next. What was corrected or retracted stays so when the page no
// longer says it, and the first to be seen is the one that is kept; but a page that came is not gone.
func (n *Notice) after(next *Notice, came bool) *Notice {
	switch {
	case n == nil || n.Kind == NoticeGone && came:
		return next
	case next == nil || n.rank() >= next.rank():
		return n
	}
	return next
}

// rank orders notices by how much they say against relying on a text.
func (n *Notice) rank() int {
	return slices.Index([]string{NoticeCorrected, NoticeGone, NoticeRetracted}, n.Kind)
}

func (n *Notice) String() string {
	if n == nil {
		return ""
	}
	return n.Kind + " (" + n.Evidence + ")"
}

// terms are what of a licence a change of it changes: the words in which a page states it may be others at each visit.
func (l *License) terms() string {
	if l == nil {
		return ""
	}
	parts := []string{cmp.Or(l.SPDX, l.URL, l.Statement), l.Version, l.Jurisdiction, l.Holder, l.Status}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// statedRights are rights as they are compared: in any order, wherever they were read.
func statedRights(all []Right) string {
	var parts []string
	for _, r := range all {
		parts = append(parts, strings.TrimSpace(r.Name+" "+r.Value))
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), ", ")
}
