package storage

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"testing"
)

// TestDeltasOfAnyLength rebuilds lines of any length from bases of any length; an edit stays short where articles are of
// that length.
func TestDeltasOfAnyLength(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for _, n := range []int{8, 100, 5000, 100 << 10, 3 << 20} {
		base := make([]byte, n)
		for i := range base {
			base[i] = byte('a' + r.IntN(26))
		}
		half := n / 2
		line := append(append(bytes.Clone(base[:half]), "corrected"...), base[half:]...)
		sum := sha256.Sum256(base)
		row, err := packDelta(append([]byte{formDelta}, sum[:baseSum]...), line, base)
		if err != nil {
			t.Fatal(err)
		}
		if n <= 100<<10 && len(row) > 1+baseSum+100 {
			t.Errorf("%d bytes: the way back takes %d", n, len(row))
		}
		if back, err := goBack(row, base); err != nil || !bytes.Equal(back, line) {
			t.Errorf("%d bytes: came back otherwise: %v", n, err)
		}
		if _, err := goBack(row, line); !errors.Is(err, errBase) {
			t.Errorf("%d bytes: from another base: %v", n, err)
		}
	}
}
