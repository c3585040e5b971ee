package extract

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
)

// modelText is what was learned from pages whose articles people had marked. TestTrain writes it.
//
//go:embed model.txt
var modelText string

// lexiconText lists the phrases by which news pages, in many languages, introduce what is no part of the story.
//
//go:embed lexicon.txt
var lexiconText string

// model is what is known of how articles are told from the rest of a page: by the names of elements, by the words of
// short blocks, and by a forest of decision trees over the traits of a block.
type model struct {
	names  map[string]name
	words  map[uint64]wordOdds // of a word, or of a run of words
	forest forest
}

// name is what a word means in the names that an element has. near and far are log odds that a block is of the article:
// where the word names its element or the one around that, and where it names any element around it.
type name struct {
	near, far float32
	furniture bool // what stands beside an article
	talk      bool // readers' comments
	lead      bool // the paragraph that opens the story
	post      bool // a post of another network, embedded
}

// wordOdds are log odds that a short block is of the article which holds the word, or which opens with it, and the
// lexicon's category of the word, from 1.
type wordOdds struct {
	text, open float32
	kind       uint8
	never      bool // the phrase is of no story
	more       bool // a longer phrase begins with it
}

// odds sums up what several names or words say.
type odds struct {
	min, max, sum float32
	n             int
}

// hear takes one more vote; zero is none.
func (o *odds) hear(v float32) {
	if v == 0 {
		return
	}
	o.min, o.max = min(o.min, v), max(o.max, v)
	o.sum += v
	o.n++
}

// join takes the votes of another.
func (o *odds) join(v odds) {
	o.min, o.max = min(o.min, v.min), max(o.max, v.max)
	o.sum += v.sum
	o.n += v.n
}

func (o *odds) mean() float32 {
	if o.n == 0 {
		return 0
	}
	return o.sum / float32(o.n)
}

// learned gives the model that the program was built with.
var learned = sync.OnceValue(func() *model {
	m, err := parseModel(modelText)
	if err != nil {
		panic("extract: the embedded model: " + err.Error()) // unreachable: a test parses it
	}
	return m
})

// newModel knows the lexicon and has learned nothing.
func newModel() *model {
	m := &model{names: knownNames(), words: map[uint64]wordOdds{}}
	kind := uint8(0)
	for line := range strings.Lines(lexiconText) {
		switch line = strings.TrimSpace(line); {
		case line == "":
		case strings.HasPrefix(line, "# "):
			kind++
		default:
			for phrase := range strings.SplitSeq(line, ",") {
				if h := phraseHash(strings.TrimSpace(phrase)); h != 0 {
					w := m.words[h]
					if kind > kinds {
						w.never = true
					} else {
						w.kind = kind
					}
					m.words[h] = w
					m.begin(phrase)
				}
			}
		}
	}
	return m
}

// begin notes what a phrase begins with, so that nobody looks on where none does.
func (m *model) begin(phrase string) {
	h := uint64(0)
	var last uint64
	eachToken(phrase, func(word uint64) {
		if last = h; last != 0 {
			w := m.words[last]
			w.more = true
			m.words[last] = w
		}
		h = h*31 + word
	})
}

// kinds is how many categories the lexicon has, and longest how many words its longest phrase.
const (
	kinds   = 10
	longest = 3
)

// phraseHash joins the hashes of a phrase's words as [page.read] does.
func phraseHash(phrase string) uint64 {
	h := uint64(0)
	eachToken(phrase, func(w uint64) { h = h*31 + w })
	return h
}

// parseModel reads what TestTrain wrote: a line for each name (n word near far), word (w phrase text open) and tree
// (t nodes, see [tree]).
func parseModel(text string) (*model, error) {
	m := newModel()
	line := 0
	for l := range strings.Lines(text) {
		line++
		if err := m.parseLine(strings.TrimSpace(l)); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	return m, nil
}

func (m *model) parseLine(l string) error {
	f := strings.Split(l, "\t")
	switch {
	case l == "" || l[0] == '#':
		return nil
	case f[0] == "n" && len(f) == 4:
		near, err1 := parseFloat(f[2])
		far, err2 := parseFloat(f[3])
		n := m.names[f[1]]
		n.near, n.far = near, far
		m.names[f[1]] = n
		return firstError(err1, err2)
	case f[0] == "w" && len(f) == 4:
		text, err1 := parseFloat(f[2])
		open, err2 := parseFloat(f[3])
		h := phraseHash(f[1])
		w := m.words[h]
		w.text, w.open = text, open
		m.words[h] = w
		m.begin(f[1])
		return firstError(err1, err2)
	case f[0] == "t" && len(f) == 2:
		t, err := parseTree(f[1])
		m.forest = append(m.forest, t)
		return err
	}
	return fmt.Errorf("%q is no line of a model", clip(l, 80))
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func parseFloat(s string) (float32, error) {
	v, err := strconv.ParseFloat(s, 32)
	return float32(v), err
}

// forest is a sum of decision trees: gradient boosting on the logistic loss (Friedman, 2001).
type forest []decision

// decision is a tree: its nodes, the root first.
type decision []node

// node asks whether a trait is at most a limit and goes left, or right; or it is a leaf and gives a value.
type node struct {
	trait       int16 // -1 in a leaf
	left, right int16
	value       float32 // the limit, or the leaf's value
}

// settled is the log odds from which the trees that are left are not asked: they would not change the verdict.
const settled = 4

// probability is that of a block with these traits being of the article.
func (f forest) probability(traits []float32) float64 {
	sum := float32(0)
	for k, t := range f {
		if k%20 == 0 && (sum > settled || sum < -settled) {
			break
		}
		i := int16(0)
		for t[i].trait >= 0 {
			if traits[t[i].trait] <= t[i].value {
				i = t[i].left
			} else {
				i = t[i].right
			}
		}
		sum += t[i].value
	}
	return 1 / (1 + math.Exp(-float64(sum)))
}

// parseTree reads nodes, apart by blanks: trait:limit:left:right, or a leaf's value.
func parseTree(s string) (decision, error) {
	var t decision
	for field := range strings.FieldsSeq(s) {
		n, err := parseNode(field)
		if err != nil {
			return nil, fmt.Errorf("node %q: %w", field, err)
		}
		t = append(t, n)
	}
	for i, n := range t {
		if n.trait >= 0 && (int(n.trait) >= len(traitNames) || int(n.left) <= i || int(n.left) >= len(t) || int(n.right) <= i || int(n.right) >= len(t)) {
			return nil, fmt.Errorf("node %d leads nowhere", i)
		}
	}
	if len(t) == 0 {
		return nil, fmt.Errorf("a tree without nodes")
	}
	return t, nil
}

func parseNode(s string) (node, error) {
	f := strings.Split(s, ":")
	if len(f) == 1 {
		v, err := parseFloat(f[0])
		return node{trait: -1, value: v}, err
	}
	if len(f) != 4 {
		return node{}, fmt.Errorf("want 1 or 4 fields")
	}
	v, err := parseFloat(f[1])
	var n [3]int
	for k, i := range []int{0, 2, 3} {
		var bad error
		n[k], bad = strconv.Atoi(f[i])
		err = firstError(err, bad)
	}
	return node{int16(n[0]), int16(n[1]), int16(n[2]), v}, err
}
