package query

import (
	"context"
	_ "embed"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/orgheat/orgheat/query/stat"
	"github.com/orgheat/orgheat/schema"
)

var themes = defineReading(Meta{
	ID: "themes", Title: "Themes", Question: "What are our incidents about, and is that changing?",
	Definition: "Incidents by the period of their start and by theme; one with several themes counts in each. Themes are the incidents' own; where they have none, those whose words stand in the title or " +
		"trigger (query/themes.toml, or [themes] of the configuration; by_rule says how many). Theme \"\" has none. share is of the period's incidents, with Wilson's 95% interval; null under 10 incidents. " +
		"trend_p: Cochran-Armitage test of the theme's share over the range's quarters, of themes with 10 incidents, from 4 quarters with 10 incidents on; trend_q allows for the number of themes; trend is rising or falling if trend_q is under .05.",
	Unit: Count, By: []string{"quarter", "month", "year"}, Loads: []string{"incidents", "statuspage", "jira", "pagerduty"},
}, viewThemes)

type themeRow struct {
	Period    string  `col:"period"`
	Theme     string  `col:"theme"`
	Incidents int     `col:"incidents" unit:"incidents"`
	Share     float64 `col:"share" unit:"share of the period's incidents"`
	CILow     float64 `col:"ci_low" unit:"share of the period's incidents"`
	CIHigh    float64 `col:"ci_high" unit:"share of the period's incidents"`
	Of        int     `col:"of" unit:"incidents of the period"`
	ByRule    int     `col:"by_rule" unit:"incidents"`
	Trend     string  `col:"trend"`
	TrendP    float64 `col:"trend_p" unit:"probability"`
	TrendQ    float64 `col:"trend_q" unit:"false discovery rate"`
}

//go:embed themes.toml
var themeFile string

// themeRules are the settings' rules, or those of themes.toml.
func themeRules(s schema.Settings) (phrases, error) {
	if len(s.Themes) > 0 {
		return phrasesOf(s.Themes), nil
	}
	var file struct {
		Themes map[string][]string `toml:"themes"`
	}
	if _, err := toml.Decode(themeFile, &file); err != nil {
		return phrases{}, err
	}
	return phrasesOf(file.Themes), nil
}

// of are the themes of an incident, each once; ruled: its source gave none, and rules found these.
func (rules phrases) of(i *signalFacts) (found []string, ruled bool) {
	for _, t := range i.Themes {
		if t = strings.TrimSpace(t); t != "" && !slices.ContainsFunc(found, func(f string) bool { return strings.EqualFold(f, t) }) {
			found = append(found, t)
		}
	}
	if len(found) > 0 {
		return found, false
	}
	found = rules.in(i.Title, i.Trigger)
	return found, len(found) > 0
}

// themeCount counts the incidents of one theme by period.
type themeCount struct {
	spellings map[string]int
	incidents map[time.Time]int
	byRule    map[time.Time]int
	quarters  map[time.Time]int
}

// name is the theme's commonest spelling, of equally common ones the first in the alphabet.
func (c *themeCount) name() string {
	best := ""
	for s, n := range c.spellings {
		if m := c.spellings[best]; best == "" || n > m || n == m && s < best {
			best = s
		}
	}
	return best
}

func viewThemes(ctx context.Context, db *DB, f Filter, rows []chosenIncident) ([]themeRow, []string, error) {
	rules, err := themeRules(db.Settings)
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	h, err := db.signalHistory(ctx)
	if err != nil {
		return nil, nil, err
	}
	zone := f.location()
	counts := map[string]*themeCount{}
	periods, quarters := map[time.Time]int{}, map[time.Time]int{}
	ruled := 0
	for _, i := range h.chosen(rows) {
		r := h.incidents[i].signalFacts
		period, quarter := periodStart(r.StartedAt, f.By, zone), periodStart(r.StartedAt, "quarter", zone)
		periods[period]++
		quarters[quarter]++
		found, rule := rules.of(r)
		if rule {
			ruled++
		}
		if len(found) == 0 {
			found = []string{""}
		}
		for _, theme := range found {
			key := strings.ToLower(theme)
			c := counts[key]
			if c == nil {
				c = &themeCount{map[string]int{}, map[time.Time]int{}, map[time.Time]int{}, map[time.Time]int{}}
				counts[key] = c
			}
			c.spellings[theme]++
			c.incidents[period]++
			c.quarters[quarter]++
			if rule {
				c.byRule[period]++
			}
		}
	}
	var keys []string
	for k := range counts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	trends, err := themeTrends(keys, counts, quarters)
	if err != nil {
		return nil, nil, err
	}
	var out []themeRow
	few := 0
	for _, period := range between(periods, f.By) {
		n := periods[period]
		for _, key := range keys {
			c, t := counts[key], trends[key]
			e := stat.Share(c.incidents[period], n, minDenominator, .05)
			row := themeRow{Period: periodName(period, f.By), Theme: c.name(), Incidents: c.incidents[period], Share: e.Value, CILow: math.NaN(), CIHigh: math.NaN(), Of: n, ByRule: c.byRule[period],
				TrendP: t.Test.P, TrendQ: t.Q}
			if e.CI != nil {
				row.CILow, row.CIHigh = e.CI.Lo, e.CI.Hi
			} else {
				few++
			}
			if t.Q < .05 {
				row.Trend = map[int]string{1: "rising", -1: "falling"}[t.Direction]
			}
			out = append(out, row)
		}
	}
	return out, themeWarnings(len(rows), ruled, counts, trends, few), nil
}

// total is the number of the theme's incidents.
func (c *themeCount) total() (n int) {
	for _, k := range c.quarters {
		n += k
	}
	return n
}

// themeTrends tests each theme's share over consecutive quarters. "" is no theme, and not tested; neither are themes with fewer than
// minDenominator incidents, of which the test's approximation says nothing.
func themeTrends(keys []string, counts map[string]*themeCount, quarters map[time.Time]int) (map[string]stat.ThemeTrend, error) {
	all := between(quarters, "quarter")
	var totals []int
	for _, q := range all {
		totals = append(totals, quarters[q])
	}
	var tested []string
	var matrix [][]int
	trends := map[string]stat.ThemeTrend{}
	for _, key := range keys {
		if key == "" || counts[key].total() < minDenominator {
			trends[key] = stat.ThemeTrend{Test: stat.ChiSquareTest{P: math.NaN()}, Q: math.NaN()}
			continue
		}
		line := make([]int, len(all))
		for i, q := range all {
			line[i] = counts[key].quarters[q]
		}
		tested, matrix = append(tested, key), append(matrix, line)
	}
	found, err := stat.ThemeTrends(matrix, totals, .05)
	if err != nil {
		return nil, err
	}
	for i, key := range tested {
		trends[key] = found[i]
	}
	return trends, nil
}

// between are the starts of all periods from the first to the last of a map, also of those that it does not hold.
func between(periods map[time.Time]int, by string) []time.Time {
	var first, last time.Time
	for p := range periods {
		if first.IsZero() || p.Before(first) {
			first = p
		}
		if p.After(last) {
			last = p
		}
	}
	var all []time.Time
	for p := first; !p.After(last); p = nextPeriod(p, by) {
		all = append(all, p)
	}
	return all
}

func themeWarnings(n, ruled int, counts map[string]*themeCount, trends map[string]stat.ThemeTrend, few int) []string {
	var warnings []string
	if ruled > 0 {
		warnings = append(warnings, counted(ruled, "incident")+" without a theme got one from words of the title or trigger (by_rule): a trend there may be one of how titles are written")
	}
	if c := counts[""]; c != nil {
		warnings = append(warnings, strconv.Itoa(c.total())+" of "+counted(n, "incident")+" without any theme")
	}
	for key, t := range trends {
		if key != "" && len(t.Warnings) > 0 {
			warnings = append(warnings, t.Warnings[0])
			break
		}
	}
	return tooFew(warnings, few, "share", "incidents in the period")
}
