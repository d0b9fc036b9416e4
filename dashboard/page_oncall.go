package dashboard

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/query/stat"
)

var onCallPage = page{Path: "/oncall", Name: "oncall", Title: "On call", Question: "Do incidents rest on the people who are on call, and what does it cost them?",
	Filters: []string{"team", "function", "service", "severity", "source"}, Compare: true, Show: showOnCall}

type onCallView struct {
	base
	By                                    []choice
	Reliance, Teams, Duty, Nights, People *panel
}

func showOnCall(r *request) (view, error) {
	v := &onCallView{By: r.byPeriod()}
	v.Reliance = r.metric("reliance", "on-call-reliance", nil, r.drawReliance)
	v.Teams = r.metric("teams", "on-call-reliance", nil, r.drawRelianceByTeam)
	v.Duty = r.metric("duty", "on-call-trend", nil, r.drawDuty)
	v.Nights = r.metric("nights", "on-call-trend", nil, r.drawNights)
	v.People = r.metric("people", "on-call-health", unbroken, r.drawOnCallPeople)
	return v, r.run(v.Reliance, v.Teams, v.Duty, v.Nights, v.People)
}

// statuses are the on-call statuses of responses, as the metric's columns and as people read them.
var statuses = []struct{ column, words, color string }{
	{"on_call", "on call", "cat-0"}, {"elsewhere", "on another schedule", "cat-1"}, {"off_call", "off call", "cat-2"}, {"unknown", "unknown", "cat-3"},
}

// statusStack sums the statuses up by a column of the rows; names give the order.
func statusStack(result query.Result, column string, names []string) stack {
	in := columnsOf(result)
	s := stack{Names: names, Share: true, Unit: "responses"}
	for _, status := range statuses {
		part := stackPart{Name: status.words, Color: status.color, Values: make([]float64, len(names))}
		for _, row := range result.Rows {
			n, _ := number(row[in[status.column]])
			if i := slices.Index(names, text(row[in[column]])); i >= 0 {
				part.Values[i] += n
			}
		}
		s.Parts = append(s.Parts, part)
	}
	return s
}

// known are the responses of known status of a bar, and those off call.
func (s stack) known(i int) (all, off float64) {
	return s.Parts[0].Values[i] + s.Parts[1].Values[i] + s.Parts[2].Values[i], s.Parts[2].Values[i]
}

func (r *request) drawReliance(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	s := statusStack(result, "period", names)
	s.ID, s.Format, s.Height, s.Periods = "reliance-chart", "period", 280, r.incidentsBase()
	all, off, responses := 0., 0., 0.
	for i := range names {
		a, o := s.known(i)
		all, off = all+a, off+o
		responses += a + s.Parts[3].Values[i]
	}
	p.Title = "The on-call status of nobody who responded is known"
	if all > 0 {
		p.Title = fmt.Sprintf("%s of responses came from people who were on no schedule", query.Percent(off/all))
		ci := stat.Wilson(int(off), int(all), .05)
		p.tells(estimate{Value: off / all, Low: ci.Lo, High: ci.Hi, Of: int(all)}, "responses off call", "share")
	}
	p.Sub = fmt.Sprintf("n = %s, of them %s of known status · by the %s of the incident's start · %s", plural(int(responses), "response"), count(int(all)), cmp.Or(r.filter.By, "quarter"), r.rangeWords())
	s.Label = "Stacked bars of responses by period and on-call status. " + p.Title + ". The table below it has the numbers."
	p.Charts, p.Legend, p.Table = []chart{s.chart()}, s.legend(), resultTable(result, "period", "team", "on_call", "elsewhere", "off_call", "unknown", "off_call_share", "ci_low", "ci_high")
	p.Next = r.next("/dependency", "who is called upon all the same", "/coordination#matrix", "whose incidents each team works on")
	return nil
}

// drawRelianceByTeam puts teams that have a schedule first: a team without one responds off call by construction.
func (r *request) drawRelianceByTeam(p *panel, result query.Result) error {
	teams := distinct(result, "team")
	s := statusStack(result, "team", teams)
	share := map[string]float64{}
	for i, team := range teams {
		switch all, off := s.known(i); {
		case all < fewResponses:
			share[team] = -2
		case s.Parts[0].Values[i] == 0:
			share[team] = -1
		default:
			share[team] = off / all
		}
	}
	slices.SortStableFunc(teams, func(a, b string) int { return cmp.Compare(share[b], share[a]) })
	some := teams[:min(len(teams), mostTableRows)]
	s = statusStack(result, "team", some)
	s.Names = make([]string, len(some))
	t := &table{Caption: "Responses by team and on-call status", RowHead: true, Head: []headCell{{Text: "Team"}}}
	for _, status := range statuses {
		t.Head = append(t.Head, headCell{Text: heading(status.words), Number: true})
	}
	t.Head = append(t.Head, headCell{Text: "Off call of known", Number: true})
	t.More = len(teams) - len(some)
	for i, team := range some {
		all, off := s.known(i)
		row := []tableCell{{Text: cmp.Or(team, "without team"), URL: r.here(with(r.filter.Values(), "team", team))}}
		for _, part := range s.Parts {
			row = append(row, tableCell{Text: count(int(part.Values[i])), Number: true})
		}
		told := tableCell{Text: "too few to say", Number: true}
		if all >= fewResponses {
			told.Text = query.Percent(off / all)
		}
		t.Rows = append(t.Rows, append(row, told))
		s.URLs = append(s.URLs, row[0].URL)
		s.Names[i] = fmt.Sprintf("%s · %s", row[0].Text, count(int(all+s.Parts[3].Values[i])))
	}
	s.ID, s.Across, s.Height = "teams-chart", true, 48+26*len(some)
	p.Title = "No team with a schedule has enough responses of known status to say"
	if share[teams[0]] >= 0 {
		all, off := s.known(0)
		p.Title = fmt.Sprintf("Among teams with people on call, %s responds off call the most: %s of %s", cmp.Or(teams[0], "people without team"), query.Percent(off/all), plural(int(all), "response"))
	}
	p.Sub = fmt.Sprintf("number of responses beside each team, the responder's then · last come teams never on call for what they respond to, and those with fewer than %d responses of known status · %s", fewResponses, r.rangeWords())
	if t.More > 0 {
		p.Sub = fmt.Sprintf("the first %d of %d teams · %s", len(some), len(teams), p.Sub)
	}
	s.Label = "Bars of responses by team and on-call status. " + p.Title + ". The table below it has the numbers."
	p.Warnings = nil // those of the panel above
	p.Charts, p.Legend, p.Table = []chart{s.chart()}, s.legend(), t
	p.Next = r.next("/planning", "what each team could plan", "/coordination#matrix", "whose incidents they work on")
	return nil
}

// fewResponses is the least number of responses that a share is told for, as in the metric.
const fewResponses = 10

// strains are the rows of on-call-trend.
var strains = []struct{ what, title, cases string }{
	{"first_time", "First time on call", "incidents"}, {"two_hats", "On call for two services or more", "incidents"},
	{"tired", "Short of sleep", "incidents"}, {"new_owner", "A service under a new owner", "incidents"},
}

func (r *request) drawDuty(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	var said, silent []string
	for _, s := range strains {
		t, list := r.strainTrend(result, names, s.what, s.cases)
		now, then, ok := latest(list)
		if !ok {
			silent = append(silent, strings.ToLower(s.title))
			continue
		}
		t.ID, t.Height = s.what+"-chart", 200
		t.Label = fmt.Sprintf("%s: %s in %s%s. The table below has the numbers.", s.title, now, now.Period, change(now, then))
		c := t.chart()
		c.Title = fmt.Sprintf("%s: %s in %s", s.title, query.Percent(now.Value), now.Period)
		p.Charts = append(p.Charts, c)
		if now.Low > then.High {
			said = append(said, fmt.Sprintf("%s is up, %s of incidents in %s, %s in %s", strings.ToLower(s.title), query.Percent(now.Value), now.Period, query.Percent(then.Value), then.Period))
		} else if now.High < then.Low {
			said = append(said, fmt.Sprintf("%s is down, %s of incidents in %s, %s in %s", strings.ToLower(s.title), query.Percent(now.Value), now.Period, query.Percent(then.Value), then.Period))
		}
	}
	if p.Title = "No clear change from a year before in what being on call asks of people"; len(said) > 0 {
		p.Title = upperFirst(strings.Join(said, "; "))
	}
	if len(p.Charts) == 0 {
		p.Title = "Too few incidents to say whether on-call gets harder"
	}
	p.Sub = "share of incidents with somebody paged or responding, with 95% intervals · " + r.rangeWords()
	if len(silent) > 0 {
		p.Warnings = append(p.Warnings, "Nothing is loaded that tells, or too few to say: "+strings.Join(silent, ", ")+".")
	}
	p.Table = resultTable(result)
	p.Next = r.next("/incidents", "the incidents", "/planning", "training and headcount")
	return nil
}

// strainTrend is the line of one kind of rows of on-call-trend, and its estimates in order.
func (r *request) strainTrend(result query.Result, names []string, what, cases string) (trend, []estimate) {
	in := columnsOf(result)
	line := trendLine{Name: strings.ReplaceAll(what, "_", " "), Color: "cat-0", Points: make([]trendPoint, len(names))}
	var list []estimate
	for _, row := range result.Rows {
		if text(row[in["what"]]) != what {
			continue
		}
		point := pointOf(row, in, "share", "ci_low", "ci_high")
		of, _ := number(row[in["of"]])
		point.N = int(of)
		line.Points[pointAt(names, text(row[in["period"]]))] = point
		if point.Value != nil && point.Range != nil {
			list = append(list, estimate{text(row[in["period"]]), *point.Value, point.Range.Low, point.Range.High, point.N})
		}
	}
	return trend{Names: names, Lines: []trendLine{line}, Labels: "period", Format: "share", Cases: cases, Periods: r.incidentsBase()}, list
}

func (r *request) drawNights(p *panel, result query.Result) error {
	names, err := everyPeriod(result)
	if err != nil {
		return err
	}
	t, list := r.strainTrend(result, names, "sleep_pages", "pages")
	now, then, ok := latest(list)
	if !ok {
		p.Empty = true
		return nil
	}
	t.ID, t.Height, t.Lines[0].Color, t.Periods = "nights-chart", 240, "cat-4", ""
	p.Title = fmt.Sprintf("%s of pages in %s came in the sleep hours of the person paged%s", query.Percent(now.Value), now.Period, change(now, then))
	p.tells(now, "pages in sleep hours", "share")
	p.Sub = fmt.Sprintf("pages in the sleep band (%s) of the person paged, over all pages, with 95%% intervals · n = %s in %s · %s", strings.Replace(r.s.DB.Settings.Sleep, "-", "–", 1), count(now.Of), now.Period, r.rangeWords())
	t.Label = "Line of the share of pages in the sleep band by period. " + p.Title + ". The table of the panel above has the numbers."
	p.Charts, p.Table = []chart{t.chart()}, onlyRows(result, "what", "sleep_pages")
	p.Next = []choice{{Label: "when pages come, by weekday and hour", URL: link("/chatter", with(sticky(r.filter), "kind", "page"))}}
	return nil
}

// onlyRows is the table of those rows whose column holds the value.
func onlyRows(result query.Result, column, value string) *table {
	in := columnsOf(result)
	some := result
	some.Rows = nil
	for _, row := range result.Rows {
		if text(row[in[column]]) == value {
			some.Rows = append(some.Rows, row)
		}
	}
	return resultTable(some)
}

// drawOnCallPeople shows how interruptions are spread over people; the table names them in the order of their names.
func (r *request) drawOnCallPeople(p *panel, result query.Result) error {
	in := columnsOf(result)
	rows := slices.Clone(result.Rows)
	slices.SortStableFunc(rows, func(a, b []any) int { return strings.Compare(personName(a, in), personName(b, in)) })
	bands := []struct{ column, words string }{{"business", "business"}, {"off", "off hours"}, {"sleep", "sleep"}}
	d := dots{ID: "people-chart", Format: "count", Unit: "pages", Height: 320, Base: r.personURL("")}
	people, pages := 0, 0.
	values := make([][]float64, len(bands))
	for _, row := range rows {
		all, _ := number(row[in["pages"]])
		if all == 0 {
			continue
		}
		people, pages = people+1, pages+all
		for i, band := range bands {
			n, _ := number(row[in[band.column]])
			values[i] = append(values[i], n)
			d.Dots = append(d.Dots, dot{i, n, len(d.Cases)})
		}
		d.Cases = append(d.Cases, dotCase{personName(row, in), url.QueryEscape(text(row[in["person"]]))})
	}
	if people == 0 {
		p.Empty = true
		return nil
	}
	for i, band := range bands {
		d.Columns = append(d.Columns, band.words)
		if b, ok := boxOf(i, values[i]); ok {
			d.Boxes = append(d.Boxes, b)
		}
	}
	sleep := d.Boxes[2]
	p.Title = fmt.Sprintf("Half of the people paged were paged %s times or more in their sleep hours; nobody more than %s times", decimal(sleep.P50), decimal(slices.Max(values[2])))
	p.Sub = fmt.Sprintf("n = %s to %s people, on their own clocks · a dot is a person · %s", plural(int(pages), "page"), count(people), r.rangeWords())
	d.Label = "Dots of pages per person by hour band. " + p.Title + ". The table below it has the numbers by name."
	p.Legend = []legendItem{{"cat-0", "a person"}, {"box", "median, within the quartiles"}}
	if some := d.thin(); some != "" {
		p.Sub += " · " + some
	}
	p.Charts, p.Table = []chart{d.chart()}, r.onCallTable(rows, in)
	p.Next = r.next("/dependency", "how often the same people respond", "/incidents", "the incidents behind the pages")
	return nil
}

func personName(row []any, in map[string]int) string {
	return cmp.Or(text(row[in["name"]]), text(row[in["person"]]))
}

// personURL is what a person was in; it ends with the person.
func (r *request) personURL(person string) string {
	list := link("/incidents", without(sticky(r.filter), "person"))
	if strings.Contains(list, "?") {
		return list + "&person=" + url.QueryEscape(person)
	}
	return list + "?person=" + url.QueryEscape(person)
}

func (r *request) onCallTable(rows [][]any, in map[string]int) *table {
	t := &table{Caption: "Pages and incidents by person, by name", RowHead: true, Head: []headCell{{Text: "Person"}}}
	columns := []struct{ name, head, hint string }{{"pages", "Pages", ""}, {"business", "Business hours", "pages"}, {"off", "Off hours", "pages"}, {"sleep", "Sleep", "pages"},
		{"first_time", "First time", "incidents in their first shift ever"}, {"two_hats", "Two hats", "incidents on call for two services or more"}, {"tired", "Short of sleep", "incidents after a night's work"}}
	for _, c := range columns {
		t.Head = append(t.Head, headCell{Text: c.head, Title: c.hint, Number: true})
	}
	for i, row := range rows {
		if i == mostTableRows {
			t.More = len(rows) - i
			break
		}
		cells := []tableCell{{Text: personName(row, in), URL: r.personURL(text(row[in["person"]]))}}
		for _, c := range columns {
			cell := tableCell{Text: "–", Title: "no shift is loaded", Number: true}
			if n, ok := number(row[in[c.name]]); ok {
				cell = tableCell{Text: count(int(n)), Number: true}
			}
			cells = append(cells, cell)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
