package extract

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"

	"dateline/extract/calendar"
)

// clean leaves out what lies inside the article's element and is no part of its text.
func (p *page) clean(blocks []*block) []*block {
	seen := map[string]bool{}
	var out []*block
	for _, b := range blocks {
		if b.bad || p.echo(b) || leads(b) || seen[b.text] && b.chars >= 60 {
			continue
		}
		if len(out) < 4 && p.masthead(b) {
			continue
		}
		seen[b.text] = true
		out = append(out, b)
	}
	return trimHeadings(out)
}

// echo is the headline again.
func (p *page) echo(b *block) bool {
	return b.tag == atom.H1 || p.titled(b)
}

// titled says whether a block is the title in other letters.
func (p *page) titled(b *block) bool {
	return b.chars < 400 && (slices.Equal(b.hashes(), p.told.title) || slices.Equal(b.hashes(), p.told.feedTitle))
}

// leads says whether a block mostly leads elsewhere: a teaser, a tag list. A paragraph may be one long link all the same
// if it is prose around it.
func leads(b *block) bool {
	if b.tag == atom.P {
		return b.links*10 > b.chars*9
	}
	return b.links*2 > b.chars
}

// masthead is a line above the text that only says who wrote it or when.
func (p *page) masthead(b *block) bool {
	if b.chars > 120 {
		return false
	}
	for _, name := range p.article.Authors {
		if strings.Contains(b.text, name) && len(b.text) < 3*len(name)+20 && !ends(b.text) {
			return true
		}
	}
	if b.chars < 40 {
		_, ok := calendar.Date(b.text, p.src.Zone)
		return ok
	}
	return false
}

// trimHeadings drops headings that nothing follows: what they headed is gone.
func trimHeadings(blocks []*block) []*block {
	for len(blocks) > 0 && heading(blocks[len(blocks)-1].tag) {
		blocks = blocks[:len(blocks)-1]
	}
	return blocks
}

// lead finds paragraphs that open the story above its element: what stands between the headline and the text, is
// prose, and is either named a lead or is the page's own description of itself.
func (p *page) lead(before, body []*block) []*block {
	if len(body) == 0 {
		return nil
	}
	var out []*block
	for i := len(before) - 1; i >= 0 && i > len(before)-40; i-- {
		b := before[i]
		if b.tag == atom.H1 {
			break
		}
		if b.bad || plain(b) == 0 || p.echo(b) || repeats(b.text, body) {
			continue
		}
		if named := leadName(b); named || p.described(b) {
			out = append([]*block{b}, out...)
		}
	}
	return out
}

// leadName says whether the block's element, or the one around it, is called a lead.
func leadName(b *block) bool {
	return b.at.lead || b.at.up != nil && b.at.up.lead
}

// told is what is known of the article before its body is looked for, as hashed words.
type told struct {
	title, feedTitle []uint64
	summaries        [][]uint64
}

// tell hashes what the finders of title and summary found, and what the feed said.
func (p *page) tell() {
	p.told.title, p.told.feedTitle = words(p.article.Title), words(p.src.Title)
	for _, s := range []string{p.article.Summary, plainText(p.src.Summary)} {
		if w := words(clip(s, 1000)); len(w) >= 6 {
			p.told.summaries = append(p.told.summaries, w)
		}
	}
}

func words(t string) []uint64 {
	return (&block{text: t}).hashes()
}

// agree counts the words with which two texts begin alike.
func agree(a, b []uint64) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// described says whether a text is the description that the page or the feed gives of the article, or its beginning:
// descriptions are cut, often within a word.
func (p *page) described(b *block) bool {
	for _, s := range p.told.summaries {
		if n := agree(s, b.hashes()); n >= 5 && n >= min(len(s)-1, len(b.words)) {
			return true
		}
	}
	return false
}

// opens says whether a text begins as the page's or the feed's description does: it is the first of the article.
func (p *page) opens(b *block) bool {
	enough := 8
	if b.chars <= 3*len(b.hashes()) {
		enough = 20 // of an unspaced script each character is a word
	}
	for _, s := range p.told.summaries {
		if agree(s, b.hashes()) >= min(enough, len(s)-1) {
			return true
		}
	}
	return false
}

// repeats says whether the body says the text already.
func repeats(text string, body []*block) bool {
	t := letters(text)
	for i, b := range body {
		if i > 20 {
			break
		}
		if strings.Contains(letters(b.text), t) {
			return true
		}
	}
	return false
}

// same compares two texts by their letters.
func same(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	return a == b || letters(a) == letters(b)
}

// letters keeps letters and digits in lower case: what two printings of one text have in common.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
