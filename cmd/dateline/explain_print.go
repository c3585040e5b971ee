package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"dateline/storage"
)

func (told *account) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s  %s\n%s\n%s\n", told.ID, printable(told.URL), printable(told.Title), told.fate())
	if told.Folded != "" {
		fmt.Fprintf(t, "%s was folded into it\n", printable(told.Folded))
	}
	told.writeListings(t)
	told.writeFindings(t)
	told.writeRevisions(t)
	told.writeExport(t)
	fmt.Fprintf(t, "\nWhat happened\n")
	for _, e := range told.Events {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", second(e.At), printable(e.What), short(printable(e.Detail)))
	}
	return t.Flush()
}

func (told *account) writeListings(w io.Writer) {
	fmt.Fprintf(w, "\nListed by\n")
	for _, l := range told.Listings {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", printable(l.Agency.ID), printable(l.Feed), sighted(l))
		if l.URL != told.URL && l.URL != "" {
			fmt.Fprintf(w, "  \tas %s\n", printable(l.URL))
		}
		if !l.Poll.IsZero() {
			fmt.Fprintf(w, "  \tpolled last %s: %s\n", second(l.Poll), printable(l.Outcome))
		}
	}
}

// writeFindings tells what is known of the page: whether it might be asked for, how often it was, how it was read, and what it
// repeats.
func (told *account) writeFindings(w io.Writer) {
	fmt.Fprintf(w, "\nIts page\n")
	if r := told.Robots; r != nil {
		asked := ""
		if !r.Asked.IsZero() {
			asked = ", asked " + second(r.Asked)
		}
		fmt.Fprintf(w, "  robots\t%s by %s/robots.txt%s\n", r.Verdict, printable(r.Origin), asked)
	}
	fmt.Fprintf(w, "  attempts\t%d fetched, %d failed\n", told.Attempts.Fetched, told.Attempts.Failed)
	if told.BodyFrom != "" {
		fmt.Fprintf(w, "  body\tfrom %s, confidence %.2f\n", printable(told.BodyFrom), told.Confidence)
	}
	if l := told.Look; l != nil {
		fmt.Fprintf(w, "  look\tnumber %d, due %s\n", l.Step, second(l.Due))
	}
	for _, c := range told.Raw {
		fmt.Fprintf(w, "  raw\t%s of %s, in segment %d\n", c.Kind, second(c.Time), c.Segment)
	}
	if n := told.Notice; n != nil {
		fmt.Fprintf(w, "  notice\t%s since %s: %s\n", printable(n.Kind), second(n.At), short(printable(n.Evidence)))
	}
	if told.DuplicateOf != "" {
		fmt.Fprintf(w, "  repeats\t%s%s\n", printable(told.DuplicateOf), likeness(told.Similarity))
	}
	for _, r := range told.Repeated {
		fmt.Fprintf(w, "  repeated by\t%s of %s%s\n", printable(r.ID), printable(r.Agency), likeness(r.Similarity))
	}
}

// likeness says how far one text repeats another.
func likeness(s *storage.Similarity) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf(": %s, Jaccard %.3f, containment %.3f", printable(s.Kind), s.Jaccard, s.Containment)
}

func (told *account) writeRevisions(w io.Writer) {
	if len(told.Revisions) < 2 {
		return
	}
	fmt.Fprintf(w, "\nRevisions\n")
	for _, r := range told.Revisions {
		fmt.Fprintf(w, "  %d\t%s\t%d letters\n", r.Revision, second(r.Fetched), r.Letters)
	}
}

func (told *account) writeExport(w io.Writer) {
	if told.Release == nil {
		return
	}
	fmt.Fprintf(w, "\nWhat export and release do\n")
	for _, v := range told.Export {
		fmt.Fprintf(w, "  export %s\t%s\n", v.Choice, does(v))
	}
	fmt.Fprintf(w, "  release\t%s\n", does(*told.Release))
}

func does(v storage.Verdict) string {
	if v.Written {
		return "writes it"
	}
	return "leaves it out: " + printable(v.Why)
}
