// Command benchchart draws what BenchmarkGenerate and BenchmarkLoad (package cmd/orgheat) report against the number of activities, as an SVG of two
// panels, time and memory, both logarithmic: go run ./internal/benchchart < benchmarks.txt > chart.svg
package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// run is one line of a benchmark's output: its values by unit.
type run struct {
	name   string
	values map[string]float64
}

// read takes the lines of benchmarks and leaves out the rest.
func read(in io.Reader) (runs []run, err error) {
	s := bufio.NewScanner(in)
	for s.Scan() {
		fields := strings.Fields(s.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(fields[0], "Benchmark"), "/")
		r := run{name, map[string]float64{}}
		for i := 2; i+1 < len(fields); i += 2 {
			if r.values[fields[i+1]], err = strconv.ParseFloat(fields[i], 64); err != nil {
				return nil, fmt.Errorf("%q: %w", s.Text(), err)
			}
		}
		runs = append(runs, r)
	}
	return runs, s.Err()
}

// line is one line of a panel.
type line struct {
	label, of, unit, colour string
}

// panel is one diagram of lines over activities.
type panel struct {
	title string
	lines []line
}

var panels = []panel{
	{"Seconds", []line{{"generate", "Generate", "s", "#6b7a90"}, {"load and derive", "Load", "s", "#c2410c"}}},
	{"Highest resident memory, MiB", []line{{"generator", "Generate", "MiB/program", "#6b7a90"}, {"loader", "Load", "MiB/program", "#c2410c"}, {"engine", "Load", "MiB/engine", "#1d4ed8"}}},
}

const (
	width, height           = 860, 330
	plotW, plotH            = 320, 220
	left, top, between, end = 60, 50, 110, 70
)

// span is the powers of ten around values.
func span(values []float64) (lo, hi float64) {
	return math.Floor(math.Log10(slices.Min(values))), math.Ceil(math.Log10(slices.Max(values)))
}

func draw(w io.Writer, runs []run) error {
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="12"><rect width="100%%" height="100%%" fill="#fff"/>`+"\n", width, height)
	for i, p := range panels {
		x0 := float64(left + i*(plotW+between))
		var xs, ys []float64
		for _, l := range p.lines {
			for _, r := range runs {
				if r.name == l.of && r.values[l.unit] > 0 && r.values["activities"] > 0 {
					xs, ys = append(xs, r.values["activities"]), append(ys, r.values[l.unit])
				}
			}
		}
		if len(xs) == 0 {
			return fmt.Errorf("no benchmark tells %s", p.title)
		}
		xlo, xhi := math.Log10(slices.Min(xs))-.1, math.Log10(slices.Max(xs))+.1
		ylo, yhi := span(ys)
		x := func(v float64) float64 { return x0 + plotW*(math.Log10(v)-xlo)/(xhi-xlo) }
		y := func(v float64) float64 { return top + plotH - plotH*(math.Log10(v)-ylo)/(yhi-ylo) }
		fmt.Fprintf(w, `<text x="%.0f" y="28" font-size="14" font-weight="600" fill="#111">%s</text>`+"\n", x0, p.title)
		for e := ylo; e <= yhi; e++ {
			v := math.Pow(10, e)
			fmt.Fprintf(w, `<path d="M%.1f %.1fh%d" stroke="#ddd"/><text x="%.1f" y="%.1f" text-anchor="end" fill="#555">%s</text>`+"\n", x0, y(v), plotW, x0-6, y(v)+4, short(v))
		}
		for _, e := range []float64{1e6, 3e6, 1e7, 3e7, 1e8} {
			if math.Log10(e) >= xlo && math.Log10(e) <= xhi {
				fmt.Fprintf(w, `<path d="M%.1f %dv%d" stroke="#eee"/><text x="%.1f" y="%d" text-anchor="middle" fill="#555">%s</text>`+"\n", x(e), top, plotH, x(e), top+plotH+18, short(e))
			}
		}
		fmt.Fprintf(w, `<text x="%.0f" y="%d" text-anchor="middle" fill="#555">activities</text>`+"\n", x0+plotW/2, top+plotH+38)
		for _, l := range p.lines {
			var of []run
			for _, r := range runs {
				if r.name == l.of && r.values[l.unit] > 0 {
					of = append(of, r)
				}
			}
			slices.SortFunc(of, func(a, b run) int { return int(a.values["activities"] - b.values["activities"]) })
			var path strings.Builder
			for i, r := range of {
				px, py := x(r.values["activities"]), y(r.values[l.unit])
				fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(i, 1)], px, py)
				fmt.Fprintf(w, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"><title>%s: %s at %s activities</title></circle>`+"\n", px, py, l.colour, l.label, short(r.values[l.unit]), short(r.values["activities"]))
			}
			fmt.Fprintf(w, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", path.String(), l.colour)
			last := of[len(of)-1].values
			fmt.Fprintf(w, `<text x="%.1f" y="%.1f" fill="%s">%s</text>`+"\n", x(last["activities"])-8, y(last[l.unit])-9, l.colour, l.label)
		}
	}
	fmt.Fprintln(w, `</svg>`)
	return nil
}

// short writes 1234567 as 1.2M.
func short(v float64) string {
	for _, u := range []struct {
		of   float64
		name string
	}{{1e6, "M"}, {1e3, "k"}} {
		if v >= u.of {
			return strconv.FormatFloat(math.Round(v/u.of*10)/10, 'f', -1, 64) + u.name
		}
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

func main() {
	runs, err := read(os.Stdin)
	if err == nil {
		err = draw(os.Stdout, runs)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchchart:", err)
		os.Exit(1)
	}
}
