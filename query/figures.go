package query

import (
	"math"
	"strconv"
	"time"

	"github.com/orgheat/orgheat/query/stat"
)

// Estimate is a number of one period with its 95% interval, if one is told, and the n behind it.
type Estimate struct {
	Period           string
	Value, Low, High *float64
	N                int
}

// Figure is one number of a quarter beside that of the quarter before.
type Figure struct {
	ID, Label  string
	Kind       string // share, count, hours, ratio or people
	Of         string // what n counts
	Metric     string
	Definition string
	Page       string // where it is drawn
	Now, Then  Estimate
	// Difference is now less then (for counts: now over then), with its interval where one is told.
	Difference Estimate
	Change     Change
	Series     []Estimate // up to eight quarters, the last is Now
	Lack       string     // why there is no number
	Cost       string     // hours in money
}

// Change is what may be said of a difference.
type Change string

// Changes. Up and Down only where both n are at least 30 and the intervals do not overlap.
const (
	Up         Change = "up"
	Down       Change = "down"
	NoChange   Change = "no clear change"
	TooFew     Change = "too few to say"
	Incomplete Change = "not compared" // no interval is told
)

// fewForChangeOf is the least n on either side for a change to be told.
const fewForChangeOf = 30

func changeOf(now, then Estimate) Change {
	switch {
	case now.Value == nil || then.Value == nil || now.N < fewForChangeOf || then.N < fewForChangeOf:
		return TooFew
	case now.Low == nil || then.Low == nil || now.High == nil || then.High == nil:
		return Incomplete
	case *now.Low > *then.High:
		return Up
	case *now.High < *then.Low:
		return Down
	}
	return NoChange
}

// figures are the numbers of the overview, in its order.
func (q *Quarter) figures() []Figure {
	list := []Figure{q.incidentFigure(), q.hoursFigure(), q.shareFigure("top-person", "Busiest person's share of incidents", "batman", "incidents with a responder", "/dependency",
		"The Batman index: of the incidents with a responder, the share that the person with most of them responded to; Wilson's 95% interval. Falling is success.", q.batman),
		q.absenceFigure(),
		q.shareFigure("off-call", "Responses off call", "on-call", "responses of known status", "/oncall",
			"Responses whose responder was on no schedule at their first contribution, over responses of known on-call status; Wilson's 95% interval.", q.offCall),
		q.lurkerFigure(),
		q.shareFigure("first-time", "First-time pairs", "coordination", "pairs of responders", "/coordination",
			"Pairs of responders who never responded to one incident before, over all pairs, without the first 180 days of history; Wilson's 95% interval takes pairs as independent, which they are not quite.", q.newPairs),
		q.sleepFigure(),
		q.shareFigure("voluntary", "Voluntary attendance of reviews", "reviews", "attendances", "/reviews",
			"Attendances of people who were not required to come, over all attendances of reviews held in the quarter; Wilson's 95% interval takes attendances as independent.", q.voluntary),
	}
	return list
}

// figureLoads is what to load where nothing tells.
var figureLoads = map[string]string{
	"incidents": ": load incidents, statuspage, jira, pagerduty or opsgenie", "voluntary": ": load reviews", "off-call": ": load oncall, pagerduty or opsgenie",
	"hours": loadPeople, "top-person": loadPeople, "caf": loadPeople, "lurkers": loadPeople, "first-time": loadPeople, "sleep": loadPeople,
}

const loadPeople = ": load what people did in incidents (slack, pagerduty, opsgenie, github, jira)"

// quarters are the estimates of the quarters that a metric has rows of, by read; nil is none.
func (q *Quarter) quarters(key string, read func(answerRow) *Estimate) (series []Estimate) {
	for _, r := range q.rows(key) {
		if e := read(r); e != nil {
			e.Period = r.text("period")
			series = append(series, *e)
		}
	}
	return series
}

// place puts a series into a figure: its last two quarters are now and then, if they are this one and the one before.
func (q *Quarter) place(f Figure, key string, series []Estimate) Figure {
	series = series[max(0, len(series)-trendQuarters):]
	f.Metric, f.Series, f.Now, f.Then = key, series, Estimate{Period: q.Name}, Estimate{Period: q.Before}
	for _, ask := range quarterAsks {
		if ask.key == key {
			f.Metric = ask.metric
		}
	}
	for _, e := range series {
		switch e.Period {
		case q.Name:
			f.Now = e
		case q.Before:
			f.Then = e
		}
	}
	switch {
	case q.Errs[key] != nil:
		f.Lack = "could not be read"
	case f.Now.Value != nil:
	case f.Now.N > 0:
		f.Lack = "too few to say: n = " + strconv.Itoa(f.Now.N)
	default:
		f.Lack = "nothing loaded tells in " + q.Name + figureLoads[f.ID]
	}
	f.Change = changeOf(f.Now, f.Then)
	return f
}

func (q *Quarter) shareFigure(id, label, key, of, page, definition string, read func(answerRow) *Estimate) Figure {
	f := q.place(Figure{ID: id, Label: label, Kind: "share", Of: of, Page: page, Definition: definition}, key, q.quarters(key, read))
	if f.Now.Value != nil && f.Then.Value != nil {
		k := func(e Estimate) int { return int(math.Round(*e.Value * float64(e.N))) }
		ci := stat.Newcombe(k(f.Now), f.Now.N, k(f.Then), f.Then.N, .05)
		f.Difference = Estimate{Value: number(*f.Now.Value - *f.Then.Value), Low: &ci.Lo, High: &ci.Hi}
	}
	return f
}

func (q *Quarter) batman(r answerRow) *Estimate {
	return &Estimate{Value: r.number("batman_index"), Low: r.number("ci_low"), High: r.number("ci_high"), N: r.count("incidents")}
}

func (q *Quarter) offCall(r answerRow) *Estimate {
	if r.text("what") != "off_call" {
		return nil
	}
	return &Estimate{Value: r.number("share"), Low: r.number("ci_low"), High: r.number("ci_high"), N: r.count("of")}
}

func (q *Quarter) newPairs(r answerRow) *Estimate {
	return &Estimate{Value: r.number("new_pair_share"), Low: r.number("new_pair_low"), High: r.number("new_pair_high"), N: r.count("pairs")}
}

func (q *Quarter) voluntary(r answerRow) *Estimate {
	return &Estimate{Value: r.number("voluntary_share"), Low: r.number("voluntary_low"), High: r.number("voluntary_high"), N: r.count("attendances")}
}

// incidentFigure counts incidents. A quarter within history that has no row had none.
func (q *Quarter) incidentFigure() Figure {
	series := q.quarters("coordination", func(r answerRow) *Estimate {
		n := r.number("incidents")
		if n == nil {
			return &Estimate{}
		}
		ci := stat.PoissonInterval(*n, .05)
		return &Estimate{Value: n, Low: &ci.Lo, High: &ci.Hi, N: int(*n)}
	})
	f := q.place(Figure{ID: "incidents", Label: "Incidents", Kind: "count", Of: "incidents", Page: "/incidents",
		Definition: "Incidents by their start, with the exact interval of a Poisson count; incidents that come in clusters make it too narrow. The difference is the ratio of the daily rates."}, "coordination", series)
	if f.Now.Value != nil && f.Then.Value != nil && f.Now.N > 0 && f.Then.N > 0 {
		days := func(from, to time.Time) float64 { return math.Round(to.Sub(from).Hours() / 24) }
		t := stat.RateRatio(f.Now.N, days(q.From, q.To), f.Then.N, days(q.Earlier, q.From), 1, .05)
		low, high := ends(t.CI)
		f.Difference = Estimate{Value: number(t.Value), Low: low, High: high}
	}
	return f
}

// hoursFigure takes engaged hours as the sum of a chance number of incidents' hours: its variance is the sum of their squares.
func (q *Quarter) hoursFigure() Figure {
	squares, counts := map[string]float64{}, map[string]int{}
	for _, r := range q.rows("incidents") {
		at, err := time.Parse(time.RFC3339, r.text("started_at"))
		hours := r.number("engaged_hours")
		if err != nil || hours == nil {
			continue
		}
		period := periodName(periodStart(at, "quarter", q.From.Location()), "quarter")
		squares[period] += *hours * *hours
		counts[period]++
	}
	cost := ""
	series := q.quarters("coordination", func(r answerRow) *Estimate {
		if r.count("responders") == 0 {
			return &Estimate{} // no hours are known, which is not none
		}
		e := &Estimate{Value: r.number("engaged_hours"), N: r.count("incidents")}
		if s, ok := squares[r.text("period")]; ok && e.Value != nil && counts[r.text("period")] == e.N {
			low, high := math.Max(0, *e.Value-1.96*math.Sqrt(s)), *e.Value+1.96*math.Sqrt(s)
			e.Low, e.High = &low, &high
		}
		if c := r.number("cost"); c != nil && r.text("period") == q.Name {
			cost = strconv.FormatFloat(math.Round(*c), 'f', -1, 64) + " " + r.text("currency")
		}
		return e
	})
	f := q.place(Figure{ID: "hours", Label: "Engaged hours", Kind: "hours", Of: "incidents", Page: "/coordination",
		Definition: "Person-hours of work on incidents that started in the quarter, no minute of a person twice; its interval takes incidents as coming by chance (a compound Poisson sum). Cost is hours times cost.hourly of the configuration."}, "coordination", series)
	f.Cost = cost
	if f.Now.Low != nil && f.Then.Low != nil {
		d, s := *f.Now.Value-*f.Then.Value, 1.96*math.Sqrt(squares[q.Name]+squares[q.Before])
		low, high := d-s, d+s
		f.Difference = Estimate{Value: &d, Low: &low, High: &high}
	}
	return f
}

func (q *Quarter) absenceFigure() Figure {
	var series []Estimate
	for _, side := range [][2]string{{"people-then", q.Before}, {"people-now", q.Name}} {
		for _, r := range q.rows(side[0]) {
			series = append(series, Estimate{Period: side[1], Value: r.number("caf"), N: r.count("responders")})
		}
	}
	return q.place(Figure{ID: "caf", Label: "Contributor absence factor", Kind: "people", Of: "responders", Page: "/dependency",
		Definition: "The fewest people who hold at least half of the quarter's engaged time. No interval is told of it: its trend over six months each is on the dependency page."}, "people-now", series)
}

// lurkerFigure tells the ratio by the Wilson interval of the lurkers' share of lurkers and responders.
func (q *Quarter) lurkerFigure() Figure {
	series := q.quarters("coordination", func(r answerRow) *Estimate {
		lurkers, responders := r.count("lurkers"), r.count("responders")
		e := &Estimate{Value: r.number("lurker_ratio"), N: lurkers + responders}
		if e.Value != nil && e.N >= minDenominator {
			ci := stat.Wilson(lurkers, e.N, .05)
			e.Low, e.High = number(ci.Lo/(1-ci.Lo)), number(ci.Hi/(1-ci.Hi))
		}
		return e
	})
	return q.place(Figure{ID: "lurkers", Label: "Lurkers per responder", Kind: "ratio", Of: "lurkers and responders, once per incident", Page: "/coordination",
		Definition: "Participants with no contribution, no reaction and no page, over responders, pooled over the quarter's incidents. The interval is Wilson's of the lurkers' share and takes people as independent; one crowded incident moves it more than that."}, "coordination", series)
}

func (q *Quarter) sleepFigure() Figure {
	series := q.quarters("coordination", func(r answerRow) *Estimate {
		if r.count("responders") == 0 {
			return &Estimate{}
		}
		return &Estimate{Value: r.number("sleep_hours"), N: r.count("people")}
	})
	return q.place(Figure{ID: "sleep", Label: "Hours in the sleep band", Kind: "hours", Of: "people who responded", Page: "/oncall",
		Definition: "Engaged hours inside people's sleep band on their own clocks. No interval is told of it: one long night makes much of it."}, "coordination", series)
}
