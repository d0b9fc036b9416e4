package dashboard

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query"
)

var planningPage = page{Path: "/planning", Name: "planning", Title: "Planning", Question: "Where do teams need people, training, another rota, an owner or something written down?",
	Filters: []string{"team"}, Show: showPlanning}

type planningView struct {
	base
	Map   *panel
	Left  *panel
	Teams []planTeam
	Rest  []choice // the teams that the page has no room for, each by itself
}

// planTeam is what one team could plan, in the order of the rules and not of weight.
type planTeam struct {
	ID, Team, Name string // Name is how it is called where there is no team
	Head           string
	Items          []planItem
	Next           []choice
}

// planItem is one suggestion with the arithmetic that led to it.
type planItem struct{ Kind, Suggestion, Evidence, Line string }

// planKinds are the kinds of suggestions, in the order of the map.
var planKinds = []string{"headcount", "rota", "training", "documentation", "ownership"}

func showPlanning(r *request) (view, error) {
	v := &planningView{}
	v.Map = r.metric("map", "planning", unbroken, func(p *panel, result query.Result) error {
		v.Teams = r.planTeams(result)
		for _, t := range v.Teams[min(len(v.Teams), mostTableRows):] {
			v.Rest = append(v.Rest, choice{Label: t.Name, URL: r.here(with(r.filter.Values(), "team", t.Team))})
		}
		v.Teams = v.Teams[:len(v.Teams)-len(v.Rest)]
		return r.drawPlanMap(p, result)
	})
	v.Left = r.departed()
	if err := r.run(v.Map, v.Left); err != nil {
		return nil, err
	}
	if v.Left.Empty && len(v.Left.Warnings) == 0 {
		v.Left.Empty, v.Left.Title, v.Left.Sub = false, "Nobody who responded to incidents left in 12 months", "by the roster's last days · "+r.yearWords()
	}
	return v, nil
}

func (r *request) drawPlanMap(p *panel, result query.Result) error {
	in := columnsOf(result)
	teams := distinct(result, "team")
	shown := teams[:min(len(teams), mostTableRows)]
	cells := map[[2]int]int{}
	kinds := map[string]map[string]bool{}
	for _, row := range result.Rows {
		team, kind := text(row[in["team"]]), text(row[in["kind"]])
		cells[[2]int{slices.Index(planKinds, kind), slices.Index(teams, team)}]++
		if kinds[kind] == nil {
			kinds[kind] = map[string]bool{}
		}
		kinds[kind][team] = true
	}
	most := 0
	g := grid{ID: "map-chart", X: planKinds, Unit: "suggestions", Height: 48 + 26*len(shown), Names: map[string]string{}}
	g.Drill = &drill{}
	for at, n := range cells {
		if at[0] >= 0 && at[1] < len(shown) {
			g.Cells = append(g.Cells, gridCell{at[0], at[1], n})
			most = max(most, n)
		}
	}
	slices.SortFunc(g.Cells, func(a, b gridCell) int { return cmp.Or(a.Y-b.Y, a.X-b.X) })
	for _, c := range g.Cells {
		g.Drill.URLs = append(g.Drill.URLs, "#"+planID(c.Y))
	}
	for _, team := range shown {
		g.Y = append(g.Y, cmp.Or(team, "without team"))
	}
	common := slices.MaxFunc(planKinds, func(a, b string) int { return cmp.Compare(len(kinds[a]), len(kinds[b])) })
	g.Scale = newScale(most, square)
	p.Title = fmt.Sprintf("%s for %s; the most common concerns %s, in %s", plural(len(result.Rows), "suggestion"), plural(len(teams), "team"), planWords[common], plural(len(kinds[common]), "team"))
	if len(teams) == 1 {
		p.Title = fmt.Sprintf("%s for %s", plural(len(result.Rows), "suggestion"), cmp.Or(teams[0], "people without a team"))
	}
	p.Sub = "number of suggestions by team and kind, by the team's name · a number is no score: one large rota can weigh more than three notes to write · " + r.yearWords()
	if len(shown) < len(teams) {
		p.Sub = fmt.Sprintf("the first %d of %d teams; the others are named at the page's end · %s", len(shown), len(teams), p.Sub)
	}
	g.Label = "Heat map of suggestions by team and kind. " + p.Title + ". The teams below have their suggestions."
	p.Charts, p.Legend = []chart{g.chart()}, g.Scale.legend()
	p.Table = resultTable(result, "team", "kind", "suggestion", "evidence", "value", "reference", "unit", "n", "reference_source")
	return nil
}

// planWords are the kinds in a sentence.
var planWords = map[string]string{"headcount": "headcount", "rota": "the rota", "training": "training", "documentation": "documentation", "ownership": "ownership"}

// yearWords is the time that the metric looks at.
func (r *request) yearWords() string {
	if r.filter.To.IsZero() {
		return "the 12 months before the last incident"
	}
	return "the 12 months before " + stamp(r.filter.To.In(r.s.DB.Settings.Location()))
}

func planID(i int) string { return fmt.Sprintf("team-%d", i) }

func (r *request) planTeams(result query.Result) (list []planTeam) {
	in := columnsOf(result)
	for i, name := range distinct(result, "team") {
		t := planTeam{ID: planID(i), Team: name, Name: cmp.Or(name, "Without team")}
		for _, row := range result.Rows {
			if text(row[in["team"]]) != name {
				continue
			}
			if n := cell(row, in, "headcount"); n > 0 {
				t.Head = plural(int(n), "member")
				if n == 1 {
					t.Head = "1 member"
				}
			}
			t.Items = append(t.Items, planItem{text(row[in["kind"]]), text(row[in["suggestion"]]), text(row[in["evidence"]]), planLine(row, in)})
		}
		t.Head = strings.TrimPrefix(t.Head+" · "+plural(len(t.Items), "suggestion"), " · ")
		of := url.Values{"team": {name}}
		for _, n := range r.next("/incidents", "its incidents", "/oncall", "its on-call", "/coordination#matrix", "whose incidents it works on", "/dependency", "on whom it rests") {
			path, section, _ := strings.Cut(n.URL, "#")
			path, _, _ = strings.Cut(path, "?")
			target := link(path, with(sticky(r.filter), "team", of.Get("team")))
			if section != "" {
				target += "#" + section
			}
			t.Next = append(t.Next, choice{Label: n.Label, URL: target})
		}
		if len(r.filter.Services)+len(r.filter.Functions)+len(r.filter.Severities)+len(r.filter.Sources) > 0 {
			t.Next = append([]choice{{Label: "everything it could plan", URL: link("/planning", of)}}, t.Next...)
		}
		list = append(list, t)
	}
	return list
}

// planLine is what was measured beside the line that it crossed.
func planLine(row []any, in map[string]int) string {
	unit := text(row[in["unit"]])
	write := decimal
	if strings.HasPrefix(unit, "share") {
		write = query.Percent
		unit = strings.TrimPrefix(unit, "share ")
	}
	value, ok := number(row[in["value"]])
	if !ok {
		return ""
	}
	if value == 1 && unit == "people" {
		unit = "person"
	}
	s := fmt.Sprintf("measured %s %s", write(value), unit)
	if reference, ok := number(row[in["reference"]]); ok && reference > 0 {
		s += fmt.Sprintf(", the line is %s", write(reference))
		if source := text(row[in["reference_source"]]); source == query.OwnLine {
			s += " (orgheat's own)"
		} else if source != "" {
			s += " (" + source + ")"
		}
	}
	if n := cell(row, in, "n"); n > 0 {
		s += " · n = " + count(int(n))
	}
	return s
}
