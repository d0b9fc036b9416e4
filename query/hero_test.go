package query

import (
	"testing"

	"github.com/orgheat/orgheat/schema"
)

// TestHeroEmoji: Fay and Ben put :batman: on Ana's messages; where only a goat greets a rescuer, nobody is one.
func TestHeroEmoji(t *testing.T) {
	for emoji, want := range map[string]uint64{"batman": 2, "goat": 0} {
		settings := schema.DefaultSettings()
		settings.HeroEmoji = []string{emoji}
		rows, _ := answer(t, organization(t, settings, tinyOrg()...), "people", "from=2024-03-01", "to=2024-04-01")
		for _, r := range rows {
			if r["person"] == "ana@acme.io" && r["hero_reactions"] != want {
				t.Errorf("%s: %v reactions, want %d", emoji, r["hero_reactions"], want)
			}
		}
		if len(rows) == 0 {
			t.Error("nobody responded")
		}
	}
}
