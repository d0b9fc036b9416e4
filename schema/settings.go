package schema

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"
)

// Settings are what an organization says about itself. They are part of what derived tables stand on: changing them rebuilds.
type Settings struct {
	// Zone is the organization's clock: of days, of what nobody did (alerts), and of people whose zone nobody knows.
	Zone string `toml:"zone"`
	// Business and Sleep are hour bands on a person's own clock, "08:00-18:00" (Monday to Friday) and "22:00-08:00" (every day).
	Business string `toml:"business_hours"`
	Sleep    string `toml:"sleep_hours"`
	// FirstDay is the day that weeks begin with where they are drawn: monday to sunday. Weeks that are counted begin on Monday.
	FirstDay string `toml:"first_day"`
	// HeroEmoji are the reactions that greet a rescuer, without colons and skin tones.
	HeroEmoji []string `toml:"hero_emoji"`
	// TrivialTriggers are words of triggers and titles that should not have been able to start an incident. "a|b" are two ways to
	// write one thing, counted together under the first.
	TrivialTriggers []string `toml:"trivial_triggers"`
	// EngineeringFunctions are the functions that count as engineering for the signal cross_function.
	EngineeringFunctions []string `toml:"engineering_functions"`
	// Retention is how long activity is kept, such as "5y" or "18mo", in whole months; "" for ever.
	Retention string `toml:"retention"`
	// Cost turns hours into money; it is a table of its own in the file.
	Cost Cost `toml:"-"`
	// Hypotheses are declared before their data are looked at: [[hypothesis]] of the configuration. Derived tables do not stand on them.
	Hypotheses []Hypothesis `toml:"-"`
	// Themes give a theme to incidents that have none, by words of their title or trigger: [themes] of the configuration. Empty: those
	// of query/themes.toml. Derived tables do not stand on them.
	Themes map[string][]string `toml:"-"`
}

// Cost is what an hour of a person is worth.
type Cost struct {
	Hourly   float64 `toml:"hourly"` // 0: not said, hours have no price
	Currency string  `toml:"currency"`
}

// Hypothesis says that incidents differ From to To weeks after events of a category (week 0 begins with the event's first day, -1 is
// the week before it). Written down first, it is tested alone, which finds smaller effects than a search over all windows.
type Hypothesis struct {
	Category string
	From, To int
}

// Bounds of a declared window, in weeks: what lies farther from an event belongs to its neighbours, and a longer window leaves too
// little outside to compare with.
const (
	hypothesisReach  = 6
	hypothesisLength = 6
)

// DefaultSettings are those of an organization that said nothing.
func DefaultSettings() Settings {
	return Settings{
		Zone: "UTC", Business: "08:00-18:00", Sleep: "22:00-08:00", FirstDay: "monday",
		HeroEmoji: []string{"batman", "bat-signal", "bat_signal", "batsignal", "superhero", "supervillain", "male_superhero", "female_superhero", "superman",
			"superwoman", "supergirl", "wonder_woman", "wonderwoman", "spiderman", "ironman", "iron_man", "hero", "goat"},
		TrivialTriggers: []string{"expired certificate|certificate expired|certificate expiry|expired cert|cert expired", "disk full|full disk|disk space|out of disk",
			"typo", "quota", "rate limit", "dns", "expired credential|expired token|expired password", "misconfiguration", "feature flag", "clock skew"},
		EngineeringFunctions: []string{"engineering", "sre", "infrastructure", "platform", "it", "devops", "data", "security"},
	}
}

// Validate names the first setting that cannot be used.
func (s Settings) Validate() error {
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" {
		return fmt.Errorf("zone %q is not an IANA time zone; write one such as Europe/Dublin", s.Zone)
	}
	if _, err := retentionMonths(s.Retention); err != nil {
		return fmt.Errorf("retention: %w", err)
	}
	if _, _, err := band(s.Business); err != nil {
		return fmt.Errorf("business_hours: %w", err)
	}
	if !slices.Contains(days, s.FirstDay) && s.FirstDay != "" {
		return fmt.Errorf("first_day %q is not a day of the week; write one of %s", s.FirstDay, strings.Join(days, ", "))
	}
	if _, _, err := band(s.Sleep); err != nil {
		return fmt.Errorf("sleep_hours: %w", err)
	}
	if !(s.Cost.Hourly >= 0) || math.IsInf(s.Cost.Hourly, 0) {
		return fmt.Errorf("cost.hourly is %v; write what an hour of a person costs, such as 95", s.Cost.Hourly)
	}
	for theme, words := range s.Themes {
		if strings.TrimSpace(theme) == "" || len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.TrimSpace(w) == "" }) {
			return fmt.Errorf("[themes] %q = %q cannot be used; write a theme and its words, such as network = [\"dns\", \"packet loss\"]", theme, words)
		}
	}
	return s.validateHypotheses()
}

func (s Settings) validateHypotheses() error {
	seen := map[string]bool{}
	for i, h := range s.Hypotheses {
		wrong := func(format string, args ...any) error {
			return fmt.Errorf("[[hypothesis]] number %d: %s", i+1, fmt.Sprintf(format, args...))
		}
		switch {
		case h.Category == "":
			return wrong("category is missing; name a category of org events")
		case seen[h.Category]:
			return wrong("category %q already has one; declare one window per category", h.Category)
		case h.From > h.To:
			return wrong("from %d is after to %d; both are weeks after the event", h.From, h.To)
		case h.From < -hypothesisReach || h.To > hypothesisReach:
			return wrong("weeks %d to %d are out of reach; choose between -%d and %d", h.From, h.To, hypothesisReach, hypothesisReach)
		case h.To-h.From+1 > hypothesisLength:
			return wrong("weeks %d to %d are too long a window; choose at most %d weeks", h.From, h.To, hypothesisLength)
		}
		seen[h.Category] = true
	}
	return nil
}

// Location is the organization's zone; UTC if it is not valid.
func (s Settings) Location() *time.Location {
	if l, err := time.LoadLocation(s.Zone); err == nil {
		return l
	}
	return time.UTC
}

// Bands are the hour bands in minutes after midnight. A band whose end is not after its start runs over midnight.
func (s Settings) Bands() (businessFrom, businessTo, sleepFrom, sleepTo int) {
	businessFrom, businessTo, _ = band(s.Business)
	sleepFrom, sleepTo, _ = band(s.Sleep)
	return
}

var days = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// Week is the days of the week in the order in which they are drawn, 1 Monday to 7 Sunday.
func (s Settings) Week() (week [7]int) {
	first := max(slices.Index(days, s.FirstDay), 0)
	for i := range week {
		week[i] = (first+i)%7 + 1
	}
	return week
}

func band(s string) (from, to int, err error) {
	var fh, fm, th, tm int
	if n, _ := fmt.Sscanf(s, "%d:%d-%d:%d", &fh, &fm, &th, &tm); n != 4 || fh > 23 || th > 24 || fm > 59 || tm > 59 || fh < 0 || th < 0 || fm < 0 || tm < 0 {
		return 0, 0, fmt.Errorf("%q is not a band of hours; write one such as 22:00-08:00", s)
	}
	return fh*60 + fm, th*60 + tm, nil
}

func (s Settings) digest() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q %q %q %q", s.Zone, s.Business, s.Sleep, s.HeroEmoji)
	return h.Sum64()
}
