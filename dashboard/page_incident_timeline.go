package dashboard

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
)

// eventLanes is an incident's activity: counts by bucket, once by source and once by group.
type eventLanes struct {
	from            time.Time // start of the first bucket
	width           time.Duration
	buckets         int
	sources, groups []*lane
	total           int
	acting          []bool // buckets in which a person was active
}

// lane is one row of the grid.
type lane struct {
	name   string // the group
	title  string // what people call it, where that is another name
	counts []int
	total  int
	first  int // bucket
}

// mostLanes bounds the rows of the grid by person; the CSV has all.
const mostLanes = 40

// newEventLanes sorts the metric's rows into lanes, by first activity. The grid reaches from the first of start and activity to the
// last of end and activity. Its width is 0 where every row is withheld from the asker.
func newEventLanes(result query.Result, start, end time.Time) (*eventLanes, error) {
	in := columnsOf(result)
	t := &eventLanes{}
	for _, row := range result.Rows { // some may be withheld
		if minutes, ok := number(row[in["minutes"]]); ok {
			t.width = time.Duration(minutes) * time.Minute
		}
	}
	if t.width == 0 {
		return t, nil
	}
	at := make([]time.Time, len(result.Rows))
	t.from, end = start.Truncate(t.width), end.Truncate(t.width)
	for i, row := range result.Rows {
		var err error
		if at[i], err = time.Parse(time.RFC3339, text(row[in["bucket"]])); err != nil {
			return nil, err
		}
		if at[i].Before(t.from) {
			t.from = at[i]
		}
		if at[i].After(end) {
			end = at[i]
		}
	}
	t.buckets = int(end.Sub(t.from)/t.width) + 1
	t.acting = make([]bool, t.buckets)
	sources, groups := map[string]*lane{}, map[string]*lane{}
	for i, row := range result.Rows {
		n, _ := number(row[in["count"]])
		bucket := int(at[i].Sub(t.from) / t.width)
		source, group := text(row[in["source"]]), text(row[in["group"]])
		lay(sources, source, bucket, int(n), t.buckets)
		lay(groups, group, bucket, int(n), t.buckets)
		groups[group].title = text(row[in["name"]])
		t.total += int(n)
		t.acting[bucket] = t.acting[bucket] || group != ""
	}
	t.sources, t.groups = lanes(sources), lanes(groups)
	return t, nil
}

func lay(in map[string]*lane, name string, bucket, n, buckets int) {
	l := in[name]
	if l == nil {
		l = &lane{name: name, counts: make([]int, buckets), first: bucket}
		in[name] = l
	}
	l.counts[bucket] += n
	l.total += n
	l.first = min(l.first, bucket)
}

func lanes(in map[string]*lane) (list []*lane) {
	for _, l := range in {
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b *lane) int { return cmp.Or(cmp.Compare(a.first, b.first), strings.Compare(a.name, b.name)) })
	return list
}

// silence is the longest stretch of whole buckets between start and end in which nobody was active.
func (t *eventLanes) silence(start, end time.Time) (from time.Time, length time.Duration) {
	run := 0
	for b := range t.buckets {
		at := t.from.Add(time.Duration(b) * t.width)
		if t.acting[b] || at.Before(start) || at.Add(t.width).After(end) {
			run = 0
			continue
		}
		if run++; time.Duration(run)*t.width > length {
			length = time.Duration(run) * t.width
			from = at.Add(t.width - length)
		}
	}
	return from, length
}

func (r *request) drawTimeline(p *panel, result query.Result, i incidentFacts) error {
	t, err := newEventLanes(result, i.start, i.end)
	if err != nil {
		return err
	}
	if t.width == 0 {
		p.Title = "Too few people were in this incident to show you who was active when"
		return nil
	}
	by := cmp.Or(r.filter.By, "team")
	p.Title = fmt.Sprintf("%s by %s", plural(t.total, "action"), groupsWords(by, t.groups))
	if from, length := t.silence(i.start, i.end); length >= 2*t.width {
		p.Title += fmt.Sprintf("; nobody was active for %s from %s", duration(length.Minutes()), from.UTC().Format("15:04"))
	}
	p.Sub = fmt.Sprintf("buckets of %s, UTC · sources on top, below them %s in order of first activity · a cell leads to that hour", duration(t.width.Minutes()), many(by))
	if by == "source" {
		p.Sub = fmt.Sprintf("buckets of %s, UTC · in order of first activity · a cell leads to that hour", duration(t.width.Minutes()))
	}
	c, s := r.timelineChart(t, by, i)
	p.Charts, p.Legend, p.Table = []chart{c}, s.legend(), t.table(by)
	if rest := len(t.groups) - mostLanes; rest > 0 {
		p.Sub += fmt.Sprintf(" · %s that came later are in the table and the CSV", plural(rest, by))
	}
	return nil
}

// groupsWords says how many groups there are; what has no person is none.
func groupsWords(by string, groups []*lane) string {
	n := 0
	for _, g := range groups {
		if g.name != "" || by == "source" {
			n++
		}
	}
	if n == 1 {
		return "1 " + by
	}
	return count(n) + " " + many(by)
}

// many is the plural of a breakdown.
func many(by string) string {
	if by == "person" {
		return "people"
	}
	return by + "s"
}

func (r *request) timelineChart(t *eventLanes, by string, i incidentFacts) (chart, scale) {
	cells := func(at time.Time) float64 { return float64(at.Sub(t.from)) / float64(t.width) }
	g := grid{ID: "timeline-chart", Unit: "actions", XFormat: tickEvery(time.Duration(t.buckets) * t.width), Names: map[string]string{"x": "moment"},
		Moments: []moment{{cells(i.start), "start"}, {cells(i.end), "end"}}}
	hour := &drillAxis{}
	for b := range t.buckets {
		at := t.from.Add(time.Duration(b) * t.width).UTC()
		g.X = append(g.X, at.Format("2006-01-02 15:04"))
		v := url.Values{"date": {at.Format("2006-01-02")}}
		if t.width <= time.Hour {
			v.Set("hour", fmt.Sprint(at.Hour()))
		}
		hour.Values = append(hour.Values, v.Encode())
	}
	who := &drillAxis{}
	most := 0
	add := func(list []*lane, by string) {
		for _, l := range list {
			for b, n := range l.counts {
				if n > 0 {
					g.Cells = append(g.Cells, gridCell{b, len(g.Y), n})
				}
			}
			most = max(most, slices.Max(l.counts))
			g.Y, who.Values = append(g.Y, cmp.Or(l.title, groupName(by, l.name))), append(who.Values, url.Values{"by": {by}, "group": {l.name}}.Encode())
		}
	}
	add(t.sources, "source")
	if by != "source" {
		g.Y, who.Values = append(g.Y, ""), append(who.Values, "") // between the two
		add(t.groups[:min(mostLanes, len(t.groups))], by)
	}
	g.Scale = newScale(most, square)
	g.Height = 24*len(g.Y) + 56
	g.Label = fmt.Sprintf("Heat map of %s by time and %s, with the incident's start and end. The table below it has the numbers.", plural(t.total, "action"), by)
	if !r.seesPeople() {
		return g.chart(), g.Scale
	}
	g.Drill = &drill{Base: "/chatter/events?clock=utc", X: hour, Y: who}
	return g.chart(), g.Scale
}

// tickEvery names the formatter of app.js that writes about ten times over a stretch.
func tickEvery(stretch time.Duration) string {
	for _, minutes := range []int{15, 30, 60, 120, 240, 480} {
		if stretch <= time.Duration(10*minutes)*time.Minute {
			return fmt.Sprintf("every%d", minutes)
		}
	}
	return "every1440"
}

// table lists the lanes with what they did and when.
func (t *eventLanes) table(by string) *table {
	out := &table{Caption: "Activity by " + by, RowHead: true, Head: []headCell{{Text: heading(by)}, {Text: "First (UTC)"}, {Text: "Last (UTC)"}, {Text: "Actions", Number: true},
		{Text: "Buckets with activity", Number: true}}}
	list := t.groups
	if by != "source" {
		list = append(slices.Clone(t.sources), t.groups...)
	}
	for i, l := range list {
		last, busy := l.first, 0
		for b, n := range l.counts {
			if n > 0 {
				last, busy = b, busy+1
			}
		}
		name := cmp.Or(l.title, groupName(by, l.name))
		if i < len(t.sources) {
			name = groupName("source", l.name)
		}
		at := func(b int) string {
			return t.from.Add(time.Duration(b) * t.width).UTC().Format("2006-01-02 15:04")
		}
		out.Rows = append(out.Rows, []tableCell{{Text: name}, {Text: at(l.first)}, {Text: at(last)}, {Text: count(l.total), Number: true}, {Text: count(busy), Number: true}})
	}
	return out
}
