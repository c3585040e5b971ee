package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"dateline/fetch"
	"dateline/storage"
	"dateline/storage/release"
)

// account is what `explain` tells; --json prints it. What the record itself holds is left to `show`.
type account struct {
	ID          string              `json:"id"`
	Folded      string              `json:"folded,omitempty"` // the id that was asked for: it was folded into this article
	URL         string              `json:"url,omitempty"`
	Title       string              `json:"title,omitempty"`
	State       storage.State       `json:"state"`
	Revision    int                 `json:"revision,omitempty"`
	Partial     string              `json:"partial,omitempty"` // why the text is the feed's own
	Tombstone   *storage.Tombstone  `json:"tombstone,omitempty"`
	Pending     *wanted             `json:"pending,omitempty"`
	Listings    []sighting          `json:"listings,omitempty"` // a row per feed that listed it
	Robots      *robotsVerdict      `json:"robots,omitempty"`
	Attempts    attempts            `json:"attempts"`
	BodyFrom    string              `json:"body_from,omitempty"`
	Confidence  float64             `json:"confidence,omitempty"`
	DuplicateOf string              `json:"duplicate_of,omitempty"`
	Similarity  *storage.Similarity `json:"similarity,omitempty"`
	Repeated    []repeat            `json:"repeated,omitempty"` // by others that are nearly the same
	Notice      *storage.Notice     `json:"notice,omitempty"`
	Revisions   []revised           `json:"revisions,omitempty"` // the newest first
	Look        *look               `json:"look,omitempty"`      // the next
	Raw         []captured          `json:"raw,omitempty"`       // the answers that are kept as they came
	Export      []storage.Verdict   `json:"export,omitempty"`
	Release     *storage.Verdict    `json:"release,omitempty"` // why as in a release's manifest
	Events      []storage.Event     `json:"events,omitempty"`  // what happened, oldest first
}

// sighting is a row of the ledger, and how its feed was polled last.
type sighting struct {
	storage.Listing
	Poll     time.Time `json:"poll,omitzero"`
	Outcome  string    `json:"outcome,omitempty"`
	NextPoll time.Time `json:"next_poll,omitzero"`
}

// robotsVerdict is what robots.txt said of the page.
type robotsVerdict struct {
	Origin  string    `json:"origin"`
	Asked   time.Time `json:"asked,omitzero"`
	Verdict string    `json:"verdict"` // allowed, forbidden, unavailable
}

// attempts count how often the page was asked for; a story is bounded, so of very many, some are forgotten.
type attempts struct {
	Fetched int `json:"fetched"`
	Failed  int `json:"failed"`
}

// captured is a raw answer about the page, or what it was asked for with.
type captured struct {
	Kind    string    `json:"kind"` // page or trip
	Time    time.Time `json:"time"`
	Segment uint32    `json:"segment"`
	Offset  int64     `json:"offset"` // bytes
	Length  int64     `json:"length"`
}

// look is a second look that the page is to have.
type look struct {
	Step int       `json:"step"` // which one it is, from 1
	Due  time.Time `json:"due"`
}

// repeat is a record that nearly repeats this one.
type repeat struct {
	ID         string              `json:"id"`
	Agency     string              `json:"agency"` // id
	URL        string              `json:"url,omitempty"`
	Similarity *storage.Similarity `json:"similarity,omitempty"`
}

// revised is one of an article's revisions.
type revised struct {
	Revision int       `json:"revision"`
	Fetched  time.Time `json:"fetched,omitzero"`
	Letters  int       `json:"letters"` // of its text
}

// wanted is a page that is still to come.
type wanted struct {
	Page  string    `json:"page,omitempty"`
	Tries int       `json:"tries"` // in vain
	Error string    `json:"error,omitempty"`
	Due   time.Time `json:"due,omitzero"` // not before; absent: now
}

func (a *app) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain URL|ID",
		Short: "Tell the story of one entry: who listed it, what was asked and found, what became of it",
		Long: `Tells what happened to an entry: which feeds listed it and when, how they were polled last, what robots.txt said, what was
asked for and what was answered, where its body, its dates and its licence were read, what it repeats and how far, its
revisions, what export and release do with it, and what became of it. The entry is named by its address, as the
feed or the page gives it, or by its id. Times are UTC.

A story is bounded: of an entry that is edited again and again, the beginning and the latest events are kept.

With --json it prints one object with the keys id, folded, url, title, state, revision, partial, tombstone, pending, listings, robots,
attempts, body_from, confidence, duplicate_of, similarity, repeated, notice, revisions, look, raw, export, release and events. What is empty is left out.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.explain(c.Context(), args[0]) },
	}
	c.Flags().BoolVar(&a.json, "json", false, "print the story as JSON")
	return c
}

func (a *app) explain(ctx context.Context, idOrURL string) error {
	db, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	found, err := db.Explain(ctx, idOrURL)
	if errors.Is(err, storage.ErrNotFound) {
		return hint(fmt.Errorf("%q: no feed has listed it", idOrURL), "dateline feeds tells which feeds are asked, and when")
	}
	if err != nil {
		return err
	}
	told := tell(found)
	if err := told.lookUp(ctx, db.Store); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(told)
	}
	return told.write(a.stdout)
}

// tell joins what the store knows of an article.
func tell(found storage.Account) account {
	told := account{ID: found.ID, Folded: found.Folded, Events: found.Events, State: state(found.Listings), Tombstone: found.Tombstone}
	for _, l := range found.Listings {
		told.Listings = append(told.Listings, sighting{Listing: l})
	}
	if d := found.Pending; d != nil {
		told.URL, told.Title = cmp.Or(d.Record.URL, d.Page), d.Record.Title
		told.Pending = &wanted{Page: d.Page, Tries: d.Tries, Error: d.Error, Due: d.Due}
	}
	if r := found.Record; r != nil {
		told.URL, told.Title, told.Revision, told.Partial = r.URL, r.Title, r.Revision, r.Partial
		told.BodyFrom, told.Confidence = r.BodyFrom, r.Confidence
		told.DuplicateOf, told.Similarity, told.Notice = r.DuplicateOf, r.Similarity, r.Notice
		told.Export = r.Verdicts()
		why := release.Withheld(r, judge())
		told.Release = &storage.Verdict{Written: why == "", Why: why}
	}
	if len(found.Listings) > 0 {
		told.URL, told.Title = cmp.Or(told.URL, found.Listings[0].URL), cmp.Or(told.Title, found.Listings[0].Title)
	}
	for _, e := range found.Events {
		switch e.What {
		case "fetched":
			told.Attempts.Fetched++
		case "failed":
			told.Attempts.Failed++
		}
	}
	return told
}

// lookUp adds what stands elsewhere: the feeds' polls, robots.txt, the revisions.
func (told *account) lookUp(ctx context.Context, s *storage.Store) error {
	for i := range told.Listings {
		l := &told.Listings[i]
		state, err := s.Feed(ctx, l.Feed)
		if err != nil {
			return err
		}
		l.Poll, l.Outcome, l.NextPoll = state.LastPoll, state.Outcome, state.NextPoll
	}
	if err := told.askRobots(ctx, s); err != nil {
		return err
	}
	if err := told.lookUpRaw(ctx, s); err != nil {
		return err
	}
	next, err := s.Revisit(ctx, told.ID)
	if err == nil {
		told.Look = &look{next.Step + 1, next.Due}
	} else if !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if told.Revision == 0 {
		return nil
	}
	if err := told.lookUpCluster(ctx, s); err != nil {
		return err
	}
	for r, err := range s.Revisions(ctx, told.ID) {
		if errors.Is(err, storage.ErrNotFound) { // removed meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		told.Revisions = append(told.Revisions, revised{r.Revision, r.Fetched, utf8.RuneCountInString(r.Text)})
	}
	return nil
}

// lookUpCluster finds what repeats an article. One that repeats another itself is repeated by none.
func (told *account) lookUpCluster(ctx context.Context, s *storage.Store) error {
	c, err := s.Cluster(ctx, told.ID)
	if errors.Is(err, storage.ErrNotFound) { // removed meanwhile
		return nil
	}
	if err != nil || c.Leader.ID != told.ID {
		return err
	}
	for i := range c.Members {
		m := &c.Members[i]
		told.Repeated = append(told.Repeated, repeat{m.ID, m.Agency.ID, m.URL, m.Similarity})
	}
	return nil
}

func (told *account) lookUpRaw(ctx context.Context, s *storage.Store) error {
	for c, err := range s.CapturesOf(ctx, told.ID) {
		if err != nil {
			return err
		}
		if c.Length > 0 { // else it was erased meanwhile
			told.Raw = append(told.Raw, captured{c.Kind.String(), c.Time, c.Segment, c.Offset, c.Length})
		}
	}
	return nil
}

// askRobots tells what robots.txt said of the page, by what came of it.
func (told *account) askRobots(ctx context.Context, s *storage.Store) error {
	u, err := url.Parse(told.URL)
	if err != nil || u.Host == "" {
		return nil
	}
	v := robotsVerdict{Origin: u.Scheme + "://" + u.Host}
	switch {
	case told.Partial == storage.PartialRobots:
		v.Verdict = storage.RobotsForbidden
	case told.Pending != nil && told.Pending.Error == string(fetch.RobotsDown):
		v.Verdict = storage.RobotsUnavailable
	case told.Attempts.Fetched+told.Attempts.Failed > 0:
		v.Verdict = storage.RobotsAllowed
	default:
		return nil
	}
	note, _, err := s.Robots(ctx, v.Origin)
	v.Asked = note.Asked
	told.Robots = &v
	return err
}

// state is the article's own: that of a listing which does not merely repeat it.
func state(listings []storage.Listing) storage.State {
	var s storage.State
	for _, l := range listings {
		if s == "" || s == storage.Duplicate {
			s = l.State
		}
	}
	return s
}

// fate says in a line what became of the article.
func (told *account) fate() string {
	switch {
	case told.Tombstone != nil:
		return printable(told.Tombstone.String())
	case told.Pending != nil && told.Revision > 0:
		return fmt.Sprintf("stored, revision %d; edited since, and its page is wanted again: %s", told.Revision, told.Pending)
	case told.Pending != nil:
		return "pending: " + told.Pending.String()
	case told.Partial != "":
		return fmt.Sprintf("%s, from the feed alone: %s; revision %d", told.State, printable(told.Partial), told.Revision)
	case told.State == storage.NearDuplicate:
		return fmt.Sprintf("%s, revision %d", told.State, told.Revision)
	case told.Revision > 0:
		return fmt.Sprintf("stored, revision %d", told.Revision)
	default:
		return string(told.State)
	}
}

func (w *wanted) String() string {
	when := "due now"
	if w.Due.After(time.Now()) {
		when = "due " + second(w.Due)
	}
	if w.Tries == 0 {
		return "not asked for yet, " + when
	}
	return fmt.Sprintf("asked for %d times in vain (%s), %s", w.Tries, printable(w.Error), when)
}

// sighted says when a feed listed an entry and what the ledger has for it.
func sighted(l sighting) string {
	s := "first " + second(l.First)
	if l.Last.After(l.First) {
		s += ", last " + second(l.Last)
	}
	s += ": " + string(l.State)
	if l.Why != "" {
		s += ", " + printable(l.Why)
	}
	return s
}

// short keeps a finding to a line or two; --json has all of it.
func short(s string) string {
	const most = 160 // characters
	if r := []rune(s); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + "…"
	}
	return s
}

func second(t time.Time) string { return t.UTC().Format(time.DateTime) }
