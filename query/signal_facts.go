package query

import "time"

// signalFacts is what an incident's signals are told from: columns of signal_facts (schema/derive). Numbers are of people, pairs, services
// or events.
type signalFacts struct {
	Incident  string    `ch:"incident"`
	StartedAt time.Time `ch:"started_at"`
	Title     string    `ch:"title"`
	Trigger   string    `ch:"trigger"`
	Themes    []string  `ch:"themes"`
	NearMiss  bool      `ch:"near_miss"`
	NewOwner  bool      `ch:"new_owner"`
	Affected  []string  `ch:"affected"` // teams whose incident it was: the owners, else the responders'
	Teams     []string  `ch:"teams"`
	Functions []string  `ch:"functions"`
	Offsets   []int32   `ch:"offsets"` // seconds east of UTC

	Participants    uint32   `ch:"participants"`
	Responders      uint32   `ch:"responders"`
	Lurkers         uint32   `ch:"lurkers"`
	Pairs           uint32   `ch:"pairs"`
	NewPairs        uint32   `ch:"new_pairs"`
	SleepMinutes    float64  `ch:"sleep_minutes"`
	Services        uint32   `ch:"services"`
	NewTeams        uint32   `ch:"new_teams"` // pairs
	Holder          string   `ch:"holder"`    // of half the engaged time, not on call
	Vested          uint32   `ch:"vested"`    // responders
	VestedShare     *float64 `ch:"vested_share"`
	NewHires        uint32   `ch:"new_hires"`
	FirstOnCall     uint32   `ch:"first_on_call"`
	TwoHats         uint32   `ch:"two_hats"`
	Heroes          uint32   `ch:"heroes"`
	HeroReactions   uint32   `ch:"hero_reactions"`
	Events          uint32   `ch:"events"`
	Tired           uint32   `ch:"tired"`
	Sleepers        uint32   `ch:"sleepers"`
	OffCall         uint32   `ch:"off_call"`
	StatusKnown     uint32   `ch:"status_known"` // responders whose on-call status is known
	Owned           bool     `ch:"owned"`        // some service has a loaded owner
	NewServices     uint32   `ch:"new_services"`
	NewCombinations uint32   `ch:"new_combinations"`

	// How far history reaches, and what is loaded.
	Observed        bool `ch:"observed"`         // the first responder was seen before
	PeopleSettled   bool `ch:"people_settled"`   // 180 days before
	ServicesSettled bool `ch:"services_settled"` // the first service was named 180 days before
	Covered         bool `ch:"covered"`          // within the loaded shifts
	ShiftsSettled   bool `ch:"shifts_settled"`   // and 90 days after the first
	WithTeams       bool `ch:"with_teams"`
	WithFunctions   bool `ch:"with_functions"`
	WithHires       bool `ch:"with_hires"` // pages and start dates
	WithGrants      bool `ch:"with_grants"`
	WithZones       bool `ch:"with_zones"`
	WithReactions   bool `ch:"with_reactions"`
	WithEvents      bool `ch:"with_events"` // the calendar had begun
	WithNearMiss    bool `ch:"with_near_misses"`

	incidentRecord
}

// incidentRecord is what pages show of an incident beside its signals: columns of incident_facts.
type incidentRecord struct {
	EndedAt        time.Time `ch:"ended_at"`
	Severity       string    `ch:"severity"`
	Status         string    `ch:"status"`
	Imputed        bool      `ch:"imputed"`
	ServiceNames   []string  `ch:"service_names"`
	OwnerTeams     []string  `ch:"owner_teams"`
	EngagedHours   float64   `ch:"engaged_hours"`
	NewPairsHires  uint32    `ch:"new_pairs_hires"`
	BurnIn         bool      `ch:"burn_in"`
	TopPersonShare *float64  `ch:"top_person_share"` // nil without responders
}

// signalWords is what the evidence names, of the incidents asked for: of many people or things only the first few.
type signalWords struct {
	Incident string `ch:"incident"`

	// Everybody named below, by index: the person, their name and their team as a responder.
	People      []string `ch:"people"`
	Names       []string `ch:"names"`
	PeopleTeams []string `ch:"people_teams"`

	NewTeamPairs      [][]string `ch:"new_team_pairs"`
	NewPersonPairs    [][]string `ch:"new_person_pairs"` // the busiest 10
	HolderShare       float64    `ch:"holder_share"`
	HolderOnCall      string     `ch:"holder_on_call"`
	VestedPeople      []string   `ch:"vested_people"`
	NewHirePeople     []string   `ch:"new_hire_people"`
	HireMonths        int32      `ch:"hire_months"` // of the first
	FirstOnCallPeople []string   `ch:"first_on_call_people"`
	TwoHatsPeople     []string   `ch:"two_hats_people"`
	Hats              []string   `ch:"hats"` // services
	HeroPeople        []string   `ch:"hero_people"`
	Event             []string   `ch:"event"` // the nearest: category, name, scope, days after it ("" during), weeks between two ("" if there was one)
	TiredPeople       []string   `ch:"tired_people"`
	TiredMinutes      int64      `ch:"tired_minutes"` // the shortest time since the other incident
	SleeperPeople     []string   `ch:"sleeper_people"`
	OffCallPeople     []string   `ch:"off_call_people"`
	OwnerChanges      [][]string `ch:"owner_changes"` // service, from, to, day
	NewServiceNames   []string   `ch:"new_service_names"`
	NewCombination    []string   `ch:"new_combination"`
	PeopleSince       *time.Time `ch:"people_since"`
	ServicesSince     *time.Time `ch:"services_since"`
}
