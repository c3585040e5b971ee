package extract

import "testing"

// TestWordings reads ASCII with the smaller pattern and finds the same.
func TestWordings(t *testing.T) {
	w := oneOf(`\bcat`, `д(?:о)м`, `[éè]t`, `(?:né|na)p`, `(?:é|ü)x`, `é?y`)
	if got, want := w.ascii.String(), `\bcat|(?:né|na)p|é?y`; got != want {
		t.Errorf("of ASCII: %s, want %s", got, want)
	}
	for s, want := range map[string]string{"the cat": "cat", "дом": "дом", "nap": "nap", "ét": "ét", "my": "y", "x": "", "éx": "éx"} {
		if got := w.FindString(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
		if s != "" && isASCII(s) && w.all.FindString(s) != w.ascii.FindString(s) {
			t.Errorf("%q: the two patterns differ", s)
		}
	}
	if none := oneOf(`дом`); none.MatchString("home") || !none.MatchString("дом") {
		t.Error("a wording of one language matches another")
	}
}
