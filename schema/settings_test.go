package schema

import (
	"strings"
	"testing"
)

func TestHypotheses(t *testing.T) {
	for want, list := range map[string][]Hypothesis{
		"":                       {{"promotion_cycle", 2, 4}, {"launch", -6, -1}, {"freeze", 6, 6}},
		"category is missing":    {{"", 2, 4}},
		"is after to":            {{"a", 4, 2}},
		"out of reach":           {{"a", 3, 7}},
		"-7 to -2 are out":       {{"a", -7, -2}},
		"too long":               {{"a", -3, 3}},
		"number 2: category \"a": {{"a", 1, 2}, {"a", 3, 4}},
	} {
		s := DefaultSettings()
		s.Hypotheses = list
		err := s.Validate()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v: %v, want %q", list, err, want)
		}
		if s.digest() != DefaultSettings().digest() {
			t.Errorf("%v: a hypothesis makes derived tables stale", list)
		}
	}
}

// TestRules: what can never be found, or always is, is refused by its key, with what to write instead.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		change func(*Settings)
		want   string
	}{
		{func(s *Settings) { s.Themes = map[string][]string{"network": {"dns", "/^(tcp|udp) /"}} }, ""},
		{func(s *Settings) { s.Themes = map[string][]string{"a": {"x"}, "network": {"/(/"}} }, `[themes] network: "/(/" is no regular expression: error parsing regexp: missing closing ): ` + "`(?i)(`" + `; mend it, or leave the slashes out`},
		{func(s *Settings) { s.Themes = map[string][]string{"network": {"/x*/"}} }, `[themes] network: "/x*/" is found in every title; write`},
		{func(s *Settings) { s.Themes = map[string][]string{"network": {"--"}} }, `[themes] network: "--" has no word and is never found; write`},
		{func(s *Settings) { s.Themes = map[string][]string{"network": {}} }, "[themes] network: no words; write some"},
		{func(s *Settings) { s.Themes = map[string][]string{" ": {"x"}} }, "[themes]: a theme without a name; write one"},
		{func(s *Settings) { s.TrivialTriggers = []string{"disk full|"} }, `trivial_triggers: "disk full|" has a part without a word; write one such as`},
		{func(s *Settings) { s.HeroEmoji = []string{":batman:"} }, `hero_emoji: ":batman:" is no emoji's name; write one without colons`},
		{func(s *Settings) { s.EngineeringFunctions = []string{"engineering", " "} }, "engineering_functions: one is empty; write"},
		{func(s *Settings) { s.Signals.CrowdPercentile = .9 }, "[signals] crowd_percentile is 0.9; write a number from 50 to 99.9 (percent)"},
		{func(s *Settings) { s.Signals.ManyTeams = 0 }, "[signals] many_teams is 0; write a number from 1 to 100 (teams)"},
		{func(s *Settings) { s.Signals.VestedShare = 50 }, "[signals] vested_share is 50; write a number from 0.01 to 1 (of the engaged time)"},
	} {
		s := DefaultSettings()
		c.change(&s)
		if err := s.Validate(); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if c.want == "" && s.digest() != DefaultSettings().digest() {
			t.Error("rules of themes make derived tables stale")
		}
	}
}
