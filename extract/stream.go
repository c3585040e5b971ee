package extract

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// streamed gives the number of a part that came late: React streams parts of a page behind its end, in hidden elements with
// ids such as S:1a, and a script of one line moves each to its place, which a template with the id B:1a keeps. Empty for all
// other elements.
func streamed(n *html.Node) string {
	number, ok := strings.CutPrefix(attr(n, "id"), "S:")
	if !ok || n.DataAtom != atom.Div || strings.Trim(number, "0123456789abcdef") != "" {
		return ""
	}
	return number
}

// assemble does what that script does.
func assemble(root *html.Node, htm []byte) {
	if !bytes.Contains(htm, []byte(`id="S:`)) {
		return
	}
	places, parts := map[string]*html.Node{}, []*html.Node{}
	eachElement(root, func(n *html.Node) {
		if number, ok := strings.CutPrefix(attr(n, "id"), "B:"); ok && n.DataAtom == atom.Template {
			places[number] = n
		}
		if streamed(n) != "" {
			parts = append(parts, n)
		}
	})
	for _, part := range parts {
		at := places[streamed(part)]
		if at == nil || at.Parent == nil || inside(at, part) {
			continue // it is read where it stands
		}
		for c := part.FirstChild; c != nil; c = part.FirstChild {
			part.RemoveChild(c)
			at.Parent.InsertBefore(c, at)
		}
	}
}
