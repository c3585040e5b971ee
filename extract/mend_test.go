package extract

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestMend(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"right already", `{"a":"b \"c\" \u00e9","d":[1,-2.5,true,null]}`, `{"a":"b \"c\" é","d":[1,-2.5,true,null]}`},
		{"raw line breaks", "{\"a\":\"b\nc\td\"}", `{"a":"b\nc\td"}`},
		{"trailing commas", `{"a":["b",],}`, `{"a":["b"]}`},
		{"two commas", `{"a":"b",,"c":"d"}`, `{"a":"b","c":"d"}`},
		{"semicolon", `{"a":"b;"};`, `{"a":"b;"}`},
		{"comments", "/* x */ {\"a\": // \"y\"\n \"http://b\" /* z */}", `{"a":"http://b"}`},
		{"byte order mark", "\ufeff {\"a\":\"b\"}", `{"a":"b"}`},
		{"CDATA", "//<![CDATA[\n{\"a\":\"b\"}\n//]]>", `{"a":"b"}`},
		{"single quotes", `{'a':'it\'s "so"', 'b': 'don't'}`, `{"a":"it's \"so\"","b":"don't"}`},
		{"quotes inside", `{"a":"he said "no" to it","b":"the "end""}`, `{"a":"he said \"no\" to it","b":"the \"end\""}`},
		{"quotes before a comma", `{"a":""No", he said","b":"c"}`, `{"a":"\"No\", he said","b":"c"}`},
		{"bad escapes", `{"a":"b\'c\-d\/"}`, `{"a":"b'c-d/"}`},
		{"cut in a value", `{"a":"b","c":{"d":["e","and so o`, `{"a":"b","c":{"d":["e","and so o"]}}`},
		{"cut in a key", `{"a":"b","c`, `{"a":"b"}`},
		{"cut behind a colon", `{"a":"b","c": `, `{"a":"b"}`},
		{"cut behind a comma", `{"a":"b",`, `{"a":"b"}`},
		{"cut in an escape", `{"a":"b\u00`, `{"a":"b"}`},
		{"cut behind a backslash", `{"a":"b\`, `{"a":"b"}`},
		{"a comment without an end", `{"a":"b"} /* c`, `{"a":"b"}`},
		{"other controls", "{\"a\":\"b\x01c\"}", `{"a":"b c"}`},
		{"brackets left open", `[{"a":"b"`, `[{"a":"b"}]`},
	} {
		var got, want any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		vs := decodeLD(c.in)
		if len(vs) == 1 {
			got = vs[0]
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v of %s, want %v", c.name, vs, mend(c.in), want)
		}
	}
}

func TestDecodeLD(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     int
	}{
		{"nothing", "", 0},
		{"no JSON", "var a = b", 0},
		{"one after the other", `{"a":1}{"b":2}`, 2},
		{"with a semicolon between", `{"a":1}; {"b":2};`, 2},
		{"escaped as HTML", `{&quot;a&quot;:&quot;b &amp;amp; c&quot;}`, 1},
		{"what comes before the damage stays", `{"a":1} }{ x`, 1},
	} {
		if got := decodeLD(c.in); len(got) != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestDenseLD(t *testing.T) {
	article := `{"@type":"NewsArticle","headline":"The harbour opens","author":{"@type":"Person","name":"Jane Doe"},"articleBody":"` + strings.Repeat("The ship came in at four. ", 40) + `"},`
	if s := "[" + strings.Repeat(article, 200) + "{}]"; denseLD(s) {
		t.Errorf("%d bytes of articles are called dense", len(s))
	}
	if !denseLD(strings.Repeat(`{},`, 30_000)) || denseLD(strings.Repeat(`{},`, 1000)) {
		t.Error("empty objects")
	}
}

// FuzzMend: JSON that is right means the same after it.
func FuzzMend(f *testing.F) {
	for _, s := range append(ldSeeds, `{"a":"b","c":[1,2,{"d":null}],"e":"\"\\\u00e9\n"}`, `["a" , "b: c", "d, e", ":", ",", "//", ";"]`) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		mended := mend(s)
		if len(mended) > 6*len(s)+8 {
			t.Errorf("%d bytes became %d", len(s), len(mended))
		}
		var before, after any
		if json.Unmarshal([]byte(s), &before) != nil || unwrap(s) != strings.TrimSpace(s) {
			return
		}
		if err := json.Unmarshal([]byte(mended), &after); err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("%s became %s: %v", s, mended, err)
		}
	})
}
