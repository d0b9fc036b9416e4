package main

import (
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/orgheat/orgheat/internal/generate"
)

// answers runs a metric on the command line and returns its rows by column.
func answers(t *testing.T, data, metric string, args ...string) []map[string]any {
	t.Helper()
	var r struct {
		Columns []struct{ Name string }
		Rows    [][]any
	}
	if err := json.Unmarshal([]byte(must(t, orgheat(data, append([]string{"query", metric, "--format", "json"}, args...)...))), &r); err != nil {
		t.Fatal(err)
	}
	out := make([]map[string]any, len(r.Rows))
	for i, row := range r.Rows {
		out[i] = map[string]any{}
		for j, c := range r.Columns {
			out[i][c.Name] = row[j]
		}
	}
	return out
}

// row is the first answer whose column has that value.
func row(t *testing.T, rows []map[string]any, column string, value any) map[string]any {
	t.Helper()
	for _, r := range rows {
		if r[column] == value {
			return r
		}
	}
	t.Fatalf("no row whose %s is %v among %d", column, value, len(rows))
	return nil
}

// TestPlantedTruths loads a middle-sized generated organization with the real loaders and finds what was planted with the matching metrics.
func TestPlantedTruths(t *testing.T) {
	needEngine(t)
	org, data := filepath.Join(t.TempDir(), "org"), t.TempDir()
	truth, err := generate.Write(context.Background(), generate.Options{People: 220, Years: 4, Seed: 1, Volume: 0.3, Out: org})
	if err != nil {
		t.Fatal(err)
	}
	must(t, orgheat(data, "load", org))

	incidents := answers(t, data, "incidents")
	answered, lurkers := 0, 0
	for _, i := range incidents {
		lurkers += int(i["lurkers"].(float64))
		if i["responders"].(float64) > 0 {
			answered++
		}
	}
	if len(incidents) != truth.Incidents || answered != truth.Responded || lurkers != truth.Lurkers.Lurkers {
		t.Errorf("%d incidents, %d answered, %d lurkers; planted %d, %d, %d", len(incidents), answered, lurkers, truth.Incidents, truth.Responded, truth.Lurkers.Lurkers)
	}
	for _, c := range truth.Crowds {
		i := row(t, incidents, "incident", c.Incident)
		if int(i["responders"].(float64)) != c.Responders || int(i["lurkers"].(float64)) != c.Lurkers {
			t.Errorf("crowd %s: %v working, %v watching; planted %d, %d", c.Incident, i["responders"], i["lurkers"], c.Responders, c.Lurkers)
		}
	}

	h := truth.Hero // its shares before and after leave out the weeks of the training itself, hence the tolerances
	hero := row(t, answers(t, data, "people"), "person", h.Person)
	before := row(t, answers(t, data, "people", "--to", h.Training), "person", h.Person)["incident_share"].(float64)
	after := row(t, answers(t, data, "people", "--from", h.Training), "person", h.Person)["incident_share"].(float64)
	if math.Abs(hero["incident_share"].(float64)-h.Share) > .005 || math.Abs(before-h.ShareBefore) > .03 || math.Abs(after-h.ShareAfter) > .05 ||
		int(hero["hero_reactions"].(float64)) != h.HeroReactions || int(hero["hero_arrivals"].(float64)) != h.Arrivals || hero["vesting_band"] != "fully_vested" {
		t.Errorf("hero %v, before %v, after %v; planted %+v", hero, before, after, h)
	}

	absent := answers(t, data, "absent-chatter")
	for _, c := range truth.QuietCells {
		if !slices.ContainsFunc(absent, func(r map[string]any) bool {
			return r["weekday"] == float64(c.Weekday) && r["hour"] == float64(c.Hour) && r["only_function"] == c.Function
		}) {
			t.Errorf("weekday %d, hour %d: %s alone was planted and not found", c.Weekday, c.Hour, c.Function)
		}
	}

	services := answers(t, data, "dependency", "--by", "service", "--from", "2025-10-01", "--to", truth.To)
	for _, i := range truth.Islands {
		if s := row(t, services, "name", i.Service); i.Planted && s["island_person"] != i.Person {
			t.Errorf("island %s: %v, planted %s", i.Service, s["island_person"], i.Person)
		}
	}

	k := truth.Kieran
	kieran := row(t, answers(t, data, "incident-people", "--incident", k.Incident), "person", k.Person)
	if kieran["two_hats"] != true || kieran["tired"] != true || kieran["on_call"] != "on_call" || kieran["tenure_days"] != float64(k.TenureDays) || kieran["hour_band"] != "sleep" {
		t.Errorf("Kieran: %v", kieran)
	}
	signals := answers(t, data, "signals", "--incident", k.Incident)
	for _, name := range []string{"two_hats", "tired", "new_owner", "new_hire", "trivial_trigger"} {
		if s := row(t, signals, "signal", name); s["evidence"] == "" {
			t.Errorf("signal %s without evidence", name)
		}
	}
	mine := row(t, incidents, "incident", k.Incident)
	for _, i := range incidents {
		if i["started_at"].(string)[:7] == mine["started_at"].(string)[:7] && i["score"].(float64) > mine["score"].(float64) {
			t.Errorf("%v of the same month scores higher than Kieran's incident: %v > %v", i["incident"], i["score"], mine["score"])
		}
	}
	row(t, answers(t, data, "signals", "--incident", truth.Meeting.Incident), "signal", "new_teams")

	events := answers(t, data, "org-events")
	cycle := row(t, events, "category", truth.Promotions.Category)
	if cycle["verdict"] != "supported" || cycle["ci_low"].(float64) > truth.Promotions.IncidentsRR || cycle["ci_high"].(float64) < truth.Promotions.IncidentsRR {
		t.Errorf("promotion cycle: %v; planted %v times", cycle, truth.Promotions.IncidentsRR)
	}
	for _, c := range truth.NoEffect {
		if e := row(t, events, "category", c); e["verdict"] == "supported" {
			t.Errorf("%s does nothing and is %v", c, e)
		}
	}

	reviews := answers(t, data, "reviews")
	if first, last := reviews[0]["voluntary_share"].(float64), reviews[len(reviews)-1]["voluntary_share"].(float64); last < first+.1 {
		t.Errorf("voluntary attendance %v to %v; planted %+v", first, last, truth.Reviews)
	}
	t.Run("stories", func(t *testing.T) { tellStories(t, data, truth) })
}
