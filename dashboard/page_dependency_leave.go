package dashboard

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/orgheat/orgheat/query"
)

// leaveForm is the choice of people for the leave simulation.
type leaveForm struct {
	peopleForm
	Chosen  []choice // each leads to the page without them
	Suggest []choice
	Clear   string // "" when nobody is chosen
	Nobody  bool   // nobody responded
	Asked   int
}

// leaveSimulation prepares the form and, once people are chosen, what goes with them.
func (r *request) leaveSimulation(v *dependencyView) []*panel {
	chosen := slices.DeleteFunc(slices.Clone(r.filter.Persons), func(s string) bool { return s == "" })
	form := &v.Leave
	if !r.seesPeople() {
		form.Err = "choosing people needs the role leader"
		return nil
	}
	form.peopleForm = peopleForm{Action: r.path, Section: "leave", Button: "Simulate", Label: "People who leave"}
	form.Asked = len(chosen)
	rest := without(r.filter.Values(), "person")
	form.hide(rest)
	if len(chosen) > 0 {
		form.Clear = r.here(rest) + "#leave"
	}
	list := r.metric("leavers", "people", func(f *query.Filter) {
		f.By, f.Persons = "", nil
		r.untilLast(f)
		f.From = f.To.In(r.s.DB.Settings.Location()).AddDate(-1, 0, 0)
		if f.To.IsZero() {
			f.From = f.To
		}
	}, func(p *panel, result query.Result) error {
		form.Rest = p.JSON
		r.offerLeavers(form, chosen, rest, result)
		return nil
	})
	panels := []*panel{list}
	if len(chosen) > 0 {
		ask := func(by string) func(*query.Filter) {
			return func(f *query.Filter) { f.By, f.Persons = by, chosen; r.untilLast(f) }
		}
		v.Services = r.metric("leave-services", "leave", ask("service"), func(p *panel, result query.Result) error { return r.drawLeave(p, result, "service", len(chosen)) })
		v.Teams = r.metric("leave-teams", "leave", ask("team"), func(p *panel, result query.Result) error { return r.drawLeave(p, result, "team", len(chosen)) })
		panels = append(panels, v.Services, v.Teams)
	}
	read := list.read
	list.read = func(ctx context.Context) error {
		err := read(ctx)
		if form.Nobody = err == nil && list.Empty; err != nil {
			_, form.Err, _ = tell(err)
		}
		return err
	}
	return panels
}

// offerLeavers fills the form with those who are still employed (everybody where no roster says who is), by name.
func (r *request) offerLeavers(form *leaveForm, chosen []string, rest url.Values, result query.Result) {
	in := columnsOf(result)
	employed := slices.DeleteFunc(slices.Clone(result.Rows), func(row []any) bool { here, _ := row[in["employed"]].(bool); return !here })
	if len(employed) == 0 {
		employed = result.Rows
	} else {
		form.Only = "employed"
	}
	hours := func(row []any) float64 { h, _ := number(row[in["engaged_hours"]]); return h }
	slices.SortStableFunc(employed, func(a, b []any) int { return cmp.Compare(hours(b), hours(a)) })
	suggest := func(label string, rows [][]any) {
		v := without(rest)
		for _, row := range rows {
			v.Add("person", text(row[in["person"]]))
		}
		form.Suggest = append(form.Suggest, choice{Label: label, URL: r.here(v) + "#leave"})
	}
	for _, n := range []int{1, 3} {
		if len(employed) >= n {
			suggest(map[int]string{1: "the person with most engaged time", 3: "the three with most"}[n], employed[:n])
		}
	}
	full := slices.DeleteFunc(slices.Clone(employed), func(row []any) bool { return text(row[in["vesting_band"]]) != "fully_vested" })
	if len(full) > 0 {
		suggest(map[bool]string{true: "the one who is fully vested", false: fmt.Sprintf("the %d who are fully vested and have most", min(5, len(full)))}[len(full) == 1], full[:min(5, len(full))])
	}
	called := map[string]string{}
	for _, row := range result.Rows {
		called[text(row[in["person"]])] = personName(row, in)
	}
	for _, c := range chosen {
		v := dropValue(r.filter.Values(), "person", c)
		form.Chosen = append(form.Chosen, choice{Label: cmp.Or(called[c], c), URL: r.here(v) + "#leave"})
	}
	gone := slices.DeleteFunc(slices.Clone(result.Rows), func(row []any) bool {
		return !slices.Contains(chosen, text(row[in["person"]])) || slices.ContainsFunc(employed, func(e []any) bool { return e[in["person"]] == row[in["person"]] })
	})
	form.offer(slices.Concat(employed, gone), in, chosen)
}

// leaveTile is a service or team after people have left.
type leaveTile struct {
	Name, URL string
	Class     string // lost, bare, thin or ""
	State     string
	Words     string
}

func (r *request) drawLeave(p *panel, result query.Result, by string, leavers int) error {
	in := columnsOf(result)
	lost, bare := 0, 0
	t := &table{Caption: "What goes, by " + by, RowHead: true, Head: []headCell{{Text: heading(by)}, {Text: "Engaged time lost", Number: true}, {Text: "Hours lost", Number: true}, {Text: "Others who responded", Number: true},
		{Text: "Incidents", Number: true}, {Text: "Afterwards"}}}
	for i, row := range result.Rows {
		value := func(name string) float64 { v, _ := number(row[in[name]]); return v }
		yes := func(name string) bool { b, _ := row[in[name]].(bool); return b }
		name := text(row[in[by]])
		tile := leaveTile{Name: name, URL: link("/dependency", url.Values{by: {name}}), State: "covered", Words: fmt.Sprintf("%s of the engaged time goes; %s", query.Percent(value("lost_share")), remain(value("remaining_responders")))}
		switch {
		case yes("newly_uncovered"):
			lost++
			tile.Class, tile.State = "lost", "no longer covered"
		case yes("uncovered"):
			bare++
			tile.Class, tile.State = "bare", "not covered before either"
		case value("lost_share") >= .5:
			tile.Class, tile.State = "thin", "most of it goes"
		}
		p.Tiles = append(p.Tiles, tile)
		if i < mostTableRows {
			t.Rows = append(t.Rows, []tableCell{{Text: name}, knownCell(row[in["lost_share"]], query.Percent), hoursCell(row[in["lost_hours"]]), countCell(row[in["remaining_responders"]]), countCell(row[in["incidents"]]), {Text: tile.State}})
		} else {
			t.More++
		}
	}
	order := map[string]int{"lost": 0, "thin": 1, "": 2, "bare": 3}
	slices.SortStableFunc(p.Tiles, func(a, b leaveTile) int { return cmp.Compare(order[a.Class], order[b.Class]) })
	n := len(p.Tiles)
	p.Tiles = p.Tiles[:min(n, mostTableRows)]
	who := map[bool]string{true: "this person", false: fmt.Sprintf("these %d people", leavers)}[leavers == 1]
	p.Title = fmt.Sprintf("Without %s, %d of %s would no longer be covered", who, lost, plural(n, by))
	if lost == 0 {
		p.Title = fmt.Sprintf("Without %s, no %s of %s would lose its cover", who, by, count(n))
	}
	if bare > 0 {
		p.Title += fmt.Sprintf("; %d are not covered today", bare)
	}
	f := r.filter
	r.untilLast(&f)
	zone := r.s.DB.Settings.Location()
	p.Sub = "covered: somebody else still employed responded at least twice · " + rangeWords(f.To.In(zone).AddDate(-1, 0, 0), f.To, zone)
	p.Table = t
	p.Next = r.next("/planning", "what to plan for", "/tenure#horizon", "when people become fully vested")
	return nil
}

func remain(n float64) string {
	switch n {
	case 0:
		return "nobody else has responded"
	case 1:
		return "1 other has responded"
	}
	return fmt.Sprintf("%.0f others have responded", n)
}
