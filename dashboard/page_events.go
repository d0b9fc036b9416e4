package dashboard

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
)

var eventsPage = page{Path: "/events", Name: "events", Title: "Org events", Question: "Do incidents follow what the organization does: promotions, reviews, launches, freezes?",
	Filters: filterNames, Show: showEvents}

type eventsView struct {
	base
	Timeline, Verdicts, Curves, Lags, Declared, Chain, Series *panel
}

func showEvents(r *request) (view, error) {
	v := &eventsView{}
	var weeks, calendar, series query.Result
	keep := func(to *query.Result) func(*panel, query.Result) error {
		return func(_ *panel, result query.Result) error { *to = result; return nil }
	}
	v.Timeline = r.metric("timeline", "spikes", unbroken, keep(&weeks))
	events, work := r.metric("calendar", "calendar", unbroken, keep(&calendar)), r.metric("work", "series", unbroken, keep(&series))
	v.Verdicts = r.metric("verdicts", "org-events", unbroken, r.drawVerdicts)
	v.Declared = r.metric("declared", "org-events", unbroken, r.drawDeclared)
	v.Curves = r.metric("curves", "org-events-profile", unbroken, r.drawCurves)
	v.Lags = r.metric("lags", "org-events-profile", unbroken, r.drawLags)
	v.Chain = r.metric("chain", "chain", unbroken, r.drawChain)
	v.Series = r.metric("series", "series-correlation", unbroken, r.drawSeries)
	if err := r.run(v.Timeline, events, work, v.Verdicts, v.Declared, v.Curves, v.Lags, v.Chain, v.Series); err != nil {
		return nil, err
	}
	if v.Verdicts.Err == "" && v.Verdicts.Empty { // the others would say the same
		v.Curves, v.Lags, v.Declared, v.Chain = nil, nil, nil, nil
	}
	if v.Timeline.Err = cmp.Or(v.Timeline.Err, events.Err, work.Err); v.Timeline.Err == "" && !v.Timeline.Empty {
		return v, r.drawWeeks(v.Timeline, weeks, calendar, series)
	}
	return v, nil
}

// dayOf is a cell of type date as a time.
func dayOf(v any) (time.Time, error) { return time.Parse("2006-01-02", text(v)) }

func (r *request) drawWeeks(p *panel, weeks, calendar, series query.Result) error {
	in := columnsOf(weeks)
	t := weekTimeline{ID: "timeline-chart", Unit: "incidents", Base: r.incidentsBase()}
	incidents, flagged, emphasis := 0., 0, ""
	for _, row := range weeks.Rows {
		monday, err := dayOf(row[in["week"]])
		if err != nil {
			return err
		}
		w := weekCount{Monday: monday, N: int(cell(row, in, "n")), Expected: cell(row, in, "expected"), Upper: cell(row, in, "upper"), Modelled: true}
		w.Flagged, _ = row[in["flagged"]].(bool)
		incidents += float64(w.N)
		if w.Flagged {
			flagged++
			emphasis = humanDay(monday.Format("2006-01-02"))
		}
		t.Weeks = append(t.Weeks, w)
	}
	t.First, t.Last = t.Weeks[0].Monday, t.Weeks[len(t.Weeks)-1].Monday.AddDate(0, 0, 7)
	if err := t.addCalendar(calendar); err != nil {
		return err
	}
	if err := t.addSeries(series); err != nil {
		return err
	}
	switch flagged {
	case 0:
		p.Title = "No week had more incidents than trend and season explain"
	case 1:
		p.Title = "One week had more incidents than trend and season explain, that of " + emphasis
	default:
		p.Title = fmt.Sprintf("%d weeks had more incidents than trend and season explain, the last that of %s", flagged, emphasis)
	}
	p.Sub = fmt.Sprintf("n = %s in %s · by chance about %s of these weeks would be flagged · %s", plural(int(incidents), "incident"), plural(len(t.Weeks), "complete week"),
		decimal(float64(len(t.Weeks))/100), r.rangeWords())
	p.Legend = []legendItem{{"cat-1", "incidents a week"}, {"box", "expected from trend and season"}, {"dash", "99% of such weeks are below"}, {"flag", "flagged week"}}
	if len(t.Spans) > 0 {
		p.Legend = append(p.Legend, legendItem{"cat-0", "org events"})
	}
	if len(t.Series) > 0 {
		p.Legend = append(p.Legend, legendItem{"cat-4", "series, by week"})
	}
	t.Label = "Timeline of incidents by week, org events and series. " + p.Title + ". The table below it has the flagged weeks."
	c := t.chart()
	c.Wide = true
	p.Charts, p.Table = []chart{c}, onlyRows(weeks, "flagged", "true")
	if flagged == 0 {
		p.Table = resultTable(weeks)
	}
	p.Next = r.next("/incidents", "the incidents of these weeks", "/themes", "what they were about")
	return nil
}

// addCalendar puts events into lanes by category, in the order of the names.
func (t *weekTimeline) addCalendar(calendar query.Result) error {
	in := columnsOf(calendar)
	t.Lanes = distinct(calendar, "category")
	for _, row := range calendar.Rows {
		first, err := dayOf(row[in["first"]])
		if err != nil {
			return err
		}
		last, err := dayOf(row[in["last"]])
		if err != nil {
			return err
		}
		if last.Before(t.First) || first.After(t.Last) {
			continue
		}
		t.Spans = append(t.Spans, span{slices.Index(t.Lanes, text(row[in["category"]])), first, last, text(row[in["name"]])})
	}
	return nil
}

// addSeries puts the series that lie within the weeks under them.
func (t *weekTimeline) addSeries(series query.Result) error {
	in := columnsOf(series)
	for _, row := range series.Rows {
		monday, err := dayOf(row[in["week"]])
		if err != nil {
			return err
		}
		if monday.Before(t.First) || !monday.Before(t.Last) {
			continue
		}
		name := text(row[in["series"]])
		if n := len(t.Series); n == 0 || t.Series[n-1].Name != name {
			t.Series = append(t.Series, weekSeries{Name: name})
		}
		s := &t.Series[len(t.Series)-1]
		s.Points = append(s.Points, seriesPoint{monday, cell(row, in, "value")})
	}
	return nil
}

// verdictWords say what an org-events row means.
func verdictWords(row []any, in map[string]int) string {
	mde, known := number(row[in["mde"]])
	switch text(row[in["verdict"]]) {
	case "supported":
		return "Associated with incidents"
	case "not_detected":
		return fmt.Sprintf("No association seen; a rate %s times as high would probably have been", decimal(mde))
	case "inconclusive":
		if !known {
			return "Cannot say"
		}
		return fmt.Sprintf("Cannot say: this history would only show a rate %s times as high", decimal(mde))
	case "explained_by":
		return "The weeks of " + spoken(strings.ReplaceAll(text(row[in["explained_by"]]), ";", ", ")) + " account for it"
	case "inseparable":
		return "Cannot be told apart from " + spoken(strings.ReplaceAll(text(row[in["explained_by"]]), ";", ", "))
	}
	return "Too few occurrences to say"
}

// caveats are a row's warnings, other than those that the verdict itself says.
func caveats(row []any, in map[string]int) (words string) {
	list, _ := row[in["warnings"]].([]string)
	for _, w := range list {
		if !strings.HasPrefix(w, "too few ") {
			words += "; " + w
		}
	}
	return words
}

// declaredRow says whether a row is a window that was declared beforehand.
func declaredRow(row []any, in map[string]int) bool {
	declared, _ := row[in["declared"]].(bool)
	return declared
}

func (r *request) drawVerdicts(p *panel, result query.Result) error {
	in := columnsOf(result)
	var rows [][]any
	for _, row := range result.Rows {
		if !declaredRow(row, in) {
			rows = append(rows, row)
		}
	}
	var found []string
	occurrences, tested := 0., 0
	for _, row := range rows {
		if occurrences += cell(row, in, "listed"); text(row[in["verdict"]]) != "insufficient" {
			tested++
		}
		if text(row[in["verdict"]]) == "supported" {
			found = append(found, fmt.Sprintf("%s (%s: %s times the rate, q %s)", spoken(text(row[in["category"]])), windowWords(text(row[in["window"]])), decimal(cell(row, in, "ratio")), equals(cell(row, in, "q"))))
		}
	}
	switch {
	case len(found) > 0:
		p.Title = "Incidents are associated with " + strings.Join(found, " and ")
	case tested > 0:
		p.Title = "Incidents are associated with no kind of event, as far as this history can tell"
	default:
		p.Title = "Too few occurrences of any kind of event to say"
	}
	p.Sub = fmt.Sprintf("%s of %s, %d of them often enough to test · rate in the window over the rate around it, with 95%% intervals · an association says where to look, not why · %s",
		plural(int(occurrences), "event"), plural(len(rows), "kind"), tested, r.rangeWords())
	p.Table = verdictTable("Kinds of org events and incidents", rows, in)
	p.Tables = true
	if c, ok := verdictForest("verdicts-chart", rows, in); ok {
		p.Charts = []chart{c}
		p.Legend = []legendItem{{"cat-0 round", "associated, after allowing for every window and kind looked at"}, {"open", "not"}}
	}
	p.Warnings = slices.DeleteFunc(slices.Clone(p.Warnings), func(w string) bool { // the table says it of each kind
		category, _, ok := strings.Cut(strings.Replace(w, " (declared)", "", 1), ":")
		return ok && slices.ContainsFunc(result.Rows, func(row []any) bool { return text(row[in["category"]]) == category })
	})
	p.Next = r.next("/incidents", "the incidents", "/oncall", "who was on call then")
	return nil
}

// windowWords turns "+2..+4 weeks" into "weeks +2 to +4".
func windowWords(window string) string {
	window, declared, _ := strings.Cut(window, " weeks")
	first, last, ok := strings.Cut(window, "..")
	words := "week " + first
	if ok && first != last {
		words = "weeks " + first + " to " + last
	}
	return strings.NewReplacer("-", "−", "+0", "0").Replace(words) + declared
}

// shortWindow is a row's window as numbers: +2 to +4.
func shortWindow(row []any, in map[string]int) string {
	window, _, _ := strings.Cut(windowWords(text(row[in["window"]])), " (")
	return strings.TrimPrefix(strings.TrimPrefix(window, "weeks "), "week ")
}

func verdictTable(caption string, rows [][]any, in map[string]int) *table {
	t := &table{Caption: caption, RowHead: true, Head: []headCell{{Text: "Kind of event"}, {Text: "Verdict"}, {Text: "Weeks", Title: "after the event's first day, those that deviate most", Number: true},
		{Text: "Rate ratio", Number: true, Title: "rate inside over rate outside the window"}, {Text: "95% interval", Number: true}, {Text: "p", Number: true, Title: "allows for every window looked at"},
		{Text: "q", Number: true, Title: "false discovery rate: allows for the number of kinds"}, {Text: "Occurrences", Number: true, Title: "usable of those in the range"},
		{Text: "Incidents", Number: true, Title: "observed in the window, and expected"}}}
	for _, row := range rows {
		c := []tableCell{{Text: spoken(text(row[in["category"]]))}, {Text: verdictWords(row, in) + caveats(row, in)}, {Text: "–", Number: true}, {Text: "–", Number: true}, {Text: "–", Number: true}, {Text: "–", Number: true}, {Text: "–", Number: true},
			{Text: fmt.Sprintf("%s of %s", decimal(cell(row, in, "occurrences")), decimal(cell(row, in, "listed"))), Number: true}, {Text: "–", Number: true}}
		if _, ok := number(row[in["ratio"]]); ok {
			c[2].Text, c[3].Text = shortWindow(row, in), fmt.Sprintf("%.2f", cell(row, in, "ratio"))
			if _, ok := number(row[in["ci_low"]]); ok {
				c[4].Text = fmt.Sprintf("%.2f–%.2f", cell(row, in, "ci_low"), cell(row, in, "ci_high"))
			}
			c[5].Text, c[6].Text = probability(cell(row, in, "p")), probability(cell(row, in, "q"))
			c[8].Text = fmt.Sprintf("%s, %s expected", decimal(cell(row, in, "observed")), decimal(math.Round(cell(row, in, "expected"))))
		}
		t.Rows = append(t.Rows, c)
	}
	return t
}

// probability never writes 0.
func probability(p float64) string {
	if p < .001 {
		return "<0.001"
	}
	return fmt.Sprintf("%.3f", p)
}

// equals writes a probability behind its letter: = 0.012, or < 0.001.
func equals(p float64) string {
	if s := probability(p); !strings.HasPrefix(s, "<") {
		return "= " + s
	}
	return "< 0.001"
}

func verdictForest(id string, rows [][]any, in map[string]int) (chart, bool) {
	one := 1.
	c := intervals{ID: id, Log: true, Line: &one, Format: "times", Unit: "the rate around it", Cases: "occurrences"}
	var words []string
	for _, row := range rows {
		point := pointOf(row, in, "ratio", "ci_low", "ci_high")
		if point.Value == nil || point.Range == nil {
			continue
		}
		c.Rows = append(c.Rows, interval{spoken(text(row[in["category"]])) + "  " + shortWindow(row, in), point.Value, &point.Range.Low, &point.Range.High, int(cell(row, in, "occurrences")), text(row[in["verdict"]]) == "supported"})
		words = append(words, fmt.Sprintf("%s %.1f", spoken(text(row[in["category"]])), *point.Value))
	}
	c.Height, c.Label = 48+32*len(c.Rows), "Rate ratios with intervals: "+strings.Join(words, ", ")+". The table below has the numbers."
	if len(c.Rows) == 0 {
		return chart{}, false
	}
	return c.chart(), true
}

// declaredHint is how a window is declared.
const declaredHint = `[[hypothesis]] with category, from and to (weeks after the event) in orgheat.toml`

func (r *request) drawDeclared(p *panel, result query.Result) error {
	in := columnsOf(result)
	var rows [][]any
	var said []string
	for _, row := range result.Rows {
		if !declaredRow(row, in) {
			continue
		}
		rows = append(rows, row)
		window, _, _ := strings.Cut(windowWords(text(row[in["window"]])), " (")
		switch {
		case text(row[in["verdict"]]) == "supported":
			said = append(said, fmt.Sprintf("supported: %s, %s", spoken(text(row[in["category"]])), window))
		case text(row[in["verdict"]]) == "insufficient":
			said = append(said, fmt.Sprintf("too few occurrences: %s", spoken(text(row[in["category"]]))))
		default:
			said = append(said, fmt.Sprintf("not supported: %s, %s", spoken(text(row[in["category"]])), window))
		}
	}
	p.Warnings = nil
	p.Definition = "A hypothesis written down in the configuration before anybody looked, tested alone: it need not pay for the other windows, and so finds smaller effects. One that was written down after a look at " +
		"this page is none. Add " + declaredHint + "."
	if len(rows) == 0 {
		p.Title = "No window was declared beforehand"
		p.Sub = "who expects an effect does well to write it down first: " + declaredHint
		return nil
	}
	p.Title = "Declared beforehand, " + strings.Join(said, "; ")
	p.Sub = "tested in the declared weeks alone · q allows for the number of declared windows · " + r.rangeWords()
	p.Table, p.Tables = verdictTable("Declared windows", rows, in), true
	return nil
}

// weekNames are the steps of the curves, -6 to +6.
func weekNames() (names []string) {
	for w := -6; w <= 6; w++ {
		name := fmt.Sprintf("%+d", w)
		if w == 0 {
			name = "0"
		}
		names = append(names, strings.Replace(name, "-", "−", 1))
	}
	return names
}

func (r *request) drawCurves(p *panel, result query.Result) error {
	in := columnsOf(result)
	var outside []string
	for _, category := range tested(result) {
		t := trend{ID: "curve-" + fmt.Sprint(len(p.Charts)), Names: weekNames(), Lines: []trendLine{{Name: "mean", Color: "cat-0", Points: make([]trendPoint, 13)}}, Band: make([]pointRange, 13),
			Format: "decimal", Unit: "incidents a week", Cases: "occurrences", Height: 200}
		most, above := 0, 0
		for _, row := range result.Rows {
			if text(row[in["category"]]) != category {
				continue
			}
			i := int(cell(row, in, "week")) + 6
			point := pointOf(row, in, "mean", "", "")
			point.N = int(cell(row, in, "occurrences"))
			t.Lines[0].Points[i], t.Band[i] = point, pointRange{cell(row, in, "sim_low"), cell(row, in, "sim_high")}
			if most = max(most, point.N); point.Value != nil && (*point.Value > t.Band[i].High || *point.Value < t.Band[i].Low) {
				above++
			}
		}
		if above > 0 {
			outside = append(outside, fmt.Sprintf("%s (%s)", spoken(category), plural(above, "week")))
		}
		t.Label = fmt.Sprintf("Mean incidents a week around %s, %s. The table below has the numbers.", spoken(category), plural(most, "occurrence"))
		c := t.chart()
		c.Title = fmt.Sprintf("%s · %s", upperFirst(spoken(category)), plural(most, "occurrence"))
		p.Charts = append(p.Charts, c)
	}
	p.Title = "Around every kind of event that came often enough, incidents run as chance has it"
	switch {
	case len(p.Charts) == 0:
		p.Title = "No kind of event came often enough to draw a curve"
	case len(outside) > 0:
		p.Title = "Beyond what chance gives: " + strings.Join(outside, ", ")
	}
	p.Sub = "mean incidents a week from six weeks before to six after the event's first day (week 0) · the band holds all 13 weeks at once with 95% where the event makes no difference · " + r.rangeWords()
	p.Legend = []legendItem{{"cat-0", "mean incidents a week"}, {"cat-3", "what chance gives"}}
	p.Warnings = nil // the verdicts name what came too rarely
	p.Table = resultTable(result, "category", "week", "mean", "sim_low", "sim_high", "observed", "expected", "ratio", "occurrences")
	return nil
}

// tested are the kinds of events that came often enough to say anything: curves of the others would only mislead.
func tested(result query.Result) []string {
	in := columnsOf(result)
	some := result
	some.Rows = slices.DeleteFunc(slices.Clone(result.Rows), func(row []any) bool { return text(row[in["verdict"]]) == "insufficient" })
	return distinct(some, "category")
}

func (r *request) drawLags(p *panel, result query.Result) error {
	in := columnsOf(result)
	g := ratioGrid{ID: "lags-chart", X: weekNames(), Y: tested(result), Unit: "incidents"}
	g.Height = 40 + 36*len(g.Y)
	most, where := 0., ""
	for _, row := range result.Rows {
		x, y := int(cell(row, in, "week"))+6, slices.Index(g.Y, text(row[in["category"]]))
		if y < 0 {
			continue
		}
		ratio, ok := number(row[in["ratio"]])
		if !ok {
			g.Missing = append(g.Missing, [2]int{x, y})
			continue
		}
		mean, low, high := cell(row, in, "mean"), cell(row, in, "sim_low"), cell(row, in, "sim_high")
		c := ratioCell{X: x, Y: y, Ratio: ratio, Observed: cell(row, in, "observed"), Expected: cell(row, in, "expected"), Outside: mean > high || mean < low}
		if away := math.Abs(math.Log(max(ratio, .01))); c.Outside && away > most {
			most, where = away, fmt.Sprintf("%s in week %s (%s times)", spoken(g.Y[y]), g.X[x], decimal(ratio))
		}
		g.Cells = append(g.Cells, c)
	}
	if p.Title = "No week around any kind of event deviates beyond chance"; len(g.Y) == 0 {
		p.Title, p.Legend, p.Warnings = "No kind of event came often enough for a comparison by week", nil, nil
		return nil
	}
	if where != "" {
		p.Title = "The week that deviates most from what is expected: " + where
	}
	p.Sub = "incidents in each week around the events over what is expected without them · " + r.rangeWords()
	p.Legend = append(ratioLegend(), legendItem{"dotted", "beyond what chance gives"})
	p.Warnings = nil
	g.Label = "Heat map of observed over expected incidents by kind of event and week. " + p.Title + ". The table of the panel above has the numbers."
	p.Charts, p.Table = []chart{g.chart()}, resultTable(result, "category", "week", "observed", "expected", "ratio")
	return nil
}

// chainSteps are the steps of a chain in words; %s is the kind of event.
var chainSteps = map[string]string{
	"event_merges": "%s → merges", "merges_incidents": "merges → incidents", "event_incidents": "%s → incidents", "volume": "of that, through the number of merges", "per_merge": "the rest: incidents per merge",
}

func (r *request) drawChain(p *panel, result query.Result) error {
	in := columnsOf(result)
	p.Table, p.Tables = &table{Caption: "The steps from org events over merges to incidents", RowHead: true, Head: []headCell{{Text: "Step"}, {Text: "Holds"}, {Text: "Weeks"}, {Text: "Size", Number: true},
		{Text: "95% interval", Number: true}, {Text: "p", Number: true}}}, true
	var holds, lacking []string
	shown := map[string]bool{}
	for _, row := range result.Rows {
		// A kind of event that is not associated with incidents has no chain to explain.
		if text(row[in["step"]]) == "event_incidents" {
			ok, _ := row[in["holds"]].(bool)
			shown[text(row[in["category"]])] = ok
		}
	}
	for _, row := range result.Rows {
		category, step := text(row[in["category"]]), text(row[in["step"]])
		if !shown[category] {
			continue
		}
		if step == "event_merges" {
			if text(row[in["verdict"]]) == "consistent" {
				holds = append(holds, spoken(category))
			} else {
				lacking = append(lacking, fmt.Sprintf("%s (%s)", spoken(category), strings.ReplaceAll(text(row[in["missing"]]), ";", "; ")))
			}
		}
		p.Table.Rows = append(p.Table.Rows, chainCells(row, in, category, step))
	}
	switch {
	case len(holds) > 0:
		p.Title = "Consistent with more changes being the way from event to incident: " + strings.Join(holds, ", ")
	case len(lacking) > 0:
		p.Title = "More changes are not shown to be the way from event to incident: " + strings.Join(lacking, ", ")
	default:
		p.Title, p.Table = "No kind of event is associated with incidents: there is no chain to look at", nil
	}
	p.Warnings = slices.DeleteFunc(slices.Clone(p.Warnings), func(w string) bool { return strings.Contains(w, "too few ") })
	p.Sub = "event → merges → incidents, of the kinds of events that incidents are associated with · consistent with a chain is no proof of one · " + r.rangeWords()
	return nil
}

func chainCells(row []any, in map[string]int, category, step string) []tableCell {
	name := chainSteps[step]
	if strings.Contains(name, "%s") {
		name = fmt.Sprintf(name, spoken(category))
	}
	c := []tableCell{{Text: name}, {Text: "–"}, {Text: "–"}, {Text: "–", Number: true}, {Text: "–", Number: true}, {Text: "–", Number: true}}
	if holds, ok := row[in["holds"]].(bool); ok {
		if c[1].Text = "no"; holds {
			c[1].Text = "yes"
		}
	}
	if window := text(row[in["window"]]); window != "" {
		c[2].Text = windowWords(window)
	}
	if lag, ok := number(row[in["lag_weeks"]]); ok && step == "merges_incidents" {
		c[2].Text = plural(int(lag), "week") + " later"
	}
	if ratio, ok := number(row[in["ratio"]]); ok {
		c[3].Text = fmt.Sprintf("%.2f times", ratio)
	}
	if corr, ok := number(row[in["r"]]); ok {
		c[3].Text = fmt.Sprintf("r = %.2f", corr)
	}
	if share, ok := number(row[in["share_volume"]]); ok {
		c[3].Text += fmt.Sprintf(", %s of the effect", query.Percent(share))
	}
	if low, ok := number(row[in["ci_low"]]); ok {
		c[4].Text = fmt.Sprintf("%.2f to %.2f", low, cell(row, in, "ci_high"))
	}
	if pr, ok := number(row[in["p"]]); ok {
		c[5].Text = probability(pr)
	}
	return c
}

// either lists names of which any is meant: a, b or c.
func either(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

func (r *request) drawSeries(p *panel, result query.Result) error {
	in := columnsOf(result)
	t := trend{ID: "series-chart", Names: []string{"0", "1", "2", "3", "4", "5", "6"}, Format: "decimal", Cases: "weeks", Min: -.5, Max: .5, Height: 240}
	colors := []string{"cat-0", "cat-2", "cat-4", "cat-5", "cat-1", "cat-3"}
	var found, names []string
	for i, row := range result.Rows {
		name := text(row[in["series"]])
		names = append(names, name)
		l := trendLine{Name: name, Color: colors[i%len(colors)], Points: make([]trendPoint, 7)}
		for lag := range l.Points {
			l.Points[lag] = pointOf(row, in, fmt.Sprintf("r%d", lag), "", "")
			l.Points[lag].N = int(cell(row, in, "weeks"))
			if v := l.Points[lag].Value; v != nil && math.Abs(*v) > .5 {
				t.Min, t.Max = -1., 1.
			}
		}
		t.Lines = append(t.Lines, l)
		p.Legend = append(p.Legend, legendItem{l.Color, name})
		if cell(row, in, "q") < .05 {
			found = append(found, fmt.Sprintf("%s (r = %.2f after %s)", name, cell(row, in, "r"), plural(int(cell(row, in, "lag_weeks")), "week")))
		}
	}
	p.Title = "Weeks of more " + either(names) + " are not followed by more incidents, as far as this history can tell"
	if len(found) > 0 {
		p.Title = "Incidents go along with " + strings.Join(found, ", ")
	}
	p.Sub = "correlation of each weekly series with incidents 0 to 6 weeks later, without trend, season and the weeks around org events · " + r.rangeWords()
	t.Label = "Lines of the correlation of series with incidents by lag in weeks. " + p.Title + ". The table below it has the numbers."
	p.Charts, p.Table = []chart{t.chart()}, resultTable(result, "series", "lag_weeks", "r", "ci_low", "ci_high", "p", "q", "weeks", "calendar")
	p.Next = r.next("/chatter", "when the organization works")
	return nil
}
