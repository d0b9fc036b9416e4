package query_test

import (
	"slices"
	"testing"

	"github.com/orgheat/orgheat/schema"
)

// TestSignalSettings: in X people of three teams respond, of engineering and sre with support; its trigger is "Expired certificate". In Y three
// clocks are six hours apart, and Ana, fully vested, held two thirds with three responders.
func TestSignalSettings(t *testing.T) {
	db := signalOrg(t)
	has := func(incident, signal string, change func(*schema.Settings)) bool {
		t.Helper()
		settings := db.Settings
		defer func() { db.Settings = settings }()
		change(&db.Settings)
		return slices.ContainsFunc(records(answer(t, db, "signals", "incident="+incident)), func(r map[string]any) bool { return r["signal"] == signal })
	}
	for _, c := range []struct {
		incident, signal string
		change           func(*schema.Settings)
		want             bool
	}{
		{"X", "many_teams", func(*schema.Settings) {}, true},
		{"X", "many_teams", func(s *schema.Settings) { s.Signals.ManyTeams = 3 }, false},
		{"X", "cross_function", func(*schema.Settings) {}, true},
		{"X", "cross_function", func(s *schema.Settings) { s.EngineeringFunctions = []string{"support", "sre", "Engineering"} }, false},
		{"X", "trivial_trigger", func(*schema.Settings) {}, true},
		{"X", "trivial_trigger", func(s *schema.Settings) { s.TrivialTriggers = []string{"typo"} }, false},
		{"Y", "many_zones", func(*schema.Settings) {}, true},
		{"Y", "many_zones", func(s *schema.Settings) { s.Signals.ClockHours = 7 }, false},
		{"Y", "many_zones", func(s *schema.Settings) { s.Signals.ManyClocks = 4 }, false},
		{"Y", "fully_vested", func(*schema.Settings) {}, true},
		{"Y", "fully_vested", func(s *schema.Settings) { s.Signals.VestedShare = .7 }, false},
		{"Y", "fully_vested", func(s *schema.Settings) { s.Signals.VestedResponders = 4 }, false},
		{"Y", "crowd", func(*schema.Settings) {}, true},
		{"Y", "crowd", func(s *schema.Settings) { s.Signals.CrowdPercentile = 99.9 }, false}, // H8 to H23 and X: X's 5 people are 17 th of 17
		{"Y", "crowd", func(s *schema.Settings) { s.Signals.CrowdHistory = 1000 }, false},
	} {
		if got := has(c.incident, c.signal, c.change); got != c.want {
			t.Errorf("%s has %s: %t, want %t", c.incident, c.signal, got, c.want)
		}
	}
}
