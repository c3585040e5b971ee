package config

import (
	"errors"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// value is a value of a TOML file that knows where it stands. go-toml's decoder gives up at the first value of a
// wrong type and forgets the places of the right ones, and we name every mistake with its place; so it only judges
// the syntax here, and its parser's events make this tree.
type value struct {
	kind   unstable.Kind // Table, Array, String, Integer or another scalar; InlineTable becomes Table
	at     int           // offset in the file
	text   string        // a scalar's content
	items  []*value      // an array's
	fields []field       // a table's, in the file's order
	byName map[string]int
}

// field is a key of a table and what it holds.
type field struct {
	name  string
	at    int // of the key
	value *value
}

func (v *value) isTable() bool { return v.kind == unstable.Table }
func (v *value) isList() bool  { return v.kind == unstable.Array }
func (v *value) isText() bool  { return v.kind == unstable.String }

// get is a table's field; nil if there is none.
func (v *value) get(name string) *field {
	i, ok := v.byName[name]
	if !ok {
		return nil
	}
	return &v.fields[i]
}

func (v *value) add(name string, at int, child *value) *value {
	if v.byName == nil {
		v.byName = map[string]int{}
	}
	v.byName[name] = len(v.fields)
	v.fields = append(v.fields, field{name, at, child})
	return child
}

// what names the kind in a message.
func (v *value) what() string {
	switch v.kind {
	case unstable.Table:
		return "a table"
	case unstable.Array:
		return "a list"
	case unstable.String:
		return shown(v.text)
	case unstable.Integer, unstable.Float:
		return "the number " + v.text
	case unstable.Bool:
		return v.text
	}
	return "the date or time " + v.text
}

// integer is an integer's number, in any base that TOML writes.
func (v *value) integer() (int64, bool) {
	if v.kind != unstable.Integer {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(v.text, "_", ""), 0, 64)
	return n, err == nil
}

// boolean is true or false, which TOML writes without quotes.
func (v *value) boolean() (b, ok bool) {
	return v.text == "true", v.kind == unstable.Bool
}

// parseTree is the file as a tree, or the one mistake of a file that isn't TOML: what follows such a place
// can't be trusted to mean what it seems to say.
func parseTree(data []byte) (*value, *toml.DecodeError) {
	var judged map[string]any
	var bad *toml.DecodeError
	if err := toml.Unmarshal(data, &judged); errors.As(err, &bad) {
		return nil, bad
	}
	root := &value{kind: unstable.Table}
	b := builder{root: root, here: root}
	b.parser.Reset(data)
	for b.parser.NextExpression() {
		b.expression(b.parser.Expression())
	}
	return root, nil
}

// builder makes the tree.
type builder struct {
	parser unstable.Parser
	root   *value
	here   *value // the table of the last header
}

func (b *builder) expression(e *unstable.Node) {
	switch e.Kind {
	case unstable.KeyValue:
		b.pair(b.here, e)
	case unstable.Table:
		table, last := b.walk(b.root, e.Key())
		b.here = descend(table, string(last.Data), int(last.Raw.Offset))
	case unstable.ArrayTable:
		table, last := b.walk(b.root, e.Key())
		name, at := string(last.Data), int(last.Raw.Offset)
		list := table.get(name)
		if list == nil {
			table.add(name, at, &value{kind: unstable.Array, at: at})
			list = table.get(name)
		}
		b.here = &value{kind: unstable.Table, at: at}
		list.value.items = append(list.value.items, b.here)
	}
}

// walk goes down a dotted key to the table that holds its last part, and makes what is missing.
func (b *builder) walk(table *value, key unstable.Iterator) (*value, *unstable.Node) {
	for key.Next() {
		part := key.Node()
		if key.IsLast() {
			return table, part
		}
		table = descend(table, string(part.Data), int(part.Raw.Offset))
	}
	return table, &unstable.Node{}
}

// descend is the table below a name; of a list of tables, the last one.
func descend(table *value, name string, at int) *value {
	f := table.get(name)
	if f == nil {
		return table.add(name, at, &value{kind: unstable.Table, at: at})
	}
	if n := len(f.value.items); n > 0 {
		return f.value.items[n-1]
	}
	return f.value
}

func (b *builder) pair(table *value, e *unstable.Node) {
	table, last := b.walk(table, e.Key())
	at := int(last.Raw.Offset)
	table.add(string(last.Data), at, b.value(e.Value(), at))
}

// value is a node with all below it. An array's node has no place of its own: it is its key's.
func (b *builder) value(n *unstable.Node, at int) *value {
	if n.Raw.Length > 0 {
		at = int(n.Raw.Offset)
	}
	v := &value{kind: n.Kind, at: at}
	switch n.Kind {
	case unstable.Array:
		for it := n.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment {
				v.items = append(v.items, b.value(it.Node(), at))
			}
		}
	case unstable.InlineTable:
		v.kind = unstable.Table
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				b.pair(v, it.Node())
			}
		}
	default:
		v.text = string(n.Data)
	}
	return v
}
