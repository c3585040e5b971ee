package fetch

import (
	"slices"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

// values are the texts of all elements of that name, in the document's order.
func values(x ext.Extensions, prefix, name string) []string {
	var all []string
	for _, e := range x[prefix][name] {
		if strings.TrimSpace(e.Value) != "" {
			all = append(all, e.Value)
		}
	}
	return all
}

// extension is the text of the first element of that name that has one.
func extension(x ext.Extensions, prefix, name string) string {
	for _, e := range x[prefix][name] {
		if strings.TrimSpace(e.Value) != "" {
			return e.Value
		}
	}
	return ""
}

// child is the text of the first child of that name.
func child(e ext.Extension, name string) string {
	if found := e.Children[name]; len(found) > 0 {
		return found[0].Value
	}
	return ""
}

// inAtom are the elements of Atom, of any version, in a feed of another format.
func inAtom(x ext.Extensions, name string) []ext.Extension {
	if len(x["atom"][name]) == 0 {
		return x["atom03"][name]
	}
	return slices.Concat(x["atom"][name], x["atom03"][name])
}

// texts are the plain texts that were set aside under one of these names; the first name that has any counts.
func texts(x ext.Extensions, names ...string) string {
	for _, name := range names {
		for _, e := range x[ours][name] {
			if s := newConstruct(e).plain(); s != "" {
				return s
			}
		}
	}
	return ""
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// appendNew adds what is not there yet. Case makes no difference, and the first form stays.
func appendNew(list []string, s string) []string {
	if s == "" || len(list) >= maxList || slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, s) }) {
		return list
	}
	return append(list, s)
}
