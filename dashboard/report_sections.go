package dashboard

import (
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/query"
)

func sectionLooks(q *query.Quarter, pages []page, keep url.Values) reviewSection {
	s := reviewSection{ID: "look", Short: "What to look at", Title: "What to look at in " + q.Name}
	for _, l := range q.Looks {
		f := finding{Look: l, Chart: marksSVG(l.Marks, l.Unit)}
		if pages != nil {
			f = newFinding(l, pages, keep)
		}
		s.Findings = append(s.Findings, f)
	}
	if len(s.Findings) == 0 {
		s.Title = nothingStandsOut(q)
	}
	return s
}

// nothingStandsOut is no finding where much could not be looked for.
func nothingStandsOut(q *query.Quarter) string {
	if n := len(q.Missing); n > 0 {
		return fmt.Sprintf("Nothing in %s stands out; %s could not be looked for", q.Name, plural(n, "thing"))
	}
	return "Nothing in " + q.Name + " stands out"
}

// sectionChanged is the overview's numbers as a table.
func sectionChanged(q *query.Quarter, lame bool) reviewSection {
	s := reviewSection{ID: "changed", Short: "What changed", Title: "What changed since " + q.Before, Sub: "a change is told where both numbers stand on 30 cases or more and their 95% intervals do not overlap"}
	t := &table{Caption: "The quarter beside the one before", RowHead: true, Head: []headCell{{Text: "Number"}, {Text: q.Name, Number: true}, {Text: "95% interval"}, {Text: "Of how many"}, {Text: q.Before}, {Text: "Change"}}}
	var changed []string
	told := false
	for _, f := range q.Figures {
		told = told || f.Now.Value != nil
		tile := newFigureTile(f, lame)
		if tile.Class != "" {
			changed = append(changed, strings.ToLower(f.Label)+" "+string(f.Change))
		}
		value := tableCell{Text: unknown, Number: true}
		if tile.Value != "" {
			value.Text = strings.TrimSpace(tile.Value + " " + tile.Unit)
		}
		n := strings.TrimPrefix(tile.N, "n = ")
		t.Rows = append(t.Rows, []tableCell{{Text: f.Label}, value, {Text: cmp.Or(strings.TrimPrefix(tile.Interval, "95%: "), f.Lack)}, {Text: n}, {Text: tile.Before}, {Text: strings.TrimSpace(tile.Change + " " + tile.Difference)}})
		if tile.Cost != "" {
			s.List = append(s.List, f.Label+": "+tile.Cost)
		}
		if tile.Chart != "" {
			s.Charts = append(s.Charts, drawing{f.Label, tile.Chart})
		}
	}
	if len(changed) > 0 {
		s.Title += ": " + strings.Join(changed, ", ")
	} else if told && lame {
		s.Title += ": the two quarters do not compare"
	} else if told {
		s.Title += ": no number beyond chance"
	} else {
		s.Title += ": nothing that is loaded tells"
	}
	s.Tables = []*table{t}
	return s
}

func sectionUnusual(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "unusual", Short: "Unusual incidents", Title: "The most unusual incidents", Sub: "by bits of surprise; the rarest signal of each group counts, rarity is against the 12 months before each incident"}
	s.Lacks = q.Answer("signals").Warnings
	list := q.Unusual()
	if len(list) == 0 {
		s.Title = "No incident of " + q.Name + " has a signal that can be told"
		if len(q.Answer("incidents").Rows) == 0 {
			s.Title = "No incident of " + q.Name + " is loaded"
		}
		return s
	}
	t := &table{Caption: "Incidents by score", RowHead: true, Head: []headCell{{Text: "Incident"}, {Text: "Started"}, {Text: "Severity"}, {Text: "Bits", Number: true}, {Text: "Why"}}}
	for _, u := range list[:min(mostInReview, len(list))] {
		var why []string
		for _, sig := range u.Signals[:min(3, len(u.Signals))] {
			why = append(why, fmt.Sprintf("%s (%d of %d before)", sig.Evidence, sig.Had, sig.Of))
		}
		t.Rows = append(t.Rows, []tableCell{{Text: u.Incident + " " + shorten(u.Title, 90), URL: incidentURL(u.Incident)}, {Text: u.StartedAt.In(q.From.Location()).Format(time.DateOnly), Whole: true}, {Text: u.Severity}, {Text: decimal(u.Score), Number: true}, {Text: strings.Join(why, ". ") + ".", Words: true}})
	}
	s.Tables = []*table{t}
	return s
}

// mostInReview bounds the lists of the review; pages and the command line have the rest.
const mostInReview = 10

// spaced writes an id as words.
func spaced(id string) string { return strings.ReplaceAll(id, "_", " ") }

func sectionThemes(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "themes", Short: "Themes", Title: "Themes and trivial triggers", Sub: "an incident with several themes counts in each; the trend is over all quarters to this one, q allows for the number of themes"}
	themes := q.Answer("themes")
	in := columnsOf(themes)
	slices.SortStableFunc(themes.Rows, func(a, b []any) int { return cmp.Compare(cell(b, in, "incidents"), cell(a, in, "incidents")) })
	t := reviewTable(themes, "Themes of "+q.Name, func(c cells) bool { return c.text("period") == q.Name && c.amount("incidents") > 0 },
		reviewColumn{Head: "Theme", Cell: func(c cells) string { return cmp.Or(spaced(c.text("theme")), "without a theme") }}, number0("Incidents", "incidents"), number0("of", "of"), shareOf("Share", "share"),
		between("95% interval", "ci_low", "ci_high", query.Percent), reviewColumn{Head: "Trend", Cell: func(c cells) string { return cmp.Or(c.text("trend"), "none beyond chance") }}, chance("q", "trend_q"))
	s.add(t, "No incident of "+q.Name+" is loaded.")
	if t != nil {
		var names []string
		without := ""
		for _, row := range t.Rows {
			if row[0].Text == "without a theme" {
				without = row[1].Text + " of " + row[2].Text
				continue
			}
			names = append(names, row[0].Text)
		}
		switch {
		case len(names) == 0:
			s.Title = "Themes: no incident of " + q.Name + " has one"
		case t.Rows[0][0].Text == "without a theme":
			s.Title = fmt.Sprintf("Themes: %s incidents of %s have none", without, q.Name)
		default:
			s.Title = fmt.Sprintf("Themes: the most common of %s are %s", q.Name, strings.Join(names[:min(3, len(names))], ", "))
		}
	}
	s.Lacks = append(s.Lacks, themes.Warnings...)
	s.add(reviewTable(q.Answer("triggers"), "Trivial triggers of 12 months", nil, plainText("Trigger", "trigger"), number0("Incidents", "incidents"), number0("Teams", "teams"), day("Last", "last_at", q.From.Location()),
		reviewColumn{Head: "In words", Cell: func(c cells) string { return c.text("evidence") }}), "No incident of the 12 months names a trivial trigger.")
	return s
}

// verdicts are those of org-events in words.
var verdicts = map[string]string{"supported": "associated", "not_detected": "not detected: a doubling would have shown", "inconclusive": "inconclusive: only more than a doubling would have shown",
	"insufficient": "too few to say", "inseparable": "cannot be told from another category"}

func sectionEvents(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "events", Short: "Spikes and org events", Title: "Spikes and org events: no association beyond chance", Sub: "associations over all history to the quarter's end: they say where to look, not why"}
	spikes := q.Answer("spikes")
	flagged := reviewTable(spikes, "Weeks of 12 months with more incidents than trend and season explain", func(c cells) bool {
		return c.text("flagged") == "true" && c.text("week") >= q.To.AddDate(-1, 0, 0).Format(time.DateOnly) && c.text("week") < q.To.Format(time.DateOnly)
	}, plainText("Week from", "week"), number0("Incidents", "n"), number1("Expected", "expected"), number0("Usual at most", "upper"), chance("p", "p"), chance("q", "q"))
	switch {
	case len(spikes.Rows) == 0:
		s.Lacks = append(s.Lacks, "Spikes cannot be told: "+cmp.Or(strings.Join(spikes.Warnings, "; "), "needs 26 weeks and 30 incidents")+".")
	case flagged == nil:
		s.List = append(s.List, "No week of the 12 months to the end of "+q.Name+" had more incidents than trend and season explain.")
	default:
		s.Tables = append(s.Tables, flagged)
	}
	var found []string
	s.add(reviewTable(q.Answer("org-events"), "Incidents around categories of org events", func(c cells) bool {
		if c.text("verdict") == "supported" {
			found = append(found, spaced(c.text("category")))
		}
		return true
	}, reviewColumn{Head: "Category", Cell: func(c cells) string { return spaced(c.text("category")) }}, reviewColumn{Head: "Weeks after it", Cell: func(c cells) string { return cmp.Or(strings.TrimSuffix(c.text("window"), " weeks"), "–") }},
		number0("Times", "occurrences"), number0("Incidents", "observed"), number1("Expected", "expected"), number1("Ratio", "ratio"), between("95% interval", "ci_low", "ci_high", decimal), chance("q", "q"),
		reviewColumn{Head: "Verdict", Cell: func(c cells) string { return cmp.Or(verdicts[c.text("verdict")], spaced(c.text("verdict"))) }}), cmp.Or(strings.Join(q.Answer("org-events").Warnings, "; "), "No org events are loaded")+".")
	if len(q.Answer("org-events").Rows) == 0 {
		s.Title = "Spikes; org events cannot be compared"
	}
	if len(found) > 0 {
		s.Title = "Spikes and org events: incidents go along with " + strings.Join(found, ", ")
	}
	s.add(reviewTable(q.Answer("calendar"), "Org events of "+q.Name, func(c cells) bool {
		return c.text("last") >= q.From.Format(time.DateOnly) && c.text("first") < q.To.Format(time.DateOnly)
	}, plainText("First day", "first"), plainText("Last day", "last"), reviewColumn{Head: "Category", Cell: func(c cells) string { return spaced(c.text("category")) }}, plainText("Name", "name")), "No org event in "+q.Name+" is loaded.")
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
	return series[:min(most, len(series))]
}

func (s *reviewSection) draw(title string, svg template.HTML) {
	if svg != "" {
		s.Charts = append(s.Charts, drawing{title, svg})
	}
}

// horizonMonths is how far the horizon is drawn, this month beside it.
const horizonMonths = 36

func sectionDependency(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "dependency", Short: "Dependency and horizon", Title: "Dependency and horizon", Sub: "the lines are of six months of engaged time each; the horizon assumes that nobody leaves and nobody gets a new grant"}
	trend := q.Answer("dependency-trend")
	s.draw("Contributor absence factor (people)", trendSVG(columnLine(trend, "month", "caf", len(trend.Rows)), "people", "Contributor absence factor", 232, 96))
	s.draw("Engaged time of the one who has most", trendSVG(columnLine(trend, "month", "top_share", len(trend.Rows)), "share", "Share of the person with most engaged time", 232, 96))
	horizon := q.Answer("horizon")
	s.draw("Engaged time of people fully vested by then", trendSVG(columnLine(horizon, "month", "engaged_share", horizonMonths+1), "share", "Vesting horizon", 232, 96))
	if len(horizon.Rows) == 0 {
		s.Lacks = append(s.Lacks, cmp.Or(strings.Join(horizon.Warnings, "; "), "The horizon cannot be told: no vesting terms are loaded")+".")
	}
	for _, row := range q.Answer("people-now").Rows {
		c := cells{columnsOf(q.Answer("people-now")), row}
		if c.amount("caf") == 0 {
			continue
		}
		s.Title = fmt.Sprintf("Dependency and horizon: %s hold half of the work on incidents", plural(int(c.amount("caf")), "responder"))
		s.List = append(s.List, fmt.Sprintf("Of the %s people who responded in %s, the one with most engaged time holds %s of it, the first three %s (Gini %s, HHI %s).", c.decimal("responders"), q.Name,
			c.share("top_share"), c.share("top3_share"), c.decimal("gini"), c.decimal("hhi")))
	}
	if len(s.List) == 0 {
		s.Lacks = append(s.Lacks, "No engaged time is known in "+q.Name+".")
	}
	s.add(reviewTable(q.Answer("services"), "Services of which one person still employed handled two incidents or more in 12 months, and nobody else", func(c cells) bool { return c.text("island") == "true" },
		plainText("Service", "name"), number0("Incidents", "incidents"), number0("Responders in all", "responders")), "No service of the 12 months is known to rest on one person: that needs services of incidents, and people's work on them.")
	left := reviewTable(q.Answer("departures"), "People who responded to incidents and left in the 12 months", nil, plainText("Person", "name"), plainText("Team", "team"), day("Last day", "last_day", time.UTC), number0("Incidents in their last 12 months", "incidents"),
		number1("Engaged hours", "engaged_hours"), reviewColumn{Head: "Services left without anybody", Cell: func(c cells) string { return cmp.Or(strings.ReplaceAll(c.text("left_uncovered"), ";", ", "), "none") }})
	if left != nil && len(left.Rows) > mostInReview {
		left.Rows, left.More = left.Rows[:mostInReview], len(left.Rows)-mostInReview
	}
	s.add(left, cmp.Or(strings.Join(q.Answer("departures").Warnings, "; "), "Nobody who responded left in the 12 months")+".")
	return s
}

// lastRows are the last n rows of a result.
func lastRows(r query.Result, n int) query.Result {
	r.Rows = r.Rows[max(0, len(r.Rows)-n):]
	return r
}

// reviewQuarters is how many quarters the review's tables go back.
const reviewQuarters = 8

func sectionCoordination(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "coordination", Short: "Coordination", Title: "Coordination", Sub: "medians of responders and of their teams; hours are people's engaged time, no minute twice; first-time pairs are pairs of responders who had never responded together"}
	coordination := q.Answer("coordination")
	columns := []reviewColumn{plainText("Quarter", "period"), number0("Incidents", "incidents"), number1("Responders, median", "responders_p50"), number1("Teams, median", "teams_p50"), number1("Person-hours", "engaged_hours")}
	priced := func(c cells) bool { _, ok := c.number("cost"); return ok }
	if reviewTable(coordination, "", priced, columns[0]) != nil {
		columns = append(columns, reviewColumn{Head: "Cost", Number: true, Cell: func(c cells) string { return c.decimal("cost") + " " + c.text("currency") }})
	}
	columns = append(columns, shareOf("First-time pairs", "new_pair_share"), number2("Lurkers per responder", "lurker_ratio"))
	answered := func(c cells) bool { return c.amount("responders") > 0 } // no work is known of the others, which is not none
	s.add(reviewTable(coordination, "Cost of coordination by quarter", answered, columns...), "Nobody is known to have worked on an incident: load what people did in incidents (slack, pagerduty, opsgenie, github, jira).")
	in := columnsOf(coordination)
	for _, row := range coordination.Rows {
		if c := (cells{in, row}); c.text("period") == q.Name && c.amount("engaged_hours") > 0 {
			s.Title = fmt.Sprintf("Coordination: %s person-hours in %s of %s", count(int(c.amount("engaged_hours")+.5)), plural(int(c.amount("incidents")), "incident"), q.Name)
		}
	}
	s.add(reviewTable(q.Answer("durations"), "Durations by quarter, in minutes", nil, plainText("Quarter", "period"), number0("Incidents", "n"), number0("A quarter under", "p25"), number0("Median", "p50"),
		between("95% interval of the median", "ci_low", "ci_high", whole), number0("A quarter over", "p75"), number0("A tenth over", "p90")), "No duration is known.")
	matrix := q.Answer("team-matrix")
	at := columnsOf(matrix)
	slices.SortStableFunc(matrix.Rows, func(a, b []any) int { return cmp.Compare(cell(b, at, "engaged_hours"), cell(a, at, "engaged_hours")) })
	others := reviewTable(matrix, "Most hours of teams on other teams' incidents in "+q.Name, func(c cells) bool {
		owner, responder := c.text("owner_team"), c.text("responder_team")
		return owner != "" && responder != "" && owner != responder
	}, plainText("Team that owns the incident", "owner_team"), plainText("Team that responded", "responder_team"), number1("Person-hours", "engaged_hours"))
	if others != nil {
		others.Rows = others.Rows[:min(mostInReview, len(others.Rows))]
	}
	s.add(others, "No team is known to have worked on another's incident: needs owners (ownership, or incidents with owning teams) and a roster with teams.")
	return s
}

// onCallWords are what on-call-trend counts.
var onCallWords = map[string]string{"off_call": "Responses by people on no schedule", "sleep_pages": "Pages in people's sleep band", "tired": "Incidents with somebody who was at another that night", "first_time": "Incidents with somebody in their first shift ever",
	"two_hats": "Incidents with somebody on call for several services", "new_owner": "Incidents of services with a new owner (90 days)"}

func sectionOnCall(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "oncall", Short: "On call", Title: "On call", Sub: "shares with Wilson's 95% intervals; pages come in bursts, so theirs are too narrow"}
	result := q.Answer("on-call")
	in := columnsOf(result)
	before := map[string]cells{}
	for _, row := range result.Rows {
		if c := (cells{in, row}); c.text("period") == q.Before {
			before[c.text("what")] = c
		}
	}
	interval := between("95% interval", "ci_low", "ci_high", query.Percent)
	t := reviewTable(result, "On call in "+q.Name+", beside "+q.Before, func(c cells) bool { return c.text("period") == q.Name },
		reviewColumn{Head: "What", Cell: func(c cells) string { return cmp.Or(onCallWords[c.text("what")], spaced(c.text("what"))) }}, number0("Number", "count"), number0("of", "of"), shareOf("Share", "share"), interval,
		reviewColumn{Head: q.Before, Cell: func(c cells) string {
			b, ok := before[c.text("what")]
			if !ok || b.text("share") == "" {
				return "–"
			}
			return fmt.Sprintf("%s (%s)", b.share("share"), interval.Cell(b))
		}})
	s.add(t, "No shifts or pages are loaded that tell: load oncall, or PagerDuty's or Opsgenie's on-call entries.")
	for _, row := range result.Rows {
		if c := (cells{in, row}); c.text("period") == q.Name && c.text("what") == "off_call" && c.text("share") != "" {
			s.Title = fmt.Sprintf("On call: %s of responses came from people on no schedule", c.share("share"))
		}
	}
	return s
}

func sectionPlanning(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "planning", Short: "Planning", Title: "Planning", Sub: "from the 12 months to the quarter's end, by team; each with its arithmetic, the number of cases behind it and the line it crossed; no person and no team is ranked. " +
		"SRE: Google, Site Reliability Engineering, chapter 11, and the SRE workbook, chapter 8; own: this program's line"}
	result := q.Answer("planning")
	t := reviewTable(result, "Suggestions by team", nil, plainText("Team", "team"), plainText("Suggestion", "suggestion"), reviewColumn{Head: "Arithmetic", Cell: func(c cells) string { return cmp.Or(c.text("evidence"), c.text("evidence_plain")) }},
		number0("n", "n"), reviewColumn{Head: "Line", Cell: planReference})
	if t != nil {
		if len(t.Rows) > mostSuggestions {
			t = planKindTable(result)
		}
		s.Title = fmt.Sprintf("Planning: %s for %s", plural(len(result.Rows), "suggestion"), plural(len(distinct(result, "team")), "team"))
		for i := len(t.Rows) - 1; i > 0; i-- {
			if t.Rows[i][0].Text == t.Rows[i-1][0].Text {
				t.Rows[i][0].Quiet = true
			}
		}
	}
	s.Lacks = append(s.Lacks, result.Warnings...)
	if t == nil && len(result.Warnings) > 0 {
		return s
	}
	s.add(t, "No suggestion: no line is crossed.")
	return s
}

// mostSuggestions bounds the review's table of suggestions: nobody reads hundreds of them on paper, of which the page Planning has each with
// its arithmetic.
const mostSuggestions = 60

// planKindTable says which teams have suggestions of each kind.
func planKindTable(result query.Result) *table {
	t := &table{Caption: "Teams with suggestions, by kind; Planning has each with its arithmetic", RowHead: true, Head: []headCell{{Text: "Kind"}, {Text: "Suggestions", Number: true}, {Text: "Teams"}}}
	in := columnsOf(result)
	for _, kind := range planKinds {
		some := result
		some.Rows = slices.DeleteFunc(slices.Clone(result.Rows), func(row []any) bool { return text(row[in["kind"]]) != kind })
		teams := distinct(some, "team")
		for i := range teams {
			teams[i] = cmp.Or(teams[i], "without team")
		}
		if len(teams) > 0 {
			t.Rows = append(t.Rows, []tableCell{{Text: kind}, {Text: count(len(some.Rows)), Number: true}, {Text: fmt.Sprintf("%d: %s", len(teams), strings.Join(teams, ", ")), Words: true}})
		}
	}
	return t
}

// planReference is the line that a suggestion crossed, and whose it is.
func planReference(c cells) string {
	reference := c.amount("reference")
	if reference == 0 {
		return unknown
	}
	line := decimal(reference)
	if strings.HasPrefix(c.text("unit"), "share") {
		line = query.Percent(reference)
	}
	if c.text("reference_source") == query.OwnLine {
		return line + ", own"
	}
	return line + ", SRE"
}

func sectionReviews(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "reviews", Short: "Reviews", Title: "Reviews: is it working?", Sub: "voluntary: not in the review's list of required people; repeat faces: had attended another review in the 90 days before"}
	result := lastRows(q.Answer("reviews"), reviewQuarters)
	s.add(reviewTable(result, "Reviews by quarter", nil, plainText("Quarter", "period"), number0("Reviews", "reviews"), number1("Attendees, median", "attendees_p50"), shareOf("Voluntary", "voluntary_share"),
		between("95% interval", "voluntary_low", "voluntary_high", query.Percent), number1("Readers, median", "readers_p50"), shareOf("Repeat faces", "repeat_face_share"), number0("Actions done", "actions_done"), number0("Actions open", "actions_open")), "No reviews are loaded: load reviews.")
	in := columnsOf(result)
	for _, row := range result.Rows {
		if c := (cells{in, row}); c.text("period") == q.Name && c.text("voluntary_share") != "" {
			s.Title = fmt.Sprintf("Reviews: %s in %s, %s of attendances voluntary", plural(int(c.amount("reviews")), "review"), q.Name, c.share("voluntary_share"))
		}
	}
	return s
}

func sectionCoverage(q *query.Quarter) reviewSection {
	s := reviewSection{ID: "coverage", Short: "Data coverage", Title: "Data coverage", Sub: "rows are of all activity, automation's too; known: rows of people whom a roster or an alias knows"}
	s.add(reviewTable(q.Answer("coverage"), "Activity of "+q.Name+" by source and month", nil, plainText("Source", "source"), plainText("Month", "month"), number0("Rows", "rows"), number0("People", "people"), shareOf("Known", "matched_share")), "No activity is loaded in "+q.Name+".")
	for _, m := range q.Missing {
		s.Lacks = append(s.Lacks, "Not looked for: "+m+".")
	}
	return s
}
