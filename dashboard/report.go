package dashboard

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
)

// review is the quarterly review: what the page /report and the file of `orgheat report` show.
type review struct {
	Quarter     string
	Title, Lead string
	Partial     string
	Sections    []reviewSection
}

type reviewSection struct {
	ID, Title, Sub string
	Findings       []finding
	List           []string
	Charts         []drawing
	Tables         []*table
	Lacks          []string
	Definitions    []query.Meta
}

type drawing struct {
	Title string
	SVG   template.HTML
}

// ErrNoData is returned where no quarter can be reviewed because nothing is loaded.
var ErrNoData = errors.New("nothing is loaded: load an export with orgheat load PATH")

// WriteReport writes the review of a quarter, written 2026Q3, as one HTML file that needs no other file, no script and no network.
func WriteReport(ctx context.Context, o Options, quarter string, w io.Writer) error {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.PanelTimeout == 0 {
		o.PanelTimeout = time.Minute
	}
	a, err := loadAssets()
	if err != nil {
		return err
	}
	css, err := static.ReadFile("static/app.css")
	if err != nil {
		return err
	}
	views, err := template.New("").Funcs(template.FuncMap{"asset": a.url}).ParseFS(templateFiles, append(sharedTemplates, "templates/report.html")...)
	if err != nil {
		return err
	}
	var rv *review
	err = o.DB.Stable(ctx, func(ctx context.Context) error {
		choices, err := o.DB.Choices(ctx)
		if err != nil {
			return err
		}
		if choices.Last.IsZero() {
			return ErrNoData
		}
		start, err := chooseQuarter(o.DB, choices, quarter)
		if err != nil {
			return err
		}
		q, err := o.DB.ReadQuarter(ctx, query.NewFilter(o.DB.Settings.Location()), start, query.Whole, o.PanelTimeout)
		if err != nil {
			return err
		}
		for _, key := range sortedKeys(q.Errs) {
			return fmt.Errorf("report: %w", q.Errs[key]) // a file that is kept must be whole
		}
		rv = newReview(q, lame(q, o.DB, choices), nil, nil)
		return nil
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = views.ExecuteTemplate(&b, "document", struct {
		Review              *review
		CSS                 template.CSS
		Version, Zone, Made string
	}{rv, template.CSS(css), o.Version, o.DB.Settings.Zone, o.Now().In(o.DB.Settings.Location()).Format(time.DateOnly)})
	if err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// chooseQuarter is the start of the quarter written name, "" for the last whole one; it must hold data.
func chooseQuarter(db *query.DB, choices query.Choices, name string) (time.Time, error) {
	if name == "" {
		return lastQuarter(db, choices), nil
	}
	start, err := db.ParseQuarter(name)
	if err != nil {
		return start, err
	}
	if !start.Before(choices.Last) || !start.AddDate(0, 3, 0).After(choices.First) {
		zone := db.Settings.Location()
		return start, badQuarter{name, choices.First.In(zone).Format(time.DateOnly), choices.Last.In(zone).Format(time.DateOnly)}
	}
	return start, nil
}

type badQuarter struct{ name, first, last string }

func (b badQuarter) Error() string {
	return fmt.Sprintf("quarter %s has no data: what is loaded reaches from %s to %s", b.name, b.first, b.last)
}

// Is makes it an error that the asker can mend.
func (b badQuarter) Is(target error) bool { return target == query.ErrRequest }

// newReview writes the review. pages are those that findings may link to; without any it has no link at all.
func newReview(q *query.Quarter, partial string, pages []page, keep url.Values) *review {
	rv := &review{Quarter: q.Name, Title: "Quarterly review " + q.Name, Lead: fmt.Sprintf("Incidents of %s to %s, beside %s: where the organization should look.", q.From.Format(time.DateOnly), q.To.AddDate(0, 0, -1).Format(time.DateOnly), q.Before), Partial: partial}
	rv.Sections = []reviewSection{
		sectionLooks(q, pages, keep), sectionChanged(q, partial != ""), sectionUnusual(q), sectionThemes(q), sectionEvents(q), sectionDependency(q), sectionCoordination(q), sectionOnCall(q), sectionReviews(q),
		{ID: "questions", Title: "Open questions", List: q.Questions()},
		{ID: "definitions", Title: "Definitions", Definitions: q.Definitions()},
		sectionCoverage(q),
	}
	for i := range rv.Sections {
		s := &rv.Sections[i]
		if s.ID == "questions" && len(s.List) == 0 {
			s.List = []string{"None that the data itself raises."}
		}
		for _, t := range s.Tables {
			if pages == nil {
				t.unlink()
			}
		}
	}
	return rv
}

// unlink takes the links out, for where there is nothing to follow them to.
func (t *table) unlink() {
	for _, row := range t.Rows {
		for i := range row {
			row[i].URL = ""
		}
	}
}

func sectionLooks(q *query.Quarter, pages []page, keep url.Values) reviewSection {
	s := reviewSection{ID: "look", Title: "What to look at in " + q.Name}
	for _, l := range q.Looks {
		f := finding{Look: l, Chart: marksSVG(l.Marks, l.Unit)}
		if pages != nil {
			f = newFinding(l, pages, keep)
		}
		s.Findings = append(s.Findings, f)
	}
	if len(s.Findings) == 0 {
		s.Title = "Nothing in " + q.Name + " stands out"
	}
	return s
}

// sectionChanged is the overview's numbers as a table.
func sectionChanged(q *query.Quarter, lame bool) reviewSection {
	s := reviewSection{ID: "changed", Title: "What changed since " + q.Before, Sub: "a change is told where both numbers stand on 30 cases or more and their 95% intervals do not overlap"}
	t := &table{Caption: "The quarter beside the one before", RowHead: true, Head: []headCell{{Text: "Number"}, {Text: q.Name, Number: true}, {Text: "95% interval"}, {Text: "n"}, {Text: q.Before}, {Text: "Change"}}}
	var changed []string
	for _, f := range q.Figures {
		tile := newFigureTile(f, lame)
		if tile.Class != "" {
			changed = append(changed, strings.ToLower(f.Label)+" "+string(f.Change))
		}
		value := tableCell{Text: cmp.Or(strings.TrimSpace(tile.Value+" "+tile.Unit), "–"), Number: true}
		n := strings.TrimPrefix(tile.N, "n = ")
		t.Rows = append(t.Rows, []tableCell{{Text: f.Label, Title: f.Definition}, value, {Text: cmp.Or(strings.TrimPrefix(tile.Interval, "95%: "), f.Lack)}, {Text: n}, {Text: tile.Before}, {Text: strings.TrimSpace(tile.Change + " " + tile.Difference)}})
		if tile.Cost != "" {
			s.List = append(s.List, f.Label+": "+tile.Cost)
		}
		if tile.Chart != "" {
			s.Charts = append(s.Charts, drawing{f.Label, tile.Chart})
		}
	}
	if len(changed) > 0 {
		s.Title += ": " + strings.Join(changed, ", ")
	} else {
		s.Title += ": no number beyond chance"
	}
	s.Tables = []*table{t}
	return s
}

func sectionUnusual(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "unusual", Title: "The most unusual incidents", Sub: "score: bits of surprise, the rarest signal of each group counts; rarity is against the 12 months before each incident"}
	s.Lacks = q.Answer("signals").Warnings
	list := q.Unusual()
	if len(list) == 0 {
		s.Title = "No incident with a signal that can be told"
		return s
	}
	t := &table{Caption: "Incidents by score", RowHead: true, Head: []headCell{{Text: "Incident"}, {Text: "Started"}, {Text: "Severity"}, {Text: "Bits", Number: true}, {Text: "Why"}}}
	for _, u := range list[:min(10, len(list))] {
		var why []string
		for _, sig := range u.Signals[:min(3, len(u.Signals))] {
			why = append(why, fmt.Sprintf("%s (%d of %d before)", sig.Evidence, sig.Had, sig.Of))
		}
		t.Rows = append(t.Rows, []tableCell{{Text: u.Incident + " " + u.Title, URL: incidentURL(u.Incident)}, {Text: u.StartedAt.In(q.From.Location()).Format(time.DateOnly)}, {Text: u.Severity}, {Text: decimal(u.Score), Number: true}, {Text: strings.Join(why, ". ") + "."}})
	}
	s.Tables = []*table{t}
	return s
}

// some is a result of those rows that keep says, under a caption.
func some(r query.Result, caption string, keep func(in map[string]int, row []any) bool, names ...string) *table {
	in, rows := columnsOf(r), r.Rows
	r.Rows = nil
	for _, row := range rows {
		if keep == nil || keep(in, row) {
			r.Rows = append(r.Rows, row)
		}
	}
	if len(r.Rows) == 0 {
		return nil
	}
	t := resultTable(r, names...)
	t.Caption, t.RowHead = caption, true
	return t
}

func (s *reviewSection) add(t *table, lack string) {
	if t == nil {
		s.Lacks = append(s.Lacks, lack)
		return
	}
	s.Tables = append(s.Tables, t)
}

func ofPeriod(names ...string) func(map[string]int, []any) bool {
	return func(in map[string]int, row []any) bool { return slices.Contains(names, text(row[in["period"]])) }
}

func sectionThemes(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "themes", Title: "Themes and trivial triggers", Sub: "an incident with several themes counts in each; trend over all quarters to this one"}
	themes := q.Answer("themes")
	t := some(themes, "Themes of "+q.Name, func(in map[string]int, row []any) bool {
		n, _ := number(row[in["incidents"]])
		return text(row[in["period"]]) == q.Name && n > 0
	}, "theme", "incidents", "of", "share", "ci_low", "ci_high", "trend", "trend_q")
	if t != nil {
		slices.SortStableFunc(t.Rows, func(a, b []tableCell) int {
			return cmp.Compare(len(b[1].Text), len(a[1].Text))*2 + cmp.Compare(b[1].Text, a[1].Text)
		})
		for _, row := range t.Rows {
			row[0].Text = cmp.Or(strings.ReplaceAll(row[0].Text, "_", " "), "without a theme")
		}
		s.Title = fmt.Sprintf("Themes: %s in %s", plural(len(t.Rows), "theme"), q.Name)
	}
	s.add(t, "No incident of "+q.Name+" is loaded.")
	s.add(some(q.Answer("triggers"), "Trivial triggers of 12 months", nil, "trigger", "incidents", "teams", "last_at", "evidence"), "No trivial trigger in 12 months.")
	return s
}

func sectionEvents(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "events", Title: "Spikes and org events", Sub: "associations over all history to the quarter's end: they say where to look, not why"}
	spikes := some(q.Answer("spikes"), "Weeks with more incidents than trend and season explain", func(in map[string]int, row []any) bool {
		week := text(row[in["week"]])
		return text(row[in["flagged"]]) == "true" && week >= q.From.Format(time.DateOnly) && week < q.To.Format(time.DateOnly)
	}, "week", "n", "expected", "upper", "p", "q")
	if len(q.Answer("spikes").Rows) == 0 {
		s.add(nil, "Spikes cannot be told: "+strings.Join(append(slices.Clone(q.Answer("spikes").Warnings), "needs 26 weeks and 30 incidents"), "; ")+".")
	} else {
		s.add(spikes, "No week of "+q.Name+" had more incidents than trend and season explain.")
	}
	events := some(q.Answer("org-events"), "Categories of org events", nil, "category", "window", "occurrences", "observed", "expected", "ratio", "ci_low", "ci_high", "q", "verdict")
	if events != nil {
		for _, row := range events.Rows {
			row[0].Text, row[len(row)-1].Text = strings.ReplaceAll(row[0].Text, "_", " "), strings.ReplaceAll(row[len(row)-1].Text, "_", " ")
		}
	}
	s.add(events, cmp.Or(strings.Join(q.Answer("org-events").Warnings, "; "), "No org events are loaded")+".")
	s.add(some(q.Answer("calendar"), "Org events of "+q.Name, func(in map[string]int, row []any) bool {
		return text(row[in["last"]]) >= q.From.Format(time.DateOnly) && text(row[in["first"]]) < q.To.Format(time.DateOnly)
	}, "first", "last", "category", "name"), "No org event in "+q.Name+".")
	return s
}

// columnLine is the trend of a column of a result, by the column that names the moment.
func columnLine(r query.Result, when, column string, most int) (series []query.Estimate) {
	in := columnsOf(r)
	for _, row := range r.Rows {
		e := query.Estimate{Period: text(row[in[when]])}
		if v, ok := number(row[in[column]]); ok {
			e.Value = &v
		}
		series = append(series, e)
	}
	if len(series) > most {
		series = series[:most]
	}
	return series
}

func (s *reviewSection) draw(title string, svg template.HTML) {
	if svg != "" {
		s.Charts = append(s.Charts, drawing{title, svg})
	}
}

func sectionDependency(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "dependency", Title: "Dependency and horizon", Sub: "engaged time of six months each; the horizon assumes that nobody leaves and nobody gets a new grant"}
	trend := q.Answer("dependency-trend")
	trend.Columns = slices.Clone(trend.Columns)
	caf := columnLine(trend, "month", "caf", len(trend.Rows))
	s.draw("Contributor absence factor, people", trendSVG(caf, "people", "Contributor absence factor", 340, 120))
	s.draw("Share of the person with most engaged time", trendSVG(columnLine(trend, "month", "top_share", len(trend.Rows)), "share", "Top share", 340, 120))
	horizon := q.Answer("horizon")
	s.draw("Engaged time held by people fully vested by then", trendSVG(columnLine(horizon, "month", "engaged_share", 37), "share", "Vesting horizon", 340, 120))
	if len(horizon.Rows) == 0 {
		s.Lacks = append(s.Lacks, cmp.Or(strings.Join(horizon.Warnings, "; "), "The horizon cannot be told: no vesting terms are loaded")+".")
	}
	s.add(some(q.Answer("services"), "Services with one person (12 months)", func(in map[string]int, row []any) bool { return text(row[in["island"]]) == "true" },
		"name", "incidents", "responders", "caf"), "No service of the 12 months rests on one person alone.")
	s.add(some(q.Answer("people-now"), "The quarter's engaged time", nil, "incidents", "responders", "caf", "top_share", "top3_share", "gini", "hhi"), "No engaged time in "+q.Name+".")
	return s
}

func sectionCoordination(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "coordination", Title: "Coordination"}
	t := some(q.Answer("coordination"), "Cost of coordination by quarter", nil, "period", "incidents", "responders_p50", "teams_p50", "engaged_hours", "cost", "new_pair_share", "lurker_ratio")
	s.add(t, "No incident is loaded.")
	s.add(some(q.Answer("durations"), "Durations by quarter, minutes", nil, "period", "n", "p25", "p50", "p75", "p90", "ci_low", "ci_high"), "No duration is known.")
	matrix := q.Answer("team-matrix")
	in := columnsOf(matrix)
	slices.SortStableFunc(matrix.Rows, func(a, b []any) int {
		x, _ := number(a[in["engaged_hours"]])
		y, _ := number(b[in["engaged_hours"]])
		return cmp.Compare(y, x)
	})
	others := some(matrix, "Most hours on other teams' incidents", func(in map[string]int, row []any) bool {
		owner, responder := text(row[in["owner_team"]]), text(row[in["responder_team"]])
		return owner != "" && responder != "" && owner != responder
	}, "owner_team", "responder_team", "engaged_hours")
	if others != nil && len(others.Rows) > 10 {
		others.Rows = others.Rows[:10]
	}
	s.add(others, "No team is known to have worked on another's incident.")
	return s
}

func sectionOnCall(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "oncall", Title: "On call", Sub: "shares with Wilson's 95% intervals; pages come in bursts, so theirs are too narrow"}
	t := some(q.Answer("on-call"), "On call in "+q.Name+" and "+q.Before, ofPeriod(q.Name, q.Before), "period", "what", "count", "of", "share", "ci_low", "ci_high")
	if t != nil {
		for _, row := range t.Rows {
			row[1].Text = strings.ReplaceAll(row[1].Text, "_", " ")
		}
	}
	s.add(t, "No shifts or pages are loaded that tell.")
	return s
}

func sectionReviews(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "reviews", Title: "Reviews: is it working?"}
	s.add(some(q.Answer("reviews"), "Reviews by quarter", nil, "period", "reviews", "attendees_p50", "voluntary_share", "voluntary_low", "voluntary_high", "readers_p50", "repeat_face_share", "actions_done", "actions_open"), "No reviews are loaded.")
	return s
}

func sectionCoverage(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "coverage", Title: "Data coverage"}
	s.add(some(q.Answer("coverage"), "Activity of "+q.Name+" by source and month", nil, "source", "month", "rows", "people", "matched_share"), "No activity is loaded in "+q.Name+".")
	return s
}
