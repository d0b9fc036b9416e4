package query

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
)

// What to look at in a quarter. Each rule looks at one thing that metrics told and finds sentences, or says why it cannot look. Rules
// belong to groups; the first finding of each group, in the order of the rules, is among the first five; all others follow in the same
// order. Nothing is weighed against another kind: bits, ratios and hours have no common unit.
//
//	incident    the incident of the quarter with the highest score of its signals
//	busiest     the busiest person's share of incidents in 12 months against the 12 months before, where the intervals do not overlap; else
//	            where it is surely over a quarter
//	islands     services to which one person still employed responded at least twice in 12 months, and nobody else
//	events      org-event categories with the verdict supported, the surest first
//	            with what is known of merges around the surest of them
//	absence     the stretch of a weekday in which one function alone was active on the most dates of the quarter, and the next if it comes near
//	theme       themes whose share rises over the quarters (q under .05) that the quarter had at least three times and more often than history, the surest first
//	trigger     the trivial trigger that started most incidents of the 12 months, at least three, the latest of them in the quarter
//	sleep       engaged hours in people's sleep band
//	off-call    responses by people on no schedule, of at least 30 of known status
//	meeting     teams that worked an incident together for the first time in the quarter
//	crowd       the incident of the quarter with the most lurkers, at least ten and more than in nine of ten incidents before
//	departures  people who responded to incidents and left in the 12 months
//	reviews     voluntary attendance in the last four quarters against the first four that are loaded: only where the intervals do not overlap
var lookRules = []lookRule{
	{"incident", "where to look", []string{"signals"}, "the most unusual incident", (*Quarter).lookIncident},
	{"dependency", "busiest", []string{"year-now", "year-then"}, "whether more or less rests on one person", (*Quarter).lookBusiest},
	{"dependency", "islands", []string{"services"}, "services that one person holds", (*Quarter).lookIslands},
	{"events", "org events", []string{"org-events"}, "weeks around org events with more or fewer incidents", (*Quarter).lookEvents},
	{"absence", "absent chatter", []string{"absent"}, "hours in which one function is alone", (*Quarter).lookAbsence},
	{"themes", "theme", []string{"themes"}, "rising themes", (*Quarter).lookTheme},
	{"themes", "trigger", []string{"triggers"}, "recurring trivial triggers", (*Quarter).lookTrigger},
	{"load", "sleep", []string{"coordination"}, "work in sleep hours", (*Quarter).lookSleep},
	{"load", "off call", []string{"on-call"}, "responses off call", (*Quarter).lookOffCall},
	{"meeting", "first together", []string{"signals", "coordination"}, "teams that met for the first time", (*Quarter).lookMeeting},
	{"crowd", "crowd", []string{"signals", "incidents", "coordination"}, "crowds that watch", (*Quarter).lookCrowd},
	{"leaving", "departures", []string{"departures"}, "people who left", (*Quarter).lookDepartures},
	{"reviews", "reviews", []string{"reviews"}, "whether reviews are working", (*Quarter).lookReviews},
}

// mostFirst is how many findings come first.
const mostFirst = 5

// muchOnOne is the share of incidents from which on one person is in too many: this program's line, not a source's.
const muchOnOne = .25

type lookRule struct {
	group, id string
	needs     []string // keys of quarterAsks
	what      string
	find      func(*Quarter) ([]Look, string) // what is found; why nothing can be, "" if there is simply nothing
}

// Look is one thing to look at.
type Look struct {
	Kind     string
	Sentence string
	Evidence string // n, interval, test
	Base     string // what is usual
	Page     string // path of the page that shows more
	Incident string // id, where Page is an incident's
	Params   url.Values
	Marks    []Mark // a small chart: bars
	Unit     string // of Marks
	Spread   *Estimate
}

// Mark is one bar of a small chart.
type Mark struct {
	Label string
	Value float64
	Share bool // Value is a share
}

func (q *Quarter) look() {
	var rest []Look
	seen := map[string]bool{}
	for _, rule := range lookRules {
		if i := slices.IndexFunc(rule.needs, func(key string) bool { return q.Errs[key] != nil }); i >= 0 {
			why := "could not be read"
			if errors.Is(q.Errs[rule.needs[i]], ErrRole) {
				why = "needs the role " + Leader.String()
			}
			q.Missing = append(q.Missing, rule.what+": "+why)
			continue
		}
		found, lack := rule.find(q)
		if lack != "" {
			q.Missing = append(q.Missing, rule.what+": "+lack)
		}
		for _, l := range found {
			l.Kind = rule.id
			if !seen[rule.group] && len(q.Looks) < mostFirst {
				seen[rule.group] = true
				q.Looks = append(q.Looks, l)
				continue
			}
			rest = append(rest, l)
		}
	}
	q.First = len(q.Looks)
	q.Looks = append(q.Looks, rest...)
}

const noIncident = "no incident of that time is loaded: load incidents, statuspage, jira, pagerduty or opsgenie"

const nobodyResponded = "nobody is known to have responded: load what people did in incidents (slack, pagerduty, opsgenie, github, jira)"

// mostUnusual bounds the incidents in the small chart and the bars of others.
const mostUnusual = 5

func (q *Quarter) lookIncident() ([]Look, string) {
	if len(q.rows("coordination")) == 0 {
		return nil, noIncident
	}
	list := q.Unusual()
	if len(list) == 0 {
		return nil, "no incident of " + q.Name + " has a signal that can be told from what is loaded"
	}
	top := list[0]
	first := top.Signals[0]
	l := Look{Sentence: fmt.Sprintf("The most unusual incident, %s (%s): %s", top.Incident, shortTitle(top.Title), first.Evidence),
		Base: fmt.Sprintf("%.1f bits of surprise from %s of signals; %s of %s have any", top.Score, counted(top.groups(), "group"), counted(len(list), "incident"), q.Name),
		Page: "/incidents/", Incident: top.Incident, Unit: "bits"}
	for _, s := range top.Signals {
		if s.Scores && s.ID != first.ID {
			l.Evidence += s.Evidence + ". "
		}
	}
	l.Evidence += fmt.Sprintf("%d of the %s in the 12 months before had the first of these", first.Had, counted(first.Of, "incident"))
	if top.groups() == 1 {
		l.Evidence = fmt.Sprintf("%d of the %s in the 12 months before had that", first.Had, counted(first.Of, "incident"))
	}
	for _, u := range list[:min(mostUnusual, len(list))] {
		l.Marks = append(l.Marks, Mark{Label: u.Incident, Value: u.Score})
	}
	return []Look{l}, ""
}

// longestTitle is how much of a title a sentence holds.
const longestTitle = 90

// shortTitle cuts a title at a word.
func shortTitle(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longestTitle {
		s = string(r[:longestTitle])
		if i := strings.LastIndexByte(s, ' '); i > longestTitle/2 {
			s = s[:i]
		}
		s += "…"
	}
	return s
}

// Unusual is an incident with its signals, those that score first, the rarest of them first.
type Unusual struct {
	Incident, Title, Severity string
	StartedAt                 time.Time
	Score                     float64 // bits
	Signals                   []SignalOf
}

// SignalOf is a signal of an incident. Had of Of incidents of the 12 months before had it.
type SignalOf struct {
	ID, Group, Evidence string
	Bits                float64
	Scores              bool
	Had, Of             int
}

func (u Unusual) groups() (n int) {
	for _, s := range u.Signals {
		if s.Scores {
			n++
		}
	}
	return n
}

// Unusual are the quarter's incidents with a score, the highest first.
func (q *Quarter) Unusual() []Unusual {
	var list []Unusual
	for _, r := range q.rows("signals") {
		score, bits := r.number("score"), r.number("bits")
		if score == nil || bits == nil || *score <= 0 {
			continue
		}
		id := r.text("incident")
		i := slices.IndexFunc(list, func(u Unusual) bool { return u.Incident == id })
		if i < 0 {
			at, _ := time.Parse(time.RFC3339, r.text("started_at"))
			list, i = append(list, Unusual{Incident: id, Title: r.text("title"), Severity: r.text("severity"), StartedAt: at, Score: *score}), len(list)
		}
		list[i].Signals = append(list[i].Signals, SignalOf{r.text("signal"), r.text("group"), cmp.Or(r.text("evidence"), r.text("evidence_plain")), *bits, r.text("scores") == "true", r.count("earlier"), r.count("earlier_of")})
	}
	for _, u := range list {
		slices.SortStableFunc(u.Signals, func(a, b SignalOf) int {
			if a.Scores != b.Scores {
				return map[bool]int{true: -1, false: 1}[a.Scores]
			}
			return cmp.Compare(b.Bits, a.Bits)
		})
	}
	slices.SortStableFunc(list, func(a, b Unusual) int { return cmp.Compare(b.Score, a.Score) })
	return list
}

func (q *Quarter) lookBusiest() ([]Look, string) {
	year := func(key string) (e Estimate) {
		for _, r := range q.rows(key) {
			e = Estimate{Value: r.number("busiest_share"), Low: r.number("busiest_low"), High: r.number("busiest_high"), N: r.count("incidents_with_responder")}
		}
		return e
	}
	now, then := year("year-now"), year("year-then")
	l := Look{Base: "the largest share of many people is high by chance where incidents are few; compare years", Page: "/dependency", Unit: "of incidents"}
	few := now.N < fewForChangeOf || now.Value == nil || now.Low == nil || now.High == nil
	switch words := map[Change]string{Up: "More rests on one person", Down: "Less rests on one person"}[changeOf(now, then)]; {
	case now.N == 0:
		return nil, nobodyResponded
	case words != "":
		l.Sentence = fmt.Sprintf("%s: the busiest responder was in %s of the incidents of the last 12 months, after %s in the 12 months before", words, Percent(*now.Value), Percent(*then.Value))
		l.Evidence = fmt.Sprintf("95%% intervals %s–%s of %d incidents and %s–%s of %d: they do not overlap", Percent(*now.Low), Percent(*now.High), now.N, Percent(*then.Low), Percent(*then.High), then.N)
	case few:
		return nil, fmt.Sprintf("too few to say: %d and %s with a responder in two years", then.N, counted(now.N, "incident"))
	case *now.Low > muchOnOne:
		l.Sentence = fmt.Sprintf("Much rests on one person: the busiest responder was in %s of the incidents of the last 12 months", Percent(*now.Value))
		l.Evidence = fmt.Sprintf("95%% interval %s–%s of %d incidents", Percent(*now.Low), Percent(*now.High), now.N)
	case then.N < fewForChangeOf:
		return nil, fmt.Sprintf("too few to say: %d and %s with a responder in two years", then.N, counted(now.N, "incident"))
	default:
		return nil, ""
	}
	for _, e := range q.quarters("batman", q.batman) {
		if e.Value != nil {
			l.Marks = append(l.Marks, Mark{Label: e.Period, Value: *e.Value, Share: true})
		}
	}
	return []Look{l}, ""
}

func (q *Quarter) lookIslands() ([]Look, string) {
	var names []string
	services := q.rows("services")
	for _, r := range services {
		if r.text("island") == "true" {
			names = append(names, r.text("name"))
		}
	}
	if len(services) == 0 {
		return nil, "no incident of the 12 months names a service: load incidents with their services (--map services=COLUMN names the column)"
	}
	responders := 0
	for _, r := range services {
		responders += r.count("responders")
	}
	switch {
	case responders == 0:
		return nil, nobodyResponded
	case len(names) == 0:
		return nil, ""
	}
	words := fmt.Sprintf("%d services each rest on one person (%s): nobody else still here handled two of their incidents in 12 months", len(names), atMost(names, 3))
	if len(names) == 1 {
		words = fmt.Sprintf("The service %s rests on one person: nobody else still here handled two of its incidents in 12 months", names[0])
	}
	l := Look{Sentence: words,
		Evidence: "one person still employed responded there at least twice, others at most once or not at all; if they leave, what they know goes with them",
		Base:     fmt.Sprintf("%d of %s with incidents in the 12 months", len(names), counted(len(services), "service")), Page: "/dependency", Unit: "services",
		Marks: []Mark{{Label: "one person", Value: float64(len(names))}, {Label: "several, or too little to say", Value: float64(len(services) - len(names))}}}
	return []Look{l}, ""
}

// supportedEvents are the categories of org events that incidents are associated with, the surest first.
func (q *Quarter) supportedEvents() (found []answerRow) {
	for _, r := range q.rows("org-events") {
		if r.text("verdict") == "supported" && r.number("ratio") != nil && r.number("ci_low") != nil && r.number("ci_high") != nil && r.number("expected") != nil {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b answerRow) int { return cmp.Compare(orOne(a.number("q")), orOne(b.number("q"))) })
	return found
}

func (q *Quarter) lookEvents() ([]Look, string) {
	rows := q.rows("org-events")
	if len(rows) == 0 {
		return nil, "no org events and incidents of the same time are loaded: load org-events and incidents"
	}
	var found []Look
	for _, r := range q.supportedEvents() {
		category := readable(r.text("category"))
		often := fmt.Sprintf("%.1f times as often", *r.number("ratio"))
		found = append(found, Look{
			Sentence: fmt.Sprintf("%s %s %s incidents come %s as in the other weeks around it", capital(weeksFrom(r.count("start"), r.count("length"))), article(category), category, often) + q.mergesAround(r.text("category")),
			Evidence: fmt.Sprintf("95%% interval %.1f to %.1f times; %s against %.0f expected, over %s; q %s", *r.number("ci_low"), *r.number("ci_high"), counted(r.count("observed"), "incident"), *r.number("expected"),
				counted(r.count("occurrences"), "occurrence"), sayProbability(orOne(r.number("q")))) + q.throughMerges(r.text("category")),
			Base: fmt.Sprintf("%s tried; an association says where to look, not why", triedWords(len(rows))), Page: "/events", Params: url.Values{"category": {r.text("category")}},
			Unit: "incidents", Marks: []Mark{{Label: "in these weeks", Value: float64(r.count("observed"))}, {Label: "expected there", Value: *r.number("expected")}}, Spread: &Estimate{Value: r.number("ratio"), Low: r.number("ci_low"), High: r.number("ci_high")}})
	}
	return found, ""
}

// chainStep is a step of the category's chain from the event through merges to incidents.
func (q *Quarter) chainStep(category, step string) (answerRow, bool) {
	for _, r := range q.rows("chain") {
		if r.text("category") == category && r.text("step") == step {
			return r, true
		}
	}
	return answerRow{}, false
}

// mergesAround tells of the merges around the event, where they rise.
func (q *Quarter) mergesAround(category string) string {
	r, ok := q.chainStep(category, "event_merges")
	if !ok || r.text("holds") != "true" || r.number("ratio") == nil {
		return ""
	}
	return fmt.Sprintf(", and changes are merged %.1f times as often %s", *r.number("ratio"), windowWords(r.text("window")))
}

// throughMerges tells how much of the incidents' increase goes along with the number of merges, and whether that makes a chain.
func (q *Quarter) throughMerges(category string) string {
	r, ok := q.chainStep(category, "volume")
	part := r.number("share_volume")
	if !ok || part == nil || q.mergesAround(category) == "" {
		return ""
	}
	words := fmt.Sprintf("; %s of the increase goes along with the number of merges", Percent(math.Max(0, math.Min(1, *part))))
	if r.text("verdict") == "consistent" {
		return words + ", which is consistent with more changes in between"
	}
	return words + ", which is not enough to say that they are what lies in between"
}

// windowWords reads a window written "-1..+1 weeks".
func windowWords(window string) string {
	var first, last int
	if n, _ := fmt.Sscanf(window, "%d..%d", &first, &last); n != 2 {
		return "around it"
	}
	return weeksFrom(first, last-first+1) + " it"
}

// article is "a" or "an".
func article(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an"
	}
	return "a"
}

// sayProbability writes "= 0.03" or "< 0.001".
func sayProbability(p float64) string {
	if p < .001 {
		return "< 0.001"
	}
	return fmt.Sprintf("= %.2g", p)
}

// weeksFrom says where a window lies: "in weeks 2 to 4 after", "in the week before". Week 0 begins with the event's first day.
func weeksFrom(start, length int) string {
	last := start + length - 1
	switch {
	case start > 0 && length == 1:
		return fmt.Sprintf("in week %d after", start)
	case start > 0:
		return fmt.Sprintf("in weeks %d to %d after", start, last)
	case start == 0 && last == 0:
		return "in the week of"
	case start == 0:
		return fmt.Sprintf("from the week of to week %d after", last)
	case length == 1:
		return fmt.Sprintf("in week %d before", -start)
	case last < 0:
		return fmt.Sprintf("in weeks %d to %d before", -start, -last)
	}
	return fmt.Sprintf("from week %d before to week %d after", -start, last)
}

func triedWords(n int) string {
	if n == 1 {
		return "1 category was"
	}
	return fmt.Sprintf("%d categories were", n)
}

func orOne(p *float64) float64 {
	if p == nil {
		return 1
	}
	return *p
}

// readable writes an id as words.
func readable(id string) string { return strings.ReplaceAll(id, "_", " ") }

// lookAbsence joins cells of one weekday and function that follow one another.
func (q *Quarter) lookAbsence() ([]Look, string) {
	type stretch struct {
		day, from, to int // hours [from, to)
		function      string
		dates, n      int // dates is the most of its hours
	}
	var list []stretch
	rows := q.rows("absent")
	for _, r := range rows {
		day, hour, dates, n := r.count("weekday"), r.count("hour"), r.count("hours"), r.count("count")
		if k := len(list) - 1; k >= 0 && list[k].day == day && list[k].to == hour && list[k].function == r.text("only_function") {
			list[k].to, list[k].dates, list[k].n = hour+1, max(list[k].dates, dates), list[k].n+n
			continue
		}
		list = append(list, stretch{day, hour, hour + 1, r.text("only_function"), dates, n})
	}
	if len(list) == 0 {
		if len(q.rows("coverage")) == 0 {
			return nil, "no activity is loaded in " + q.Name + ": load slack"
		}
		return nil, strings.Join(q.Answer("absent").Warnings, "; ") // without functions nobody can be alone
	}
	slices.SortStableFunc(list, func(a, b stretch) int { return cmp.Or(b.dates-a.dates, b.n-a.n) })
	say := func(s stretch) string {
		return fmt.Sprintf("%s is the only function active on %ss from %02d:00 to %02d:00", s.function, weekdays[s.day-1], s.from, s.to)
	}
	l := Look{Sentence: capital(say(list[0])),
		Evidence: fmt.Sprintf("on %s of %s, %s, on each person's own clock", counted(list[0].dates, "date"), q.Name, counted(list[0].n, "action")),
		Base:     fmt.Sprintf("%d of the week's 168 hours have one function only", len(rows)), Page: "/chatter", Params: url.Values{"by": {"function"}}, Unit: "dates"}
	if len(list) > 1 && 2*list[1].dates >= list[0].dates {
		l.Sentence += ", " + say(list[1])
		l.Evidence = fmt.Sprintf("on %d and %d dates of %s, on each person's own clock", list[0].dates, list[1].dates, q.Name)
	}
	for _, s := range list[:min(mostUnusual, len(list))] {
		l.Marks = append(l.Marks, Mark{Label: fmt.Sprintf("%s %02d–%02d %s", weekdays[s.day-1][:3], s.from, s.to, s.function), Value: float64(s.dates)})
	}
	return []Look{l}, ""
}

var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

func (q *Quarter) lookTheme() ([]Look, string) {
	rows := q.rows("themes")
	if len(rows) == 0 {
		return nil, noIncident
	}
	var found []Look
	slices.SortStableFunc(rows, func(a, b answerRow) int { return cmp.Compare(orOne(a.number("trend_q")), orOne(b.number("trend_q"))) })
	for _, r := range rows {
		theme := r.text("theme")
		if r.text("period") != q.Name || r.text("trend") != "rising" || r.count("incidents") < fewRepeats || theme == "" {
			continue
		}
		var incidents, of, quarters int
		l := Look{Base: "", Page: "/themes", Params: url.Values{"theme": {theme}}, Unit: "of the quarter's incidents"}
		for _, p := range q.rows("themes") {
			if p.text("theme") != theme {
				continue
			}
			incidents, of, quarters = incidents+p.count("incidents"), of+p.count("of"), quarters+1
			if v := p.number("share"); v != nil {
				l.Marks = append(l.Marks, Mark{Label: p.text("period"), Value: *v, Share: true})
			}
		}
		if of == 0 || r.count("of") == 0 || float64(r.count("incidents"))/float64(r.count("of")) <= float64(incidents)/float64(of) {
			continue
		}
		share := ""
		if v, low, high := r.number("share"), r.number("ci_low"), r.number("ci_high"); v != nil && low != nil && high != nil {
			share = fmt.Sprintf(" (%s, 95%% interval %s–%s)", Percent(*v), Percent(*low), Percent(*high))
		}
		l.Sentence = fmt.Sprintf("Incidents about %s are a growing share: %d of the %d of %s", readable(theme), r.count("incidents"), r.count("of"), q.Name)
		l.Evidence = fmt.Sprintf("%d of %d%s; trend over %d quarters, q = %.4f", r.count("incidents"), r.count("of"), share, quarters, orOne(r.number("trend_q")))
		l.Base = fmt.Sprintf("%s of all %d incidents to the quarter's end", Percent(float64(incidents)/float64(of)), of)
		if len(l.Marks) > trendQuarters {
			l.Marks = l.Marks[len(l.Marks)-trendQuarters:]
		}
		found = append(found, l)
	}
	return found, ""
}

// fewRepeats is from how many incidents on a trivial trigger recurs in 12 months, or a theme in the quarter.
const fewRepeats = 3

func (q *Quarter) lookTrigger() ([]Look, string) {
	year := 0
	for _, r := range q.rows("year-now") {
		year = r.count("incidents")
	}
	if year == 0 {
		return nil, noIncident
	}
	var l Look
	most := 0
	for _, r := range q.rows("triggers") {
		n := r.count("incidents")
		last, err := time.Parse(time.RFC3339, r.text("last_at"))
		if len(l.Marks) < mostUnusual {
			l.Marks = append(l.Marks, Mark{Label: r.text("trigger"), Value: float64(n)})
		}
		if err != nil || last.Before(q.From) || n < fewRepeats || n <= most {
			continue
		}
		most = n
		l.Sentence = fmt.Sprintf("“%s” started %s in 12 months, in the services of %s; the last on %s", upper(r.text("trigger")), counted(n, "incident"), counted(r.count("teams"), "team"), last.In(q.From.Location()).Format(time.DateOnly))
		l.Evidence = fmt.Sprintf("%s of the %s of the 12 months name it in their trigger, title or themes", Percent(float64(n)/float64(year)), counted(year, "incident"))
	}
	if most == 0 {
		return nil, ""
	}
	l.Base, l.Page, l.Unit = "a trivial trigger should not be able to start one", "/themes", "incidents"
	return []Look{l}, ""
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (q *Quarter) lookSleep() ([]Look, string) {
	r, ok := q.row("coordination", "period", q.Name)
	sleep, all := r.number("sleep_hours"), r.number("engaged_hours")
	if !ok || all == nil || sleep == nil || *all == 0 {
		return nil, "no work of people on incidents is known in " + q.Name + ": load slack, pagerduty, opsgenie, github or jira"
	}
	if *sleep == 0 {
		return nil, ""
	}
	l := Look{Sentence: fmt.Sprintf("%s of the work on incidents was done in people's sleep hours: %.0f of %.0f hours", Percent(*sleep / *all), *sleep, *all),
		Evidence: fmt.Sprintf("engaged time of %s in %s, on their own clocks", peopleWords(r.count("people")), counted(r.count("incidents"), "incident")), Page: "/oncall", Unit: "hours"}
	if p, ok := q.row("coordination", "period", q.Before); ok && p.number("sleep_hours") != nil && p.number("engaged_hours") != nil && *p.number("engaged_hours") > 0 {
		l.Base = fmt.Sprintf("%s in %s", Percent(*p.number("sleep_hours") / *p.number("engaged_hours")), q.Before)
	}
	for _, e := range q.sleepFigure().Series {
		if e.Value != nil {
			l.Marks = append(l.Marks, Mark{Label: e.Period, Value: *e.Value})
		}
	}
	return []Look{l}, ""
}

func peopleWords(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

func (q *Quarter) lookOffCall() ([]Look, string) {
	var now Estimate
	var l Look
	for _, e := range q.quarters("on-call", q.offCall) {
		if e.Value != nil {
			l.Marks = append(l.Marks, Mark{Label: e.Period, Value: *e.Value, Share: true})
		}
		if e.Period == q.Name {
			now = e
		}
	}
	switch {
	case now.N == 0:
		return nil, "no loaded shift tells who was on call in " + q.Name + ": load oncall, pagerduty or opsgenie"
	case now.N < fewForChangeOf || now.Value == nil || now.Low == nil:
		return nil, fmt.Sprintf("too few to say: %s of known status", counted(now.N, "response"))
	case *now.Value == 0:
		return nil, ""
	}
	l.Sentence = fmt.Sprintf("%s of responses came from people who were on no schedule", Percent(*now.Value))
	l.Evidence = fmt.Sprintf("95%% interval %s–%s of %s of known status", Percent(*now.Low), Percent(*now.High), counted(now.N, "response"))
	for _, e := range q.quarters("on-call", q.offCall) {
		if e.Period == q.Before && e.Value != nil {
			l.Base = fmt.Sprintf("%s in %s", Percent(*e.Value), q.Before)
		}
	}
	l.Page, l.Unit = "/oncall", "of responses"
	return []Look{l}, ""
}
