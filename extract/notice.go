package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// Notice is a page's own statement of what became of its article after it was published.
type Notice struct {
	Kind     string // [Corrected] or [Retracted]
	Evidence string // where it says so, and its words
}

// The kinds of a [Notice].
const (
	Corrected = "corrected"
	Retracted = "retracted" // withdrawn, killed
)

// Where notices are printed: in the first and last paragraphs of a text, or in the blocks next to it.
const (
	noticeFirst  = 3
	noticeLast   = 4
	noticeBeside = 12
	maxNotice    = 600 // bytes of a paragraph that are read
)

// findNotice looks for the page's statement that its article is corrected or retracted: in the structured data, at the headline,
// and where notices stand about the text. News about a retraction is none, so a statement must be about this article and
// open its paragraph. A retraction goes before a correction.
func (p *page) findNotice() {
	about := p.noticeBlocks()
	var found []Notice
	for _, find := range []func([]string) *Notice{p.ldNotice, p.headlineNotice, textNotice} {
		if n := find(about); n != nil {
			found = append(found, *n)
		}
	}
	if len(found) == 0 {
		return
	}
	first := found[max(0, slices.IndexFunc(found, func(n Notice) bool { return n.Kind == Retracted }))]
	first.Evidence = clip(first.Evidence, maxValue)
	p.article.Notice = &first
	p.note("notice", first.Kind, first.Evidence)
}

// ldNotice reads schema.org's correction and creativeWorkStatus of the article's node.
func (p *page) ldNotice([]string) *Notice {
	switch status := strings.ToLower(p.news.text("creativeWorkStatus")); status {
	case "retracted", "withdrawn", "killed", "canceled", "cancelled":
		return &Notice{Retracted, "json-ld creativeWorkStatus: " + status}
	case "corrected":
		return &Notice{Corrected, "json-ld creativeWorkStatus: " + status}
	}
	for _, c := range p.news.nodes("correction") {
		for _, key := range []string{"text", "name", "description", "url"} {
			if s := c.text(key); s != "" {
				return &Notice{Corrected, "json-ld correction: " + s}
			}
		}
	}
	return nil
}

// headlineNotice reads the word before or behind a headline. Where the word may also be a subject of news, the text has to confirm
// that it isn't.
func (p *page) headlineNotice(about []string) *Notice {
	titles := []string{p.article.Title}
	for _, n := range p.survey.h1 {
		if t := textOf(n); t != p.article.Title {
			titles = append(titles, t)
		}
	}
	for _, title := range titles {
		for _, form := range headlineForms {
			m := form.says.FindStringSubmatch(title)
			if m == nil || form.capitals && shouted(strings.Join(m[1:], "")) {
				continue
			}
			if form.proof == nil || form.proof.MatchString(strings.Join(about[:min(len(about), noticeBeside)], "\n")) {
				return &Notice{form.kind, "headline: " + title}
			}
		}
	}
	return nil
}

// shouted says whether a text is all in capitals: then a word in capitals is no sign.
func shouted(s string) bool {
	return !strings.ContainsFunc(s, unicode.IsLower) && strings.ContainsFunc(s, unicode.IsUpper)
}

func textNotice(about []string) *Notice {
	var corrected *Notice
	for i, s := range about {
		if !mayNotice(s) {
			continue
		}
		if noticeHeading.MatchString(s) && i+1 < len(about) {
			s = strings.TrimRight(s, ":. ") + ": " + about[i+1]
		}
		for _, form := range textForms {
			if !form.says.MatchString(s) || form.proof != nil && !form.proof.MatchString(s) {
				continue
			}
			n := &Notice{form.kind, "page-text: " + s}
			if n.Kind == Retracted {
				return n
			}
			if corrected == nil {
				corrected = n
			}
		}
	}
	return corrected
}

// mayNotice says by its first word whether a paragraph is worth a closer look: few are.
func mayNotice(s string) bool {
	head := strings.TrimLeft(strings.ToLower(clip(s, 100)), " *_•▪[(«")
	end := strings.IndexFunc(head, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(head)
	}
	return noticeOpeners[head[:end]] || slices.ContainsFunc(noticeSigns, func(sign string) bool { return strings.Contains(head, sign) })
}

// noticeBlocks are the paragraphs in which a notice may stand, in reading order.
func (p *page) noticeBlocks() (about []string) {
	first, last := -1, -1
	inside := map[*html.Node]bool{}
	for _, b := range p.body {
		inside[b.node] = true
	}
	for i, b := range p.survey.blocks {
		if inside[b.node] {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 { // the text is not the page's own, or there is none
		return noticeEnds(strings.Split(p.article.Text, "\n\n"))
	}
	blocks := p.survey.blocks
	add := func(from, to int, text bool) (own []string) {
		for _, b := range blocks[max(from, 0):min(to, len(blocks))] {
			if inside[b.node] == text && 2*b.links < b.chars && (text || !discussed(b.node)) {
				own = append(own, clip(b.text, maxNotice))
			}
		}
		return own
	}
	about = add(first-noticeBeside, first, false)
	about = append(about, noticeEnds(add(first, last+1, true))...)
	about = append(about, add(first, last+1, false)...) // boxes within the text
	return append(about, add(last+1, last+1+noticeBeside, false)...)
}

// noticeEnds are the first and the last paragraphs.
func noticeEnds(all []string) (out []string) {
	for i, s := range all {
		if i < noticeFirst || i >= len(all)-noticeLast {
			out = append(out, clip(s, maxNotice))
		}
	}
	return out
}

// discussed says whether a block is a reader's word.
func discussed(n *html.Node) (is bool) {
	for ; n != nil && !is; n = n.Parent {
		eachClass(n, func(w string) { is = is || discussion(w) })
	}
	return is
}

// noticeForm is a wording of a notice.
type noticeForm struct {
	kind     string
	says     *regexp.Regexp // of a headline, its groups are what is left of it
	proof    *regexp.Regexp // what must be there too; nil if the wording can mean nothing else
	capitals bool           // the headline's other words must not be in capitals
}
