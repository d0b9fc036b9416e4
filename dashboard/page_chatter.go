package dashboard

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"

	"github.com/orgheat/orgheat/query"
)

var chatterPage = page{Path: "/chatter", Name: "chatter", Title: "Chatter", Question: "When does the organization talk, and who is absent?",
	Filters: filterNames, Compare: true, Show: showChatter}

type chatterView struct {
	base
	By, Clock              []choice
	Heat, Absent, Calendar *panel
	People                 *peopleForm       // by person
	names                  map[string]string // of people, by who they are
}

func showChatter(r *request) (view, error) {
	v := &chatterView{}
	values := r.filter.Values()
	for _, by := range [][2]string{{"none", "Everyone"}, {"team", "Team"}, {"function", "Function"}, {"person", "Person"}, {"source", "Source"}, {"location", "Location"}} {
		v.By = append(v.By, choice{by[1], r.here(with(values, "by", by[0])), by[0] == r.filter.By || by[0] == "none" && r.filter.By == ""})
	}
	for _, clock := range [][2]string{{"local", "Each person's own"}, {"org", "Organization's"}, {"utc", "UTC"}} {
		v.Clock = append(v.Clock, choice{clock[1], r.here(with(values, "clock", clock[0])), clock[0] == r.filter.Clock || clock[0] == "local" && r.filter.Clock == ""})
	}
	var drawn query.Result
	var lonely []absence
	v.Heat = r.metric("heat", "chatter", nil, func(p *panel, result query.Result) error {
		drawn = result
		return r.drawChatter(p, result, nil, v.names)
	})
	r.chatterPeople(v)
	v.Absent = r.absentPanel(&lonely)
	v.Calendar = r.metric("calendar", "chatter-calendar", func(f *query.Filter) { f.By, f.Group = "", nil }, r.drawChatterDays)
	if err := r.run(v.Heat, v.Absent, v.Calendar); err != nil {
		return nil, err
	}
	if r.tellNone(v.Absent, v.Heat); len(lonely) > 0 && v.People == nil && len(v.Heat.Charts) > 0 {
		return v, r.drawChatter(v.Heat, drawn, lonely, nil) // once more, with the marks that the other panel found
	}
	return v, nil
}

// week is the chatter of one group.
type week struct {
	Group string
	Total int
	Cells [7][24]int
}

// weeks splits the metric's rows by group, the loudest first.
func weeks(result query.Result) []*week {
	in := columnsOf(result)
	byGroup := map[string]*week{}
	var list []*week
	ofGroup, ofDay, ofHour, ofCount := in["group"], in["weekday"], in["hour"], in["count"]
	var w *week
	for _, row := range result.Rows {
		if group := text(row[ofGroup]); w == nil || w.Group != group { // rows of a group come together
			if w = byGroup[group]; w == nil {
				w = &week{Group: group}
				byGroup[group] = w
				list = append(list, w)
			}
		}
		day, _ := number(row[ofDay])
		hour, _ := number(row[ofHour])
		n, _ := number(row[ofCount])
		w.Cells[int(day)-1][int(hour)] += int(n)
		w.Total += int(n)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Total > list[j].Total })
	return list
}

var weekdayNames = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// Small multiples: so many are shown, and so many more can be unfolded.
const (
	shownGroups  = 6
	foldedGroups = 6
	listedGroups = 50 // in the table
)

// drawChatter draws a week, or one of each group. lonely are the hours of one function alone; names what groups are called where that is not the
// group itself.
func (r *request) drawChatter(p *panel, result query.Result, lonely []absence, names map[string]string) error {
	p.Charts, p.More = nil, nil
	list := weeks(result)
	total, most := 0, 0
	for _, w := range list {
		total += w.Total
		for _, day := range w.Cells {
			most = max(most, slices.Max(day[:]))
		}
	}
	s := newScale(most, square)
	p.Legend = append(s.legend(), legendItem{"frame", "working hours " + strings.Replace(r.s.DB.Settings.Business, "-", "–", 1)})
	if missing := r.unseenWeekdays(); len(missing) > 0 {
		p.Legend = append(p.Legend, legendItem{"hatch", "not in the range"})
	}
	p.Sub = fmt.Sprintf("%s · %s · %s", plural(total, "action"), r.clockWords(), r.rangeWords())
	if len(list) == 1 && r.filter.By == "" || r.filter.By == "none" {
		p.Title = r.chatterFinding(list[0])
		if len(lonely) > 0 {
			p.Legend = append(p.Legend, legendItem{"dotted", "only one function is active"})
		}
		p.Charts = []chart{r.weekChart("heat-chart", list[0], s, 336, nil, lonely)}
		p.Table = r.weekTable(list[0])
		return nil
	}
	p.Title = fmt.Sprintf("%s is the loudest of %s: %s of all chatter", groupName(r.filter.By, list[0].Group), plural(len(list), r.filter.By), query.Percent(float64(list[0].Total)/float64(total)))
	if r.filter.By == "person" && r.seesPeople() && len(list) <= mostWeeks {
		p.Title = r.peopleFinding(list)
		slices.SortFunc(list, func(a, b *week) int {
			return strings.Compare(cmp.Or(names[a.Group], a.Group), cmp.Or(names[b.Group], b.Group))
		})
	}
	for i, w := range list {
		if i >= shownGroups+foldedGroups {
			break
		}
		group := w.Group
		c := r.weekChart(fmt.Sprintf("heat-chart-%d", i), w, s, 216, &group, nil)
		c.Title = fmt.Sprintf("%s · %s", cmp.Or(names[group], groupName(r.filter.By, group)), plural(w.Total, "action"))
		if i < shownGroups {
			p.Charts = append(p.Charts, c)
		} else {
			p.More = append(p.More, c)
		}
	}
	p.MoreWord = fmt.Sprintf("%d more by count", len(p.More))
	if rest := len(list) - shownGroups - foldedGroups; rest > 0 {
		p.MoreWord += fmt.Sprintf("; %s in the CSV only", plural(rest, "other"))
	}
	p.Table = r.groupTable(list, total, names)
	return nil
}

func (r *request) weekChart(id string, w *week, s scale, height int, group *string, lonely []absence) chart {
	drillTo := r.filter
	drillTo.Group = group
	g := grid{ID: id, Label: "Heat map of " + plural(w.Total, "action") + " by weekday and hour. " + r.chatterFinding(w) + ". The table below it has the numbers.",
		Names: map[string]string{"x": "hours", "y": "weekday"}, Unit: "actions", Scale: s, Height: height, XFormat: "hour", YFormat: "weekday", Frames: r.workingHours(), Missing: r.unseenWeekdays(),
		Drill: &drill{Base: link("/chatter/events", drillTo.Values()), X: &drillAxis{Name: "hour"}, Y: &drillAxis{Name: "weekday"}}}
	for _, day := range r.s.DB.Settings.Week() {
		g.Y, g.Drill.Y.Values = append(g.Y, fmt.Sprint(day)), append(g.Drill.Y.Values, day)
	}
	for h := range 24 {
		g.X = append(g.X, fmt.Sprint(h))
	}
	for _, a := range lonely {
		g.Marked = append(g.Marked, [2]int{a.Hour, r.rowOf(a.Weekday)})
	}
	for day := range w.Cells {
		for hour, n := range w.Cells[day] {
			if n > 0 {
				g.Cells = append(g.Cells, gridCell{hour, r.rowOf(day + 1), n})
			}
		}
	}
	return g.chart()
}

// rowOf is the row of a day of the week, 1 Monday to 7 Sunday.
func (r *request) rowOf(weekday int) int {
	week := r.s.DB.Settings.Week()
	return slices.Index(week[:], weekday)
}

// workingHours are the outlines of Monday to Friday within the organization's business hours, in cells: two where the week begins among them.
func (r *request) workingHours() (frames [][4]float64) {
	from, to, _, _ := r.s.DB.Settings.Bands()
	if to <= from {
		return nil // over midnight: two pieces would mislead
	}
	for day := 1; day <= 5; day++ {
		row := float64(r.rowOf(day))
		if last := len(frames) - 1; last >= 0 && frames[last][3] == row {
			frames[last][3]++
			continue
		}
		frames = append(frames, [4]float64{float64(from) / 60, row, float64(to) / 60, row + 1})
	}
	return frames
}

// unseenWeekdays are the cells of weekdays that a short range does not contain.
func (r *request) unseenWeekdays() (cells [][2]int) {
	from, to := r.filter.From, r.filter.To
	if from.IsZero() || to.IsZero() || to.Sub(from).Hours() >= 7*24 || r.filter.Clock == "utc" || r.filter.Clock == "" || r.filter.Clock == "local" {
		return nil // on other clocks than the range's own, its days spill over
	}
	var seen [7]bool
	for t := from.In(r.s.DB.Settings.Location()); t.Before(to); t = t.AddDate(0, 0, 1) {
		seen[(int(t.Weekday())+6)%7] = true
	}
	for day, ok := range seen {
		for hour := 0; hour < 24 && !ok; hour++ {
			cells = append(cells, [2]int{hour, r.rowOf(day + 1)})
		}
	}
	return cells
}

// chatterFinding is the sentence of one week: its peak, and how much is outside of working hours.
func (r *request) chatterFinding(w *week) string {
	peak, peakDay, peakHour := 0, 0, 0
	for day := range w.Cells {
		for hour, n := range w.Cells[day] {
			if n > peak {
				peak, peakDay, peakHour = n, day, hour
			}
		}
	}
	return fmt.Sprintf("%s of chatter is outside working hours; the peak is %s at %02d:00", query.Percent(r.outside(w)), weekdayNames[peakDay], peakHour)
}

// outside is the share of a week's actions outside of working hours.
func (r *request) outside(w *week) float64 {
	n := 0
	from, to, _, _ := r.s.DB.Settings.Bands()
	for day := range w.Cells {
		for hour, actions := range w.Cells[day] {
			if day > 4 || hour*60 < from || hour*60 >= to {
				n += actions
			}
		}
	}
	return float64(n) / float64(max(w.Total, 1))
}

func (r *request) clockWords() string {
	switch r.filter.Clock {
	case "org":
		return "the organization's clock (" + r.s.DB.Settings.Zone + ")"
	case "utc":
		return "UTC"
	}
	return "each person's own clock"
}

func (r *request) weekTable(w *week) *table {
	t := &table{Caption: "Actions by weekday and hour; each number leads to its events", RowHead: true, Head: []headCell{{Text: "Hour"}}}
	values := r.filter.Values()
	week := r.s.DB.Settings.Week()
	for _, day := range week {
		t.Head = append(t.Head, headCell{Text: weekdayNames[day-1], Number: true})
	}
	for hour := range 24 {
		row := []tableCell{{Text: fmt.Sprintf("%02d:00", hour)}}
		for _, day := range week {
			c := tableCell{Text: count(w.Cells[day-1][hour]), Number: true}
			if w.Cells[day-1][hour] > 0 {
				c.URL = link("/chatter/events", with(with(values, "weekday", fmt.Sprint(day)), "hour", fmt.Sprint(hour)))
			}
			row = append(row, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (r *request) groupTable(list []*week, total int, names map[string]string) *table {
	t := &table{Caption: "Actions by " + r.filter.By, RowHead: true,
		Head: []headCell{{Text: heading(r.filter.By)}, {Text: "Actions", Number: true}, {Text: "Share", Number: true}, {Text: "What stands out"}}}
	for i, w := range list {
		if i == listedGroups {
			t.More = len(list) - i
			break
		}
		t.Rows = append(t.Rows, []tableCell{{Text: cmp.Or(names[w.Group], groupName(r.filter.By, w.Group)), URL: link("/chatter/events", with(r.filter.Values(), "group", w.Group))},
			{Text: count(w.Total), Number: true}, {Text: query.Percent(float64(w.Total) / float64(total)), Number: true}, {Text: r.chatterFinding(w)}})
	}
	return t
}

// groupName is a group as people call it; what has no person, team or place is a group of its own.
func groupName(by, group string) string {
	switch {
	case group != "":
		return group
	case by == "person":
		return "nobody (alerts)"
	}
	return "without " + by
}

func (r *request) drawChatterDays(p *panel, result query.Result) error {
	in := columnsOf(result)
	c := calendar{ID: "calendar-chart", Unit: "actions", FirstDay: r.s.DB.Settings.Week()[0]}
	total, most, loudest := 0, 0, ""
	for _, row := range result.Rows {
		n, _ := number(row[in["count"]])
		d := calendarDay{text(row[in["date"]]), int(n)}
		if c.Days = append(c.Days, d); d.N > most {
			most, loudest = d.N, d.Date
		}
		total += d.N
	}
	p.Title = fmt.Sprintf("The loudest day was %s with %s", humanDay(loudest), plural(most, "action"))
	p.Sub = fmt.Sprintf("%s on %s · %s · %s", plural(total, "action"), plural(len(c.Days), "day"), r.clockWords(), r.rangeWords())
	c.Label = "Calendar of " + plural(total, "action") + " by day. " + p.Title + ". The table below it has the numbers."
	filter := r.filter
	filter.By, filter.Group = "", nil
	base := filter.Values()
	c.Drill = &drill{Base: link("/chatter/events", base), X: &drillAxis{Name: "date"}}
	c.Scale = newScale(most, gentle)
	if p.Legend = c.Scale.legend(); c.gaps() {
		words := "a month of nothing: quiet, or not loaded"
		if !r.filter.From.IsZero() || !r.filter.To.IsZero() {
			words = "a month of nothing: not in the range, quiet, or not loaded"
		}
		p.Legend = append(p.Legend, legendItem{"hatch", words})
	}
	drawn, err := c.chart()
	if err != nil {
		return err
	}
	p.Charts = []chart{drawn}
	p.Table = monthTable(c.Days, base)
	return nil
}

// monthTable sums days up by month, so that a table of years stays readable; the CSV has the days.
func monthTable(days []calendarDay, base url.Values) *table {
	t := &table{Caption: "Actions by month; days are in the CSV", RowHead: true, Head: []headCell{{Text: "Month"}, {Text: "Days with activity", Number: true},
		{Text: "Actions", Number: true}, {Text: "Loudest day"}}}
	for i := 0; i < len(days); {
		month, sum, n, top := days[i].Date[:7], 0, 0, days[i]
		for ; i < len(days) && strings.HasPrefix(days[i].Date, month); i++ {
			sum, n = sum+days[i].N, n+1
			if days[i].N > top.N {
				top = days[i]
			}
		}
		t.Rows = append(t.Rows, []tableCell{{Text: month}, {Text: count(n), Number: true}, {Text: count(sum), Number: true},
			{Text: fmt.Sprintf("%s (%s)", top.Date, count(top.N)), URL: link("/chatter/events", with(base, "date", top.Date))}})
	}
	return t
}
