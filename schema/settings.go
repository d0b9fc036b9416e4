package schema

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
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
	// Themes give a theme to incidents that have none, by words of their title or trigger: [themes] of the configuration. What stands
	// between slashes is a regular expression. Empty: those of query/themes.toml. Derived tables do not stand on them.
	Themes map[string][]string `toml:"-"`
	// Signals is from what on an incident is unusual: [signals] of the configuration. Derived tables do not stand on it.
	Signals Signals `toml:"-"`
}

// Signals are the lines that some signals need to be crossed.
type Signals struct {
	ManyTeams        int     `toml:"many_teams"`        // many_teams: responders of more teams than this
	ManyClocks       int     `toml:"many_clocks"`       // many_zones: responders' clocks show at least so many times,
	ClockHours       float64 `toml:"clock_hours"`       // and these are at least so far apart
	VestedShare      float64 `toml:"vested_share"`      // fully_vested: their least share of engaged time,
	VestedResponders int     `toml:"vested_responders"` // with at least so many responders
	CrowdPercentile  float64 `toml:"crowd_percentile"`  // crowd, lurkers: above this percentile of the 12 months before,
	CrowdHistory     int     `toml:"crowd_history"`     // which needs so many incidents
}

// DefaultSignals are the lines of an organization that said nothing.
func DefaultSignals() Signals {
	return Signals{ManyTeams: 2, ManyClocks: 3, ClockHours: 6, VestedShare: .5, VestedResponders: 3, CrowdPercentile: 90, CrowdHistory: 20}
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
		Signals:              DefaultSignals(),
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
	for _, check := range []func() error{s.validateWords, s.validateThemes, s.Signals.validate, s.validateHypotheses} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// findable says whether a text holds a letter or a digit: words are found by them.
func findable(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

func (s Settings) validateWords() error {
	for _, line := range s.TrivialTriggers {
		for _, way := range strings.Split(line, "|") {
			if !findable(way) {
				return fmt.Errorf("trivial_triggers: %q has a part without a word; write one such as \"disk full|full disk\"", line)
			}
		}
	}
	for _, e := range s.HeroEmoji {
		if e == "" || strings.ContainsAny(e, ": \t") {
			return fmt.Errorf("hero_emoji: %q is no emoji's name; write one without colons, skin tone and spaces, such as \"batman\"", e)
		}
	}
	for _, f := range s.EngineeringFunctions {
		if strings.TrimSpace(f) == "" {
			return fmt.Errorf("engineering_functions: one is empty; write functions as the roster has them, such as \"engineering\"")
		}
	}
	return nil
}

// RulePattern is the regular expression of a theme's rule between slashes, in any case; nil for one of words.
func RulePattern(rule string) (*regexp.Regexp, error) {
	if len(rule) < 3 || rule[0] != '/' || rule[len(rule)-1] != '/' {
		return nil, nil
	}
	return regexp.Compile("(?i)" + rule[1:len(rule)-1])
}

func (s Settings) validateThemes() error {
	for _, theme := range slices.Sorted(maps.Keys(s.Themes)) {
		if strings.TrimSpace(theme) == "" {
			return fmt.Errorf("[themes]: a theme without a name; write one and its words, such as network = [\"dns\", \"packet loss\"]")
		}
		if len(s.Themes[theme]) == 0 {
			return fmt.Errorf("[themes] %s: no words; write some, such as network = [\"dns\", \"packet loss\"], or leave the theme out", theme)
		}
		for _, rule := range s.Themes[theme] {
			pattern, err := RulePattern(rule)
			switch {
			case err != nil:
				return fmt.Errorf("[themes] %s: %q is no regular expression: %w; mend it, or leave the slashes out to look for words", theme, rule, err)
			case pattern != nil && pattern.MatchString(""):
				return fmt.Errorf("[themes] %s: %q is found in every title; write an expression that needs some text", theme, rule)
			case pattern == nil && !findable(rule):
				return fmt.Errorf("[themes] %s: %q has no word and is never found; write words, or a regular expression between slashes", theme, rule)
			}
		}
	}
	return nil
}

func (g Signals) validate() error {
	for _, line := range []struct {
		key, unit         string
		value, from, upto float64
	}{
		{"many_teams", "teams", float64(g.ManyTeams), 1, 100}, {"many_clocks", "different times", float64(g.ManyClocks), 2, 24}, {"clock_hours", "hours", g.ClockHours, 1, 24},
		{"vested_share", "of the engaged time", g.VestedShare, .01, 1}, {"vested_responders", "responders", float64(g.VestedResponders), 1, 100},
		{"crowd_percentile", "percent", g.CrowdPercentile, 50, 99.9}, {"crowd_history", "incidents", float64(g.CrowdHistory), 5, 10000},
	} {
		if !(line.value >= line.from && line.value <= line.upto) {
			return fmt.Errorf("[signals] %s is %v; write a number from %v to %v (%s)", line.key, line.value, line.from, line.upto, line.unit)
		}
	}
	return nil
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
