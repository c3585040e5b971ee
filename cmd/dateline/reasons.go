package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"dateline/extract"
)

// writeExplanation sets out how a page was read: candidates, blocks, fields. What was chosen or kept has a mark in front.
func writeExplanation(w io.Writer, e extract.Explanation) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "BODY\tFROM\tLETTERS\tCONFIDENCE\tBY")
	for _, c := range e.Candidates {
		fmt.Fprintf(t, "%s\t%s\t%d\t%.2f\t%s\n", mark(c.Chosen), c.From, c.Letters, c.Confidence, printable(c.Detail))
	}
	fmt.Fprintln(t, "\nBLOCK\tPROBABILITY\tELEMENT\tTEXT\tWHY")
	for _, b := range e.Blocks {
		fmt.Fprintf(t, "%s\t%.2f\t%s\t%s\t%s\n", mark(b.Kept), b.Probability, printable(b.Element), beginning(b.Text, 60), printable(strings.Join(b.Why, ", ")))
	}
	fmt.Fprintln(t, "\nFIELD\tFROM\tVALUE")
	for _, f := range e.Article.Findings {
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.Field, printable(f.From), beginning(f.Value, 100))
	}
	return t.Flush()
}

func mark(is bool) string {
	if is {
		return "+"
	}
	return "-"
}

// beginning is the beginning of a text, on one line.
func beginning(s string, most int) string {
	s = printable(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
