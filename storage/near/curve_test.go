package near_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"dateline/storage/near"
)

var (
	draw  = flag.Bool("draw", false, "draw docs/deduplication.svg")
	whole = flag.Bool("whole", false, "measure edits on all of the corpus wcxb, not a sixth")
)

// score counts verdicts.
type score struct{ right, of int }

func (s score) share() float64 { return float64(s.right) / float64(max(s.of, 1)) }

func (s *score) add(right bool) {
	s.of++
	if right {
		s.right++
	}
}

// falseAlarms are the pairs called copies among texts that are none: different articles, and the hard negatives.
func falseAlarms(all []article) (wrong []string, pairs int) {
	check := func(group string, texts []article) {
		for i, a := range texts {
			for _, b := range texts[i+1:] {
				pairs++
				if l := likeness(a, b); l.Kind != near.None {
					wrong = append(wrong, fmt.Sprintf("%s: %s, %s: %+v", group, a.id, b.id, l))
				}
			}
		}
	}
	check("articles", all)
	negatives := hardNegatives()
	maps.Copy(negatives, laterForms())
	for group, texts := range negatives {
		var cut []article
		for i, s := range texts {
			cut = append(cut, newArticle(fmt.Sprint(i), s))
		}
		check(group, cut)
	}
	return wrong, pairs
}

// TestEdits measures what is found of edited copies: recall by edit, and precision over all pairs. The numbers of the verdict were
// chosen on aeb and fundus; wcxb, of other sites, had no part in it.
func TestEdits(t *testing.T) {
	for _, name := range []string{"aeb", "fundus", "wcxb"} {
		t.Run(name, func(t *testing.T) {
			all := articles(t, name)
			if name == "wcxb" && !*whole {
				all = all[:len(all)/6]
			}
			d := newDesk(all)
			var light, half, found score
			for _, e := range edits {
				var s score
				for _, a := range all {
					s.add(likeness(a, newArticle(a.id, e.apply(d, a.text))).Kind != near.None)
				}
				t.Logf("%-36s recall %.3f", e.name, s.share())
				found.right += s.right
				switch {
				case e.share <= 0.3:
					light.right, light.of = light.right+s.right, light.of+s.of
				case strings.HasPrefix(e.name, "last"):
					half = s
				}
			}
			wrong, pairs := falseAlarms(all)
			for _, w := range wrong {
				t.Log("false: ", w)
			}
			precision := float64(found.right) / float64(found.right+len(wrong))
			t.Logf("edits up to 30 %%: recall %.3f; half cut: %.3f; %d false of %d pairs: precision %.4f", light.share(), half.share(), len(wrong), pairs, precision)
			if light.share() < 0.97 || half.share() < 0.8 || precision < 0.99 {
				t.Error("below 0.97, 0.80 or 0.99")
			}
		})
	}
}

// TestHardNegatives needs no corpus.
func TestHardNegatives(t *testing.T) {
	wrong, pairs := falseAlarms(nil)
	for _, w := range wrong {
		t.Log(w)
	}
	if pairs < 300 || len(wrong) > 0 {
		t.Errorf("%d of %d pairs of different texts are taken for copies", len(wrong), pairs)
	}
}

// BenchmarkCurve prints, and with -draw draws, how recall falls with the share of a text that is changed or cut: as dateline
// finds copies, and with bands of four rows.
func BenchmarkCurve(b *testing.B) {
	all := append(articles(b, "aeb"), articles(b, "fundus")...)
	d := newDesk(all)
	for range b.N {
		var lines []curve
		for _, way := range []struct {
			name  string
			apply func(string, float64) string
		}{{"words changed", d.changed}, {"end cut", d.cut}, {"added", d.added}} {
			ours, four := curve{name: way.name}, curve{name: way.name + ", 32 bands of 4", thin: true}
			for share := 0.0; share < 0.75; share += 0.1 {
				var a, c score
				for _, text := range all {
					copied := newArticle(text.id, way.apply(text.text, share))
					a.add(likeness(text, copied).Kind != near.None)
					c.add(sharesFour(&text.sketch, &copied.sketch) && near.Judge(text.cut, copied.cut).Kind != near.None)
				}
				ours.points, four.points = append(ours.points, a.share()), append(four.points, c.share())
			}
			lines = append(lines, ours, four)
		}
		for _, l := range lines {
			fmt.Printf("%-32s", l.name)
			for _, p := range l.points {
				fmt.Printf(" %.3f", p)
			}
			fmt.Println()
		}
		if *draw {
			if err := os.WriteFile("../../docs/deduplication.svg", []byte(picture(lines)), 0o666); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// sharesFour says whether two sketches share one of 32 bands of four rows.
func sharesFour(a, b *near.Sketch) bool {
	for i := 0; i < near.Perms; i += 4 {
		if [4]byte(a[i:]) == [4]byte(b[i:]) {
			return true
		}
	}
	return false
}

// curve is recall at each tenth of a text that was edited.
type curve struct {
	name   string
	thin   bool
	points []float64
}

func picture(lines []curve) string {
	const left, right, top, bottom = 60.0, 640.0, 50.0, 350.0
	x := func(tenths float64) float64 { return left + (right-left)*tenths/7 }
	y := func(recall float64) float64 { return bottom - (bottom-top)*recall }
	var s strings.Builder
	s.WriteString("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 860 400' font-family='Helvetica, Arial, sans-serif' font-size='13' fill='#222'>\n<rect width='860' height='400' fill='#fff'/>\n")
	s.WriteString("<text x='20' y='25'>Copies that are found, by the share of the text that was edited (168 articles of two corpora)</text>\n")
	for i := range 11 {
		if i%2 == 0 {
			fmt.Fprintf(&s, "<path d='M%.0f %.1fH%.0f' stroke='#ddd'/><text x='%.0f' y='%.1f' text-anchor='end'>%.1f</text>\n", left, y(float64(i)/10), right, left-8, y(float64(i)/10)+4, float64(i)/10)
		}
		if i < 8 {
			fmt.Fprintf(&s, "<path d='M%.1f %.0fV%.0f' stroke='#ddd'/><text x='%.1f' y='%.0f' text-anchor='middle'>%d %%</text>\n", x(float64(i)), top, bottom, x(float64(i)), bottom+18, i*10)
		}
	}
	colours := []string{"#0b6e4f", "#b3541e", "#3b5ba5"}
	for i, l := range lines {
		style := fmt.Sprintf("stroke='%s' stroke-width='2.5'", colours[i/2])
		if l.thin {
			style = fmt.Sprintf("stroke='%s' stroke-width='1.5' stroke-dasharray='5 4'", colours[i/2])
		}
		fmt.Fprintf(&s, "<path fill='none' %s d='", style)
		for j, p := range l.points {
			fmt.Fprintf(&s, "%c%.1f %.1f", "ML"[min(j, 1)], x(float64(j)), y(p))
		}
		at := y(0.95) + float64(i)*22
		fmt.Fprintf(&s, "'/>\n<path %s d='M%.0f %.1fh24'/><text x='%.0f' y='%.1f'>%s</text>\n", style, right+12, at, right+42, at+4, l.name)
	}
	return s.String() + "</svg>\n"
}
