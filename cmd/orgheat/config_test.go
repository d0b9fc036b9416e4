package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orgheat/orgheat/schema"
)

// TestConfigRules: [themes], [signals] and the lists reach the settings; what is not said keeps its default.
func TestConfigRules(t *testing.T) {
	file := filepath.Join(t.TempDir(), "orgheat.toml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("[organization]\nhero_emoji = [\"our-hero\"]\ntrivial_triggers = [\"flat battery|dead battery\"]\nengineering_functions = [\"makers\"]\n[themes]\nbatteries = [\"battery\", '/\\bUPS\\d+/']\n[signals]\nmany_teams = 4\n")
	c, err := readConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	s, lines := c.Organization, schema.DefaultSignals()
	lines.ManyTeams = 4
	if len(s.HeroEmoji) != 1 || s.HeroEmoji[0] != "our-hero" || s.TrivialTriggers[0] != "flat battery|dead battery" || s.EngineeringFunctions[0] != "makers" || len(s.Themes["batteries"]) != 2 || s.Signals != lines {
		t.Errorf("settings %+v", s)
	}
	for text, want := range map[string]string{
		"[themes]\nnetwork = [\"/(/\"]\n": `[themes] network: "/(/" is no regular expression`,
		"[themes]\nnetwork = \"dns\"\n":   `"themes.network"): incompatible types: TOML value has type string; destination has type slice; docs/configuration.md shows every key and its type`,
		"[signals]\nmany_team = 3\n":      "signals.many_team is no setting; see docs/configuration.md",
		"[signals]\nmany_teams = 0\n":     "[signals] many_teams is 0; write a number from 1 to 100 (teams)",
		"[theme]\nnetwork = [\"dns\"]\n":  "theme is no setting; see docs/configuration.md",
	} {
		write(text)
		if _, err := readConfig(file); err == nil || !strings.HasPrefix(err.Error(), file+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want the file and %q", text, err, want)
		}
	}
}
