package query

import (
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/orgheat/orgheat/query/stat"
)

var chain = defineReading(Meta{
	ID: "chain", Title: "Event, merges, incidents", Question: "Do incidents around an org event go along with more changes?",
	Definition: "For each category of org events with enough occurrences, four steps: event_merges, the ratio of merged pull requests in the weeks around the event that deviate most; merges_incidents, the correlation of weekly " +
		"merges with incidents lag_weeks later, without the weeks around these events where they are supported, else those of series-correlation; event_incidents, the line of org-events; volume, the part of that ratio that goes along with the number of merges lag_weeks before " +
		"(share_volume: its share of the log ratio), and per_merge, the rest: incidents per merge inside the window against outside. volume and per_merge only where event_incidents is supported; their product is its ratio, but for weeks whose merges are not loaded. " +
		"consistent: all four hold (event_merges: p at most .05 and a rise; merges_incidents: p at most .05 and positive; event_incidents: supported; share_volume at least .5); else not_consistent, and missing says what does " +
		"not hold. Consistent with a chain is no proof of one.",
	Unit: Ratio, Loads: []string{"org-events", "incidents", "github"},
}, viewChain)

type chainRow struct {
	Category    string   `col:"category"`
	Step        string   `col:"step"`
	Holds       *bool    `col:"holds"`
	Window      *string  `col:"window" unit:"weeks after the event's first day"`
	LagWeeks    *int     `col:"lag_weeks" unit:"weeks from merges to incidents"`
	Ratio       float64  `col:"ratio" unit:"rate ratio"`
	R           float64  `col:"r" unit:"correlation"`
	CILow       float64  `col:"ci_low" unit:"of ratio or r"`
	CIHigh      float64  `col:"ci_high" unit:"of ratio or r"`
	P           float64  `col:"p" unit:"probability"`
	ShareVolume float64  `col:"share_volume" unit:"share of the log ratio"`
	Verdict     string   `col:"verdict"`
	Missing     []string `col:"missing"`
}

func viewChain(ctx context.Context, db *DB, f Filter, rows []incidentDay) ([]chainRow, []string, error) {
	h, err := db.history(ctx, f, rows)
	if err != nil {
		return nil, nil, err
	}
	if lack := h.missing(); lack != "" {
		return nil, []string{lack}, nil
	}
	if unknown := h.unknownCategory(f.Category); unknown != "" {
		return nil, []string{unknown}, nil
	}
	merges, ok := h.series[mergesSeries]
	if !ok {
		return nil, []string{"no merged pull request in the range"}, nil
	}
	incidentScans, err := db.scan(h)
	if err != nil {
		return nil, nil, err
	}
	usual := strongest(incidentScans)
	scansOfMerges := make([][]stat.ScanResult, len(incidentScans)) // of each category by itself, side by side
	var g errgroup.Group
	for i, r := range incidentScans {
		if r.Declared || f.Category != "" && r.Category != f.Category || r.Verdict == stat.Insufficient {
			continue
		}
		g.Go(func() (err error) {
			scansOfMerges[i], err = db.scanned("windows", stat.ScanWindows, merges, []stat.Category{{Name: r.Category, Days: shifted(h.events[r.Category], merges.first)}}, h.seed())
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	var out []chainRow
	var warnings []string
	for i, byIncidents := range incidentScans {
		name := byIncidents.Category
		if byIncidents.Declared || f.Category != "" && name != f.Category {
			continue
		}
		if byIncidents.Verdict == stat.Insufficient {
			warnings = append(warnings, name+": "+byIncidents.Warnings[0])
			continue
		}
		byMerges := scansOfMerges[i]
		if byMerges[0].Verdict == stat.Insufficient {
			warnings = append(warnings, name+": merges cover too few occurrences to say")
			continue
		}
		calendar := usual
		if byIncidents.Verdict == stat.Supported {
			calendar = name
		}
		together, warning := h.correlate(mergesSeries, h.events[calendar])
		if warning != "" {
			warnings = append(warnings, name+": merges and incidents: "+warning)
			continue
		}
		c := links{event: name, merges: byMerges[0], incidents: byIncidents, together: together, split: stat.Decomposition{Volume: math.NaN(), Share: math.NaN()}}
		if byIncidents.Verdict == stat.Supported {
			if c.split, err = h.decompose(merges, byIncidents, together.Lag); err != nil {
				warnings = append(warnings, name+": "+refusal(err))
				continue
			}
			for _, w := range c.split.Warnings {
				warnings = append(warnings, name+": "+w)
			}
		}
		out = append(out, c.rows()...)
	}
	return out, warnings, nil
}

// decompose splits a category's ratio by the merges lag weeks before. Days whose merges are not loaded are not observed.
func (h history) decompose(merges daily, r stat.ScanResult, lag int) (stat.Decomposition, error) {
	d := fullyObserved(h.counts)
	daily := make([]float64, len(d.Counts))
	for t := range daily {
		at := h.first + t - merges.first
		if at >= 0 && at < len(merges.values) {
			daily[t] = merges.values[at]
		}
		if from := at - 7*lag; from < 0 || from >= len(merges.values) || t < 7*lag {
			d.Exposure[t] = 0
		}
	}
	return stat.Decompose(d, stat.Category{Name: r.Category, Days: shifted(h.events[r.Category], h.first)}, r.Window, daily, lag)
}

// links are what is known of one category's chain.
type links struct {
	event             string
	merges, incidents stat.ScanResult
	together          stat.SeriesResult
	split             stat.Decomposition // Share NaN: not computed
}

func (c links) rows() []chainRow {
	judged := stat.ConsistentWithChain(c.merges, c.incidents, c.together, c.split)
	verdict := "not_consistent"
	if judged.Consistent {
		verdict = "consistent"
	}
	nan := math.NaN()
	row := func(step string) chainRow {
		return chainRow{Category: c.event, Step: step, Ratio: nan, R: nan, CILow: nan, CIHigh: nan, P: nan, ShareVolume: nan, Verdict: verdict, Missing: judged.Missing}
	}
	scanned := func(step string, r stat.ScanResult) chainRow {
		line, window := row(step), windowText(r.Window)
		line.Window, line.Ratio, line.P = &window, r.RR, r.P
		line.CILow, line.CIHigh = limits(r.CI)
		return line
	}
	holds := func(missing string) *bool { b := !slices.Contains(judged.Missing, missing); return &b }
	byMerges, byIncidents, together := scanned("event_merges", c.merges), scanned("event_incidents", c.incidents), row("merges_incidents")
	byMerges.Holds, byIncidents.Holds, together.Holds = holds(stat.NoMerges), holds(stat.NoIncidents), holds(stat.NotTogether)
	together.LagWeeks, together.R, together.P = &c.together.Lag, c.together.R, c.together.P
	together.CILow, together.CIHigh = limits(c.together.CI)
	out := []chainRow{byMerges, together, byIncidents}
	if math.IsNaN(c.split.Volume) {
		return out
	}
	window := windowText(c.split.Window)
	volume, perMerge := row("volume"), row("per_merge")
	volume.Holds, volume.Window, volume.LagWeeks, volume.Ratio, volume.ShareVolume = holds(stat.LittleVolume), &window, &c.split.LagWeeks, c.split.Volume, c.split.Share
	perMerge.Window, perMerge.LagWeeks, perMerge.Ratio = &window, &c.split.LagWeeks, c.split.PerChange.Value
	perMerge.CILow, perMerge.CIHigh = limits(c.split.PerChange.CI)
	return append(out, volume, perMerge)
}
