package query

import "time"

// signalFacts is what SQL tells of an incident for its signals: columns of incident_facts and of signal_facts (schema/derive).
type signalFacts struct {
	Incident   string    `ch:"incident"`
	Title      string    `ch:"title"`
	StartedAt  time.Time `ch:"started_at"`
	Services   []string  `ch:"services"`
	OwnerTeams []string  `ch:"owner_teams"`
	NewOwner   bool      `ch:"new_owner"`
	Trigger    string    `ch:"trigger"`
	Themes     []string  `ch:"themes"`
	NearMiss   bool      `ch:"near_miss"`

	Participants uint32   `ch:"participants"`
	Responders   uint32   `ch:"responders"`
	Lurkers      uint32   `ch:"lurkers"`
	Teams        []string `ch:"teams"`
	Functions    []string `ch:"functions"`
	Offsets      []int32  `ch:"offsets"` // seconds east of UTC
	Pairs        uint32   `ch:"pairs"`
	NewPairs     uint32   `ch:"new_pairs"`
	SleepMinutes float64  `ch:"sleep_minutes"`

	// Everybody named below, by index: the person, their name and their team then.
	People      []string `ch:"people"`
	Names       []string `ch:"names"`
	PeopleTeams []string `ch:"people_teams"`

	NewTeams        [][]string `ch:"new_teams"` // pairs
	NewPeople       [][]string `ch:"met_pairs"` // pairs, the busiest 40 of NewPairs
	Holder          string     `ch:"holder"`    // of half the engaged time, not on call
	HolderShare     float64    `ch:"holder_share"`
	HolderOnCall    string     `ch:"holder_on_call"`
	Vested          []string   `ch:"vested"` // responders
	VestedShare     *float64   `ch:"vested_share"`
	NewHires        []string   `ch:"new_hires"`
	HireMonths      []int32    `ch:"hire_months"` // by index of NewHires
	FirstOnCall     []string   `ch:"first_on_call"`
	TwoHats         []string   `ch:"two_hats"`
	Hats            []string   `ch:"hats"` // services
	Heroes          []string   `ch:"heroes"`
	HeroReactions   uint32     `ch:"hero_reactions"`
	Events          [][]string `ch:"events"` // category, name, scope, days after it ("" during), weeks between two ("" if there was one); nearest first
	Tired           []string   `ch:"tired"`
	TiredMinutes    int64      `ch:"tired_minutes"` // the shortest time since the other incident
	Sleepers        []string   `ch:"sleepers"`
	OffCall         []string   `ch:"off_call"`
	StatusKnown     uint32     `ch:"status_known"`  // responders whose on-call status is known
	Owned           bool       `ch:"owned"`         // some service has a loaded owner
	OwnerChanges    [][]string `ch:"owner_changes"` // service, from, to, day
	NewServices     []string   `ch:"new_services"`
	NewCombinations [][]string `ch:"new_combinations"`

	// How far back history reaches; nil: there is none.
	PeopleSince   *time.Time `ch:"people_since"`
	ServicesSince *time.Time `ch:"services_since"`
	ShiftsSince   *time.Time `ch:"shifts_since"`
	ShiftsUntil   *time.Time `ch:"shifts_until"`
	WithTeams     bool       `ch:"with_teams"`
	WithFunctions bool       `ch:"with_functions"`
	WithPages     bool       `ch:"with_pages"`
	WithHires     bool       `ch:"with_hires"`
	WithGrants    bool       `ch:"with_grants"`
	WithZones     bool       `ch:"with_zones"`
	WithReactions bool       `ch:"with_reactions"`
	WithEvents    bool       `ch:"with_events"` // the calendar had begun
	WithNearMiss  bool       `ch:"with_near_misses"`

	Listed bool `ch:"listed"` // within the filter; the others are history
}

// burnIn is how long everything looks new.
const burnIn = 180 * 24 * time.Hour

// reaches reports whether history that began then is at least a burn-in old at the incident's start.
func (f *signalFacts) reaches(since *time.Time) bool {
	return since != nil && !f.StartedAt.Before(since.Add(burnIn))
}

// covered reports whether the incident lies in the time of the loaded shifts, after a delay.
func (f *signalFacts) covered(delay time.Duration) bool {
	return f.ShiftsSince != nil && f.ShiftsUntil != nil && !f.StartedAt.Before(f.ShiftsSince.Add(delay)) && f.StartedAt.Before(*f.ShiftsUntil)
}

// observed reports whether activity of people was loaded by then.
func (f *signalFacts) observed() bool {
	return f.PeopleSince != nil && !f.StartedAt.Before(*f.PeopleSince)
}

// affected are the teams whose incident it was: the owners, else the responders'.
func (f *signalFacts) affected() []string {
	if len(f.OwnerTeams) > 0 {
		return f.OwnerTeams
	}
	return f.Teams
}
