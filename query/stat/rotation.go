package stat

import (
	"math"
	"math/rand/v2"
	"slices"
)

const (
	enumerateLimit = 30_000 // rotations; below, the null distribution is exact
	rotationDraws  = 9_999
	sameStatistic  = 1e-9 // statistics this close are equal: sums are taken in different orders
)

// rotations holds, for every cell, rotation and window, what the scan statistic needs. Rotating a cell by s weeks moves its
// counts and exposure together, which keeps the cell's own trend, bursts and total but breaks their tie to the event.
//
// The first 13 windows are the single lags -6..+6 (the curve); the windows that are tested are windows[from:].
type rotations struct {
	windows []Window
	from    int
	cells   []cell
	tables  []table   // the cells' rotations; their row sums are one rotation of everything
	o, exp  []float64 // window -> observed and expected, not rotated
	v       []float64 // window -> exact null variance of O - E
	scaled  []scaled  // window -> what makes it a Z
}

// scaled is a window as the lags [from, to) among the single ones, and 1/sqrt(V): 0 where the count cannot vary, which says nothing.
type scaled struct {
	from, to uint8
	by       float64
}

// running are the sums of O - E over a row's lags before each lag, and of all; the rest is there to be indexed without a check.
type running [16]float64

func (to *running) add(row []float64) {
	sum := 0.
	for k, x := range row[:lagCount] {
		sum += x
		to[k+1] = sum
	}
}

// z is the window's (O - E)/sqrt(V).
func (to *running) z(w scaled) float64 { return (to[w.to&15] - to[w.from&15]) * w.by }

// maxZ is the largest |Z| of windows, at least most.
func (to *running) maxZ(windows []scaled, most float64) float64 {
	for _, w := range windows {
		if z := math.Abs(to.z(w)); z > most {
			most = z
		}
	}
	return most
}

// rowWidth is the length of a table's row: O_j - E_j of each single lag, then its E_j. A longer window is the sum of its lags.
const rowWidth = 2 * lagCount

// width is how much of a row matters: expectations only for the curve.
func width(curve bool) int {
	if curve {
		return rowWidth
	}
	return lagCount
}

// table holds the rotations of one cell, or all combinations of two cells, one in a row.
type table struct {
	rows int
	at   []float64
}

func newTable(rows int) table { return table{rows, make([]float64, rows*rowWidth)} }

func (t *table) row(i int) []float64 { return t.at[i*rowWidth : (i+1)*rowWidth] }

// pairRows bounds a table of two cells: beyond, it would not stay in the processor's cache and drawing from it would be
// slower than from two.
const pairRows = 700

// pair merges tables two by two, which halves the additions of a draw.
func pair(tables []table) []table {
	var out []table
	for len(tables) > 0 {
		a := tables[0]
		tables = tables[1:]
		if len(tables) > 0 && a.rows*tables[0].rows <= pairRows {
			b := tables[0]
			tables = tables[1:]
			both := newTable(a.rows * b.rows)
			for i := range a.rows {
				for j := range b.rows {
					add(both.row(i*b.rows+j), a.row(i), b.row(j))
				}
			}
			a = both
		}
		out = append(out, a)
	}
	return out
}

// lagWindows are the 13 single lags; scanWindows adds every window of 2-4 weeks inside -6..+6: 46 in all.
func lagWindows() []Window {
	w := make([]Window, lagCount)
	for i := range w {
		w[i] = Window{i - maxLag, 1}
	}
	return w
}

func scanWindows() []Window {
	w := lagWindows()
	for start := -maxLag; start <= maxLag; start++ {
		for n := 2; n <= maxWindow && start+n-1 <= maxLag; n++ {
			w = append(w, Window{start, n})
		}
	}
	return w
}

// newRotations tabulates every cell's rotations. declared nil means the scan over all windows.
func newRotations(cells []cell, declared *Window) *rotations {
	r := &rotations{windows: scanWindows(), cells: cells}
	if declared != nil {
		r.windows, r.from = append(lagWindows(), *declared), lagCount
	}
	nw := len(r.windows)
	r.o, r.exp, r.v, r.scaled = make([]float64, nw), make([]float64, nw), make([]float64, nw), make([]scaled, nw)
	for j := range cells {
		c := &cells[j]
		weeks := len(c.y)
		t := newTable(weeks)
		py, pe := doubledSums(c.y), doubledSums(c.e)
		for k, w := range r.windows {
			lo, hi := c.span(w)
			if lo >= hi {
				continue
			}
			var square float64
			for s := range weeks {
				o := py[hi+s] - py[lo+s]
				x := c.n * (pe[hi+s] - pe[lo+s]) / c.exp
				square += (o - x) * (o - x)
				if k < lagCount {
					row := t.row(s)
					row[k], row[lagCount+k] = o-x, x
				}
				if s == 0 {
					r.o[k] += o
					r.exp[k] += x
				}
			}
			r.v[k] += square / float64(weeks)
		}
		r.tables = append(r.tables, t)
	}
	for k, v := range r.v {
		at := uint8(r.windows[k].Start + maxLag)
		r.scaled[k] = scaled{from: at, to: at + uint8(r.windows[k].Len)}
		if v > 0 {
			r.scaled[k].by = 1 / math.Sqrt(v)
		}
	}
	r.tables = pair(r.tables)
	return r
}

// doubledSums are the prefix sums of xs followed by itself: any rotated window is one subtraction.
func doubledSums(xs []float64) []float64 {
	p := make([]float64, 2*len(xs)+1)
	for i := range 2 * len(xs) {
		p[i+1] = p[i] + xs[i%len(xs)]
	}
	return p
}

// best returns the index of the tested window with the largest |Z|, and its Z.
func (r *rotations) best() (int, float64) {
	at, z := r.from, 0.0
	for k := r.from; k < len(r.windows); k++ {
		if r.v[k] <= 0 {
			continue
		}
		if x := (r.o[k] - r.exp[k]) / math.Sqrt(r.v[k]); math.Abs(x) > math.Abs(z)+sameStatistic {
			at, z = k, x
		}
	}
	return at, z
}

// dispersion is the window's null variance relative to a multinomial split of each cell's total, at least 1.
func (r *rotations) dispersion(k int) float64 {
	var binomial float64
	for j := range r.cells {
		c := &r.cells[j]
		_, e := c.inWindow(r.windows[k])
		p := e / c.n
		binomial += c.n * p * (1 - p)
	}
	if !(binomial > 0) {
		return 1
	}
	return math.Max(1, r.v[k]/binomial)
}

// nullSample is the distribution of the statistics under rotation.
type nullSample struct {
	exact  bool
	max    []float64   // max |Z| over the tested windows
	maxLag []float64   // max |Z| over the 13 single lags
	ratio  [][]float64 // lag -> O/E; nil unless asked for
}

// sample rotates the cells independently: through all combinations if there are at most 30,000, else 9,999 times at random.
func (r *rotations) sample(rng *rand.Rand, curve bool) *nullSample {
	total := 1
	for _, c := range r.cells {
		if total *= len(c.y); total > enumerateLimit {
			break
		}
	}
	n := &nullSample{exact: total <= enumerateLimit}
	if !n.exact {
		total = rotationDraws
	}
	n.max = make([]float64, 0, total)
	if curve {
		n.maxLag = make([]float64, 0, total)
		n.ratio = make([][]float64, lagCount)
		for k := range n.ratio {
			n.ratio[k] = make([]float64, 0, total)
		}
	}
	if n.exact {
		r.enumerate(n, curve)
	} else {
		r.draw(n, rng, curve)
	}
	return n
}

// enumerate walks all combinations depth first: level j holds the sums over tables 0..j-1.
func (r *rotations) enumerate(n *nullSample, curve bool) {
	sums := make([][]float64, len(r.tables)+1)
	for j := range sums {
		sums[j] = make([]float64, width(curve))
	}
	var walk func(j int)
	walk = func(j int) {
		if j == len(r.tables) {
			r.record(n, sums[j], curve)
			return
		}
		for s := range r.tables[j].rows {
			add(sums[j+1], sums[j], r.tables[j].row(s))
			walk(j + 1)
		}
	}
	walk(0)
}

// draw takes random combinations.
func (r *rotations) draw(n *nullSample, rng *rand.Rand, curve bool) {
	sum := make([]float64, width(curve))
	for range rotationDraws {
		copy(sum, r.tables[0].row(rng.IntN(r.tables[0].rows)))
		for j := 1; j < len(r.tables); j++ {
			t := &r.tables[j]
			add(sum, sum, t.row(rng.IntN(t.rows)))
		}
		r.record(n, sum, curve)
	}
}

// add sets dst = a + b over the length of dst.
func add(dst, a, b []float64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// record appends the statistics of one combination, a row sum.
func (r *rotations) record(n *nullSample, sum []float64, curve bool) {
	var to running
	to.add(sum)
	lags := to.maxZ(r.scaled[:lagCount], 0)
	most := to.maxZ(r.scaled[max(r.from, lagCount):], 0)
	if r.from == 0 {
		most = max(most, lags)
	}
	n.max = append(n.max, most)
	if !curve {
		return
	}
	n.maxLag = append(n.maxLag, lags)
	for k, x := range sum[lagCount:] {
		if x > 0 {
			n.ratio[k] = append(n.ratio[k], 1+sum[k]/x)
		}
	}
}

// p is the share of rotations with a statistic of at least t: all of them if enumerated, else with the observed order
// counted as one more draw (Davison & Hinkley 1997, 4.2.3), so that p is never 0.
func (n *nullSample) p(t float64) float64 {
	hits := 0
	for _, m := range n.max {
		if m >= t-sameStatistic {
			hits++
		}
	}
	if n.exact {
		return float64(hits) / float64(len(n.max))
	}
	return float64(1+hits) / float64(len(n.max)+1)
}

// critical is the smallest value whose share of the sample at or below it is at least .95. It reorders xs.
func critical(xs []float64) float64 {
	return nthSmallest(xs, int(math.Ceil(.95*float64(len(xs))-1e-9))-1)
}

// nthSmallest returns what xs[n] would be after sorting, in linear time (Hoare's quickselect). It reorders xs so that
// nothing before n is larger.
func nthSmallest(xs []float64, n int) float64 {
	lo, hi := 0, len(xs)-1
	for lo < hi {
		pivot := pivotNear(xs[lo:hi+1], n-lo)
		i, j := lo, hi
		for i <= j {
			for xs[i] < pivot {
				i++
			}
			for xs[j] > pivot {
				j--
			}
			if i <= j {
				xs[i], xs[j] = xs[j], xs[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return xs[n]
		}
	}
	return xs[n]
}

// pivotNear is a value of xs that lies about where the n-th smallest does: quantiles far out are left with few values after one pass.
func pivotNear(xs []float64, n int) float64 {
	var some [17]float64
	if len(xs) < 4*len(some) {
		return xs[len(xs)/2]
	}
	for i := range some {
		some[i] = xs[(len(xs)-1)*i/(len(some)-1)]
	}
	slices.Sort(some[:])
	return some[n*len(some)/len(xs)]
}

// band returns the quantiles .025 and .975 (type 7) of xs, NaN if empty. It reorders xs.
func band(xs []float64) (lo, hi float64) {
	return selectQuantile(xs, .025), selectQuantile(xs, .975)
}

// selectQuantile is Quantile without sorting. It reorders xs.
func selectQuantile(xs []float64, p float64) float64 {
	if len(xs) == 0 {
		return math.NaN()
	}
	at := float64(len(xs)-1) * p
	i := int(at)
	v := nthSmallest(xs, i)
	if i+1 < len(xs) && at > float64(i) {
		next := math.Inf(1) // the smallest of the larger part
		for _, x := range xs[i+1:] {
			if x < next {
				next = x
			}
		}
		v += (at - float64(i)) * (next - v)
	}
	return v
}
