package dashboard

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/orgheat/orgheat/query"
)

var incidentPage = page{Path: "/incidents/:id", Name: "incident", Title: "Incident", Question: "Who really showed up, when, and at what hour of theirs?", Hidden: true, One: true,
	Show: showIncident}

type incidentView struct {
	base
	ID, Status       string
	Facts            []fact
	Back             string // to the list
	Earlier, Later   *neighbour
	By               []choice
	Compared         bool   // a fact is, with the incidents before
	Around           *panel // the incidents before and after; not shown but for its error
	Timeline, People *panel
	Signals          *panel
	incident         incidentFacts
}

// neighbour is the incident before or after.
type neighbour struct{ ID, Title, URL string }

// incidentFacts is what the list of incidents says of one.
type incidentFacts struct {
	row        []any
	in         map[string]int
	start, end time.Time
}

func (i incidentFacts) text(name string) string { return text(i.row[i.in[name]]) }

func (i incidentFacts) list(name string) []string {
	l, _ := i.row[i.in[name]].([]string)
	return l
}

func (i incidentFacts) yes(name string) bool {
	b, _ := i.row[i.in[name]].(bool)
	return b
}

func showIncident(r *request) (view, error) {
	found, err := r.findIncident()
	if err != nil {
		return nil, err
	}
	v := &incidentView{ID: found.text("incident"), Status: found.text("status"), incident: found, Back: link("/incidents", sticky(r.filter))}
	v.Title = cmp.Or(found.text("title"), v.ID)
	for _, by := range [][2]string{{"person", "People"}, {"team", "Teams"}, {"function", "Functions"}, {"source", "Sources"}} {
		if by[0] == "person" && !r.seesPeople() {
			continue
		}
		v.By = append(v.By, choice{by[1], r.here(with(r.filter.Values(), "by", by[0])), by[0] == cmp.Or(r.filter.By, "team")})
	}
	this := func(f *query.Filter) {
		*f = query.NewFilter(r.s.DB.Settings.Location())
		f.Incident = v.ID
	}
	v.Around = r.metric("around", "incidents", func(f *query.Filter) {
		*f = query.NewFilter(r.s.DB.Settings.Location())
		f.From, f.To = found.start.AddDate(-1, 0, 0), found.start.AddDate(1, 0, 0)
	}, func(_ *panel, result query.Result) error { return r.compare(v, result) })
	v.Timeline = r.metric("timeline", "incident-chatter", func(f *query.Filter) { this(f); f.By = r.filter.By }, func(p *panel, result query.Result) error { return r.drawTimeline(p, result, found) })
	v.People = r.metric("people", "incident-people", this, func(p *panel, result query.Result) error { return r.drawIncidentPeople(p, result) })
	v.Signals = r.metric("signals", "signals", this, drawSignals)
	if err := r.run(v.Around, v.Timeline, v.People, v.Signals); err != nil {
		return nil, err
	}
	if v.Facts == nil {
		v.Facts = r.incidentFacts(found, nil)
	}
	v.Timeline.Next = r.afterIncident(found)
	return v, nil
}

// findIncident reads the incident that the page is about.
func (r *request) findIncident() (found incidentFacts, err error) {
	m, err := query.Lookup("incidents")
	if err != nil {
		return found, err
	}
	ctx, cancel := context.WithTimeout(r.ctx, r.patience)
	defer cancel()
	f := query.NewFilter(r.s.DB.Settings.Location())
	f.Incident = r.id
	result, err := m.Run(ctx, r.s.DB, f)
	if err != nil {
		return found, err
	}
	if r.id == "" || len(result.Rows) == 0 {
		return found, echo.NewHTTPError(http.StatusNotFound, fmt.Sprintf("there is no incident %q; maintenance and incidents whose start nobody knows are not shown", r.id))
	}
	found = incidentFacts{row: result.Rows[0], in: columnsOf(result)}
	if found.start, err = time.Parse(time.RFC3339, found.text("started_at")); err != nil {
		return found, err
	}
	found.end, err = time.Parse(time.RFC3339, found.text("ended_at"))
	return found, err
}

// fact is one line of an incident's head.
type fact struct {
	Label, Value string
	Links        []choice // in place of Value
	Note         string   // what it compares with
}

// compare finds the incidents before and after, and how this one's numbers lie among those of the 12 months before.
func (r *request) compare(v *incidentView, result query.Result) error {
	this := v.incident
	var before [][]any
	for _, row := range result.Rows { // the newest first; ties by id
		at, err := time.Parse(time.RFC3339, text(row[this.in["started_at"]]))
		id := text(row[this.in["incident"]])
		if err != nil || id == v.ID {
			continue
		}
		n := &neighbour{id, cmp.Or(text(row[this.in["title"]]), id), link(incidentURL(id), sticky(r.filter))}
		later := at.After(this.start) || at.Equal(this.start) && id < v.ID
		switch {
		case later:
			v.Later = n
		case v.Earlier == nil:
			v.Earlier = n
			fallthrough
		default:
			before = append(before, row)
		}
	}
	v.Facts = r.incidentFacts(this, before)
	v.Compared = slices.ContainsFunc(v.Facts, func(f fact) bool { return strings.HasSuffix(f.Note, " before") })
	return nil
}

// leastBefore is how many earlier incidents a comparison needs.
const leastBefore = 20

// incidentFacts are the lines of the head; before are the incidents of the 12 months before.
func (r *request) incidentFacts(i incidentFacts, before [][]any) (facts []fact) {
	zone := r.s.DB.Settings.Location()
	rank := func(measure func(row []any) (float64, bool)) string {
		mine, ok := measure(i.row)
		n, below := 0, 0
		for _, row := range before {
			if x, ok := measure(row); ok {
				n++
				if x < mine {
					below++
				}
			}
		}
		if !ok || n < leastBefore {
			return ""
		}
		if below == n {
			return fmt.Sprintf("more than in all %s before", count(n))
		}
		return fmt.Sprintf("more than in %d%% of %s before", 100*below/n, count(n))
	}
	of := func(column string) func([]any) (float64, bool) {
		return func(row []any) (float64, bool) {
			if l, ok := row[i.in[column]].([]string); ok {
				return float64(len(l)), true
			}
			return number(row[i.in[column]])
		}
	}
	started := fact{Label: "Started", Value: i.start.UTC().Format("2006-01-02 15:04") + " UTC"}
	if local := i.start.In(zone); zone != time.UTC && zone.String() != "UTC" {
		started.Note = local.Format("Mon 15:04") + " in " + zone.String()
	} else {
		started.Note = local.Format("Monday")
	}
	length := fact{Label: "Duration", Value: duration(i.end.Sub(i.start).Minutes())}
	if i.yes("imputed") {
		length.Value, length.Note = "~"+length.Value, "imputed from activity"
	} else {
		length.Note = rank(func(row []any) (float64, bool) {
			if imputed, _ := row[i.in["imputed"]].(bool); imputed {
				return 0, false
			}
			m := minutesOf(row, i.in)
			return m, m >= 0
		})
	}
	facts = append(facts, started, length)
	add := func(label, value, note string) {
		if value != "" {
			facts = append(facts, fact{Label: label, Value: value, Note: note})
		}
	}
	lists := func(label, parameter string, names []string) {
		if len(names) == 0 {
			return
		}
		f := fact{Label: label}
		for _, n := range names {
			f.Links = append(f.Links, choice{Label: n, URL: link("/incidents", with(nil, parameter, n))})
		}
		facts = append(facts, f)
	}
	add("Severity", i.text("severity"), "")
	lists("Services", "service", i.list("services"))
	lists("Owners", "team", i.list("owner_teams"))
	responders, _ := number(i.row[i.in["responders"]])
	lurkers, _ := number(i.row[i.in["lurkers"]])
	add("Responders", decimal(responders), rank(of("responders")))
	add("Teams", count(len(i.list("teams"))), rank(of("teams")))
	hours, _ := number(i.row[i.in["engaged_hours"]])
	add("Engaged time", fmt.Sprintf("%.1f person-hours", hours), rank(of("engaged_hours")))
	if top, ok := number(i.row[i.in["top_person_share"]]); ok && responders > 1 {
		add("Most by one person", query.Percent(top), "of engaged time")
	}
	add("Lurkers", decimal(lurkers), rank(of("lurkers")))
	if zones, ok := number(i.row[i.in["timezones"]]); ok && zones > 0 {
		add("UTC offsets", decimal(zones), rank(of("timezones")))
	}
	if pairs, ok := number(i.row[i.in["new_pairs"]]); ok && responders > 1 {
		add("First-time pairs", decimal(pairs), rank(of("new_pairs")))
	}
	add("Trigger", i.text("trigger"), "")
	add("Themes", strings.Join(i.list("themes"), ", "), "")
	if i.yes("near_miss") {
		add("Near miss", "yes", "")
	}
	return facts
}

// afterIncident are the pages that say more.
func (r *request) afterIncident(i incidentFacts) (list []choice) {
	zone := r.s.DB.Settings.Location()
	from, to := startOfDay(i.start.In(zone)), startOfDay(i.end.In(zone)).AddDate(0, 0, 1)
	days := with(with(nil, "from", from.Format("2006-01-02")), "to", to.Format("2006-01-02"))
	list = append(list, choice{Label: "Chatter of these days", URL: link("/chatter", days)})
	for _, s := range i.list("services")[:min(3, len(i.list("services")))] {
		list = append(list, choice{Label: "Chatter around " + s, URL: link("/chatter", with(nil, "service", s))},
			choice{Label: "Who knows " + s, URL: link("/dependency", with(nil, "service", s)) + "#matrix"})
	}
	return list
}

func (r *request) drawIncidentPeople(p *panel, result query.Result) error {
	in := columnsOf(result)
	var active, lurking [][]any
	teams, known, off, sleep, responders := map[string]bool{}, 0, 0, 0, 0
	for _, row := range result.Rows {
		if lurks, _ := row[in["lurker"]].(bool); lurks {
			lurking = append(lurking, row)
			continue
		}
		active = append(active, row)
		if responded, _ := row[in["responder"]].(bool); !responded {
			continue
		}
		responders++
		teams[text(row[in["team"]])] = true
		if s := text(row[in["on_call"]]); s != "unknown" {
			known++
			if s == "off_call" {
				off++
			}
		}
		if text(row[in["hour_band"]]) == "sleep" {
			sleep++
		}
	}
	p.Title = fmt.Sprintf("%s from %s", plural(responders, "responder"), plural(len(teams), "team"))
	if known > 0 {
		p.Title += fmt.Sprintf("; %d of %d with a known rota were off call", off, known)
	}
	if sleep > 0 {
		p.Title += fmt.Sprintf("; for %d it was night", sleep)
	}
	p.Sub = fmt.Sprintf("%s, in order of arrival · times are UTC, local ones in brackets are their own", plural(len(result.Rows), "participant"))
	byArrival := func(a, b []any) int {
		at := func(row []any) string { return cmp.Or(text(row[in["first_at"]]), "~") } // RFC 3339 sorts as text; the unknown last
		return cmp.Or(strings.Compare(at(a), at(b)), strings.Compare(text(a[in["name"]]), text(b[in["name"]])))
	}
	slices.SortStableFunc(active, byArrival)
	slices.SortStableFunc(lurking, byArrival)
	p.Table, p.Tables = r.incidentPeopleTable("People of the incident, in order of arrival", active, in), true
	if len(lurking) > 0 {
		p.Rest, p.RestWord = r.incidentPeopleTable("Lurkers, in order of arrival", lurking, in), plural(len(lurking), "lurker")+": joined, and neither contributed, reacted nor were paged"
	}
	return nil
}

func (r *request) incidentPeopleTable(caption string, rows [][]any, in map[string]int) *table {
	t := &table{Caption: caption, RowHead: true, Head: []headCell{{Text: "Person"}, {Text: "Team"}, {Text: "Function"},
		{Text: "Tenure", Title: "calendar months from the start date to the incident's day"}, {Text: "Vesting"}, {Text: "On call", Title: "at the first contribution"},
		{Text: "First moment", Title: "first contribution, else first page or join"}, {Text: "Hours", Title: "band of the first moment on the person's own clock"},
		{Text: "Engaged min", Number: true}, {Text: "Contributions", Number: true}, {Text: "Also"}}}
	for _, row := range rows {
		get := func(name string) string { return text(row[in[name]]) }
		yes := func(name string) bool { b, _ := row[in[name]].(bool); return b }
		engaged, _ := number(row[in["engaged_minutes"]])
		var also []string
		for _, flag := range [][2]string{{"two_hats", "two hats"}, {"tired", "tired"}, {"first_on_call", "first time on call"}} {
			if yes(flag[0]) {
				also = append(also, flag[1])
			}
		}
		if n, _ := number(row[in["pages"]]); n > 0 {
			also = append(also, plural(int(n), "page"))
		}
		t.Rows = append(t.Rows, []tableCell{r.personCell(get("person"), get("name")), {Text: get("team")}, {Text: get("function")}, {Text: cmp.Or(tenureWords.words[get("tenure_band")], get("tenure_band"))}, {Text: spoken(get("vesting_band"))},
			{Text: cmp.Or(spoken(get("on_call")), "–")}, arrivalCell(get("first_at"), get("zone")), {Text: get("hour_band")}, {Text: fmt.Sprintf("%.0f", engaged), Number: true},
			countCell(row[in["contributions"]]), {Text: strings.Join(also, ", ")}})
	}
	return t
}

// personCell names a person and leads to the incidents they responded to.
func (r *request) personCell(person, name string) tableCell {
	c := tableCell{Text: cmp.Or(name, person)}
	if r.seesPeople() {
		c.URL = link("/incidents", with(nil, "person", person))
	}
	return c
}

// spoken writes off_call as people say it.
func spoken(word string) string { return strings.ReplaceAll(word, "_", " ") }

// arrivalCell is a moment in UTC with the person's own time beside it.
func arrivalCell(rfc3339, zone string) tableCell {
	t, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		return tableCell{Text: "–"}
	}
	c := tableCell{Text: t.UTC().Format("15:04"), Time: rfc3339}
	if l, err := time.LoadLocation(zone); err == nil && zone != "" {
		c.Text += t.In(l).Format(" (15:04)")
	}
	return c
}

// drawSignals lists what was unusual, the rarest first.
func drawSignals(p *panel, result query.Result) error {
	in := columnsOf(result)
	t := &table{Caption: "Signals of the incident, the rarest first", Head: []headCell{{Text: "Signal"}, {Text: "Evidence"}, {Text: "Had it before", Title: "incidents of the 12 months before", Number: true},
		{Text: "Bits", Title: "-log2 of the rarity (k+1)/(n+1)", Number: true}, {Text: "In the score as", Title: "the rarest signal of each group counts"}}}
	bits := func(row []any) float64 { b, _ := number(row[in["bits"]]); return b }
	rows := slices.Clone(result.Rows)
	slices.SortStableFunc(rows, func(a, b []any) int { return cmp.Compare(bits(b), bits(a)) })
	for _, row := range rows {
		had, _ := number(row[in["earlier"]])
		of, _ := number(row[in["earlier_of"]])
		scores := tableCell{Text: "–", Title: "a rarer signal of its group counts"}
		if yes, _ := row[in["scores"]].(bool); yes {
			scores = tableCell{Text: text(row[in["group"]])}
		}
		t.Rows = append(t.Rows, []tableCell{{Text: spoken(text(row[in["signal"]]))}, {Text: cmp.Or(text(row[in["evidence"]]), text(row[in["evidence_plain"]])), Words: true},
			{Text: fmt.Sprintf("%s of %s", decimal(had), decimal(of)), Number: true}, {Text: fmt.Sprintf("%.1f", bits(row)), Number: true}, scores})
	}
	first := rows[0]
	had, _ := number(first[in["earlier"]])
	of, _ := number(first[in["earlier_of"]])
	p.Title = fmt.Sprintf("What was unusual: %s; %s of %s incidents before had that", spoken(text(first[in["signal"]])), decimal(had), decimal(of))
	if of < leastBefore {
		p.Title = fmt.Sprintf("%s; with %s before too few to say how rare they are", plural(len(rows), "signal"), plural(int(of), "incident"))
	}
	score, _ := number(first[in["score"]])
	p.Sub = fmt.Sprintf("%s, %.1f bits in all · before: the 12 months before this incident", plural(len(rows), "signal"), score)
	p.Table, p.Tables = t, true
	return nil
}
