package near

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSortedIsAsSlicesSort(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 50, 500, 20_000} {
		for _, shift := range []int{0, 40, 60} { // the larger, the more repeat one another and share their first byte
			s := make([]uint64, n)
			for i := range s {
				s[i] = rnd.Uint64() >> shift
			}
			want := slices.Clone(s)
			slices.Sort(want)
			want = slices.Compact(want)
			if got := sorted(s); !slices.Equal(got, want) {
				t.Errorf("%d hashes shifted by %d: %d came out, want %d in order", n, shift, len(got), len(want))
			}
		}
	}
}
