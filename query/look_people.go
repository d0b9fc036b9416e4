package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orgheat/orgheat/query/stat"
)

// untold says why the signal cannot be told of any incident of the quarter, "" if it can.
func (q *Quarter) untold(signal string) string {
	for _, w := range q.Answer("signals").Warnings {
		if strings.Contains(w, signal) && strings.Contains(w, "for any incident") {
			_, needs, _ := strings.Cut(w, ": ")
			return needs
		}
	}
	if len(q.rows("coordination")) == 0 {
		return noIncident
	}
	return ""
}

// lookMeeting tells of teams that never worked an incident together before.
func (q *Quarter) lookMeeting() ([]Look, string) {
	l := Look{Page: "/incidents"}
	var met []string
	incidents := 0
	for _, r := range q.rows("signals") {
		if r.text("signal") != "new_teams" {
			continue
		}
		for _, pair := range r.list("teams") {
			met = append(met, fmt.Sprintf("%s (%s)", pair, r.text("incident")))
		}
		if incidents++; incidents == 1 {
			l.Base = fmt.Sprintf("%d of the %s in the 12 months before the latest had that", r.count("earlier"), counted(r.count("earlier_of"), "incident"))
		}
	}
	if incidents == 0 {
		return nil, q.untold("new_teams")
	}
	l.Sentence = fmt.Sprintf("Teams that had never worked an incident together met in %s: %s", counted(incidents, "incident"), atMost(met, 3))
	l.Evidence = fmt.Sprintf("first times in all history, in %d of %s with a signal", incidents, counted(len(q.Unusual()), "incident"))
	if incidents == 1 {
		l.Page, l.Incident = "/incidents/", strings.TrimSuffix(met[0][strings.LastIndex(met[0], " (")+2:], ")")
	}
	return []Look{l}, ""
}

// manyWatching is how many lurkers make a crowd worth a sentence.
const manyWatching = 10

func (q *Quarter) lookCrowd() ([]Look, string) {
	most, working, incident := 0, 0, answerRow{}
	for _, s := range q.rows("signals") {
		if s.text("signal") != "lurkers" {
			continue
		}
		i, ok := q.row("incidents", "incident", s.text("incident"))
		if n := i.count("lurkers"); ok && n >= manyWatching && n > most {
			most, working, incident = n, i.count("responders"), s
		}
	}
	if most == 0 {
		return nil, q.untold("lurkers")
	}
	l := Look{Sentence: fmt.Sprintf("%d people watched %s while %d worked on it", most, incident.text("incident"), working),
		Evidence: "watching: joined, and neither wrote, reacted nor was paged; " + incident.text("evidence_plain"), Page: "/incidents/", Incident: incident.text("incident"), Unit: "people",
		Marks: []Mark{{Label: "working", Value: float64(working)}, {Label: "watching", Value: float64(most)}}}
	if r, ok := q.row("coordination", "period", q.Name); ok && r.number("lurker_ratio") != nil {
		l.Base = fmt.Sprintf("%.2f watched for each who worked in all of %s", *r.number("lurker_ratio"), q.Name)
	}
	return []Look{l}, ""
}

func (q *Quarter) lookDepartures() ([]Look, string) {
	var who, uncovered []string
	hours := 0.0
	rows := q.rows("departures")
	slices.SortStableFunc(rows, func(a, b answerRow) int { return b.count("incidents") - a.count("incidents") })
	for _, r := range rows {
		who = append(who, fmt.Sprintf("%s (%s, in %d of %s)", r.text("name"), r.text("last_day"), r.count("incidents"), counted(r.count("of"), "incident")))
		if h := r.number("engaged_hours"); h != nil {
			hours += *h
		}
		uncovered = append(uncovered, r.list("left_uncovered")...)
	}
	if len(rows) == 0 {
		if answer, ok := q.answers["departures"]; ok && len(answer.Warnings) == 0 {
			return nil, ""
		}
		return nil, withoutRoster
	}
	words := fmt.Sprintf("%d people who respond to incidents left in 12 months", len(rows))
	if len(rows) == 1 {
		words = "1 person who responds to incidents left in 12 months"
	}
	l := Look{Evidence: fmt.Sprintf("%.0f engaged hours in the 12 months before they left: %s", hours, atMost(who, 3)), Base: "last days by the roster", Page: "/dependency", Unit: "incidents in the 12 months before"}
	slices.Sort(uncovered)
	switch uncovered = slices.Compact(uncovered); len(uncovered) {
	case 0:
		l.Sentence = words + "; every service they knew still had somebody who had handled two of its incidents"
	default:
		l.Sentence = fmt.Sprintf("%s; nobody who had handled two of its incidents remained for %s", words, atMost(uncovered, 3))
	}
	for _, r := range rows[:min(mostUnusual, len(rows))] {
		l.Marks = append(l.Marks, Mark{Label: r.text("name"), Value: float64(r.count("incidents"))})
	}
	return []Look{l}, ""
}

// yearQuarters is a year of quarters.
const yearQuarters = 4

func (q *Quarter) lookReviews() ([]Look, string) {
	all := q.quarters("reviews", q.voluntary)
	if len(all) == 0 {
		return nil, "no review meetings are loaded: load reviews"
	}
	if len(all) < 2*yearQuarters || all[len(all)-1].Period != q.Name {
		return nil, fmt.Sprintf("too few to say: reviews of %s", counted(len(all), "quarter"))
	}
	pooled := func(list []Estimate) Estimate {
		k, n := 0.0, 0
		for _, e := range list {
			if e.Value != nil {
				k, n = k+*e.Value*float64(e.N), n+e.N
			}
		}
		if n == 0 {
			return Estimate{}
		}
		ci := stat.Wilson(int(k+.5), n, .05)
		return Estimate{Value: number(k / float64(n)), Low: &ci.Lo, High: &ci.Hi, N: n}
	}
	then, now := pooled(all[:yearQuarters]), pooled(all[len(all)-yearQuarters:])
	words := map[Change]string{Up: "Reviews draw people who need not come", Down: "Fewer people come to reviews of their own accord"}[changeOf(now, then)]
	if words == "" {
		return nil, ""
	}
	l := Look{Sentence: fmt.Sprintf("%s: %s of attendances were voluntary in %s to %s, %s in %s to %s", words, Percent(*now.Value), all[len(all)-yearQuarters].Period, q.Name, Percent(*then.Value), all[0].Period, all[yearQuarters-1].Period),
		Evidence: fmt.Sprintf("95%% intervals %s–%s of %d attendances and %s–%s of %d: they do not overlap", Percent(*now.Low), Percent(*now.High), now.N, Percent(*then.Low), Percent(*then.High), then.N),
		Base:     "voluntary: not in the review's list of required people; the interval takes attendances as independent", Page: "/reviews", Unit: "of attendances"}
	for _, e := range all {
		if e.Value != nil {
			l.Marks = append(l.Marks, Mark{Label: e.Period, Value: *e.Value, Share: true})
		}
	}
	return []Look{l}, ""
}
