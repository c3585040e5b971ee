package extract

import (
	"math"
	"slices"
	"sort"
	"sync"
)

// boosting grows a forest by gradient boosting on the logistic loss, with histograms of binned traits and leaves split
// best first (Friedman 2001; Ke and others 2017).
type boosting struct {
	trees, leaves int
	rate          float64 // of learning
	fewest        int     // rows in a leaf
	ridge         float64 // L2 on the leaves' values
	bins          int
	columns       float64 // share of traits that a tree may use
}

var shape = boosting{trees: 120, leaves: 24, rate: 0.12, fewest: 40, ridge: 5, bins: 64, columns: 0.5}

// dataset is rows of traits with their labels and weights.
type dataset struct {
	rows   [][]float32
	labels []bool
	weight []float64
	limits [][]float32 // of each trait's bins
	binned [][]uint8   // by trait, then row
}

func (d *dataset) add(row []float32, label bool, weight float64) {
	d.rows = append(d.rows, row)
	d.labels = append(d.labels, label)
	d.weight = append(d.weight, weight)
}

// bin cuts each trait at its quantiles.
func (d *dataset) bin(most int) {
	n := len(d.rows[0])
	d.limits, d.binned = make([][]float32, n), make([][]uint8, n)
	each(n, func(f int) {
		var values []float32
		for i := 0; i < len(d.rows); i += 1 + len(d.rows)/50000 {
			values = append(values, d.rows[i][f])
		}
		slices.Sort(values)
		distinct := slices.Compact(slices.Clone(values))
		var limits []float32
		if len(distinct) <= most {
			for i := 0; i+1 < len(distinct); i++ {
				limits = append(limits, (distinct[i]+distinct[i+1])/2)
			}
		} else {
			for k := 1; k < most; k++ {
				limits = append(limits, values[k*len(values)/most])
			}
			limits = slices.Compact(limits)
		}
		for i, l := range limits { // as few digits as tell them apart
			limits[i] = round(l)
		}
		limits = slices.Compact(limits)
		d.limits[f] = limits
		d.binned[f] = make([]uint8, len(d.rows))
		for i, row := range d.rows {
			d.binned[f][i] = uint8(sort.Search(len(limits), func(k int) bool { return row[f] <= limits[k] }))
		}
	})
}

func round(v float32) float32 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, 4-math.Ceil(math.Log10(math.Abs(float64(v)))))
	return float32(math.Round(float64(v)*scale) / scale)
}

func each(n int, f func(int)) {
	var wg sync.WaitGroup
	for part := range 2 {
		wg.Go(func() {
			for i := part; i < n; i += 2 {
				f(i)
			}
		})
	}
	wg.Wait()
}

type cell struct {
	g, h float64
	n    int
}

// leaf is a leaf of a growing tree.
type leaf struct {
	at   int // its node
	rows []int32
	hist [][]cell
	sum  cell
	gain float64
	f, b int // the best split
}

// grow learns the forest.
func (s boosting) grow(d *dataset) forest {
	d.bin(s.bins)
	score := make([]float64, len(d.rows))
	g, h := make([]float64, len(d.rows)), make([]float64, len(d.rows))
	var out forest
	seed := uint64(1)
	for range s.trees {
		for i := range score {
			p := 1 / (1 + math.Exp(-score[i]))
			y := 0.0
			if d.labels[i] {
				y = 1
			}
			g[i], h[i] = d.weight[i]*(p-y), d.weight[i]*p*(1-p)
		}
		var cols []int
		for f := range d.limits {
			seed = seed*6364136223846793005 + 1442695040888963407
			if len(d.limits[f]) > 0 && float64(seed>>40)/float64(1<<24) < s.columns {
				cols = append(cols, f)
			}
		}
		out = append(out, s.tree(d, g, h, score, cols))
	}
	return out
}

func (s boosting) tree(d *dataset, g, h, score []float64, cols []int) decision {
	all := make([]int32, len(d.rows))
	for i := range all {
		all[i] = int32(i)
	}
	root := &leaf{rows: all}
	s.count(d, root, g, h, cols)
	s.best(d, root, cols)
	t := decision{{trait: -1}}
	leaves := []*leaf{root}
	for len(leaves) < s.leaves {
		k := 0
		for i, l := range leaves {
			if l.gain > leaves[k].gain {
				k = i
			}
		}
		l := leaves[k]
		if l.gain <= 1e-9 {
			break
		}
		left, right := &leaf{at: len(t)}, &leaf{at: len(t) + 1}
		t[l.at] = node{int16(l.f), int16(left.at), int16(right.at), d.limits[l.f][l.b]}
		t = append(t, node{trait: -1}, node{trait: -1})
		for _, r := range l.rows {
			if int(d.binned[l.f][r]) <= l.b {
				left.rows = append(left.rows, r)
			} else {
				right.rows = append(right.rows, r)
			}
		}
		small, large := left, right
		if len(left.rows) > len(right.rows) {
			small, large = right, left
		}
		s.count(d, small, g, h, cols)
		large.hist = l.hist
		for f := range large.hist {
			for b := range large.hist[f] {
				c, x := &large.hist[f][b], small.hist[f][b]
				c.g, c.h, c.n = c.g-x.g, c.h-x.h, c.n-x.n
			}
		}
		large.sum = cell{l.sum.g - small.sum.g, l.sum.h - small.sum.h, l.sum.n - small.sum.n}
		s.best(d, left, cols)
		s.best(d, right, cols)
		leaves[k] = left
		leaves = append(leaves, right)
	}
	for _, l := range leaves {
		v := -l.sum.g / (l.sum.h + s.ridge) * s.rate
		t[l.at].value = float32(v)
		for _, r := range l.rows {
			score[r] += v
		}
	}
	return t
}

// count fills a leaf's histograms.
func (s boosting) count(d *dataset, l *leaf, g, h []float64, cols []int) {
	l.hist = make([][]cell, len(cols))
	for _, r := range l.rows {
		l.sum.g, l.sum.h, l.sum.n = l.sum.g+g[r], l.sum.h+h[r], l.sum.n+1
	}
	each(len(cols), func(k int) {
		hist := make([]cell, len(d.limits[cols[k]])+1)
		bins := d.binned[cols[k]]
		for _, r := range l.rows {
			c := &hist[bins[r]]
			c.g += g[r]
			c.h += h[r]
			c.n++
		}
		l.hist[k] = hist
	})
}

// best finds the split of a leaf that gains most.
func (s boosting) best(d *dataset, l *leaf, cols []int) {
	worth := func(c cell) float64 { return c.g * c.g / (c.h + s.ridge) }
	whole := worth(l.sum)
	l.gain = 0
	for k, f := range cols {
		var left cell
		for b := range d.limits[f] {
			c := l.hist[k][b]
			left = cell{left.g + c.g, left.h + c.h, left.n + c.n}
			right := cell{l.sum.g - left.g, l.sum.h - left.h, l.sum.n - left.n}
			if left.n < s.fewest || right.n < s.fewest {
				continue
			}
			if gain := worth(left) + worth(right) - whole; gain > l.gain {
				l.gain, l.f, l.b = gain, f, b
			}
		}
	}
}
