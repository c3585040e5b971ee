package storage

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// tail is what is known of how a record came to be, as of its last change. It stands in the record's frame behind its line,
// in a form that is nearly all found in that line, or in the dictionary, again; a line is one of
//
//	@2026-11-03T08:00:00Z    the time of the events that follow
//	title"meta og:title: …"  an event: what, then its detail as a JSON string
//	!{"at":…}                an event that can't be said so
//	{"url":…}                the facts of a listing that counts for the record, in the order of the record's own keys
//	=0a1b…                   the key of another listing of its story
type tail struct {
	Events   []Event
	Listings []entryFacts
	Others   [][]byte
}

// shortEvent says whether an event has a short form.
func shortEvent(e Event) bool {
	return e.What != "" && !strings.ContainsAny(e.What, "\"\n") && !strings.ContainsAny(e.What[:1], "@!{=")
}

func (rest *tail) append(b []byte) ([]byte, error) {
	var at time.Time
	for i, e := range rest.Events {
		if e.At = e.At.UTC(); i == 0 || !e.At.Equal(at) {
			at = e.At
			b = append(b, '\n', '@')
			b = at.AppendFormat(b, time.RFC3339Nano)
		}
		head, v := "\n"+e.What, any(e.Detail)
		if !shortEvent(e) {
			head, v = "\n!", e
		}
		var err error
		if b, err = appendJSON(append(b, head...), v); err != nil {
			return nil, err
		}
	}
	for _, facts := range rest.Listings {
		var err error
		if b, err = appendJSON(append(b, '\n'), facts); err != nil {
			return nil, err
		}
	}
	for _, key := range rest.Others {
		b = hex.AppendEncode(append(b, '\n', '='), key)
	}
	return b, nil
}

// appendJSON encodes as [Record.Line] does, so that the same text has the same bytes.
func appendJSON(b []byte, v any) ([]byte, error) {
	w := bytes.NewBuffer(b)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(w.Bytes(), "\n"), nil
}

// parseTail reads what append wrote, less the newline before it.
func parseTail(b []byte) (rest tail, err error) {
	var at time.Time
	for line := range bytes.SplitSeq(b, []byte{'\n'}) {
		if len(line) == 0 {
			continue
		}
		switch line[0] {
		case '@':
			at, err = time.Parse(time.RFC3339Nano, string(line[1:]))
		case '!':
			var e Event
			err = json.Unmarshal(line[1:], &e)
			rest.Events = append(rest.Events, e)
		case '{':
			var facts entryFacts
			err = json.Unmarshal(line, &facts)
			rest.Listings = append(rest.Listings, facts)
		case '=':
			key := make([]byte, hex.DecodedLen(len(line)-1))
			_, err = hex.Decode(key, line[1:])
			rest.Others = append(rest.Others, key)
		default:
			what, _, _ := bytes.Cut(line, []byte{'"'})
			e := Event{At: at, What: string(what)}
			err = json.Unmarshal(line[len(what):], &e.Detail)
			rest.Events = append(rest.Events, e)
		}
		if err != nil {
			return tail{}, fmt.Errorf("%w: %w", errDecode, err)
		}
	}
	return rest, nil
}
