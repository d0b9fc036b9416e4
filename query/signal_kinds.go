package query

import (
	"math"

	"github.com/orgheat/orgheat/query/stat"
)

// signalKind is one thing worth a look in an incident. there tells whether the incident has it, or that nobody can tell; say puts it in
// words; needs names what has to be loaded to tell.
type signalKind struct {
	id, group, needs string
	there            func(c *signalContext) presence
	say              func(w words) string
}

// Groups of signals: several of one group are mostly one story, so that only the rarest counts.
const (
	groupPeople    = "people"
	groupTiming    = "timing"
	groupOwnership = "ownership"
	groupTrigger   = "trigger"
	groupSize      = "size"
)

// What signals need, and what to load.
const (
	needActivity  = "activity of people linked to incidents: load slack, pagerduty, opsgenie, github or jira"
	needPast      = "180 days of earlier incidents with responders: load slack, pagerduty or opsgenie"
	needTeams     = "teams of people, and 180 days of earlier incidents with responders: load roster"
	needRoster    = "teams of responders: load roster"
	needFunctions = "functions of responders: load roster"
	needGrants    = "equity grants: load vesting"
	needHires     = "pages and start dates: load pagerduty or opsgenie, and roster"
	needShifts    = "on-call shifts of that time: load oncall, pagerduty or opsgenie"
	needFirst     = "90 days of on-call shifts before: load oncall, pagerduty or opsgenie"
	needReactions = "reactions: load slack"
	needCalendar  = "a calendar that reaches back so far: load org-events"
	needZones     = "time zones of people: load roster or slack"
	needOwners    = "owners of the incident's services: load ownership"
	needServices  = "services of incidents, 180 days back: load incidents with their services"
	needNearMiss  = "incidents marked as near misses: load incidents with near_miss"
	needCrowd     = "people in 20 incidents of the 12 months before: load slack, pagerduty or opsgenie"
)

// signalKinds are the signals, in the order in which equally rare ones are told.
var signalKinds = []signalKind{
	{"new_teams", groupPeople, needTeams, func(c *signalContext) presence {
		return told(c.WithTeams && c.PeopleSettled, c.NewTeams > 0)
	}, sayNewTeams},
	{"new_people", groupPeople, needPast, func(c *signalContext) presence {
		return told(c.PeopleSettled, c.NewPairs > 0)
	}, sayNewPeople},
	{"cross_function", groupPeople, needFunctions, func(c *signalContext) presence {
		return told(c.WithFunctions && c.Observed, len(c.engineering) > 0 && len(c.others) > 0)
	}, sayCrossFunction},
	{"one_holder", groupPeople, needActivity, func(c *signalContext) presence {
		return told(c.Observed, c.Holder != "")
	}, sayOneHolder},
	{"fully_vested", groupPeople, needGrants, func(c *signalContext) presence {
		return told(c.WithGrants && c.Observed, int(c.Responders) >= c.lines.VestedResponders && c.VestedShare != nil && *c.VestedShare >= c.lines.VestedShare)
	}, sayFullyVested},
	{"new_hire", groupPeople, needHires, func(c *signalContext) presence {
		return told(c.WithHires && c.Observed, c.NewHires > 0)
	}, sayNewHire},
	{"first_on_call", groupPeople, needFirst, func(c *signalContext) presence {
		return told(c.Observed && c.ShiftsSettled, c.FirstOnCall > 0)
	}, sayFirstOnCall},
	{"two_hats", groupPeople, needShifts, func(c *signalContext) presence {
		return told(c.Observed && c.Covered, c.TwoHats > 0)
	}, sayTwoHats},
	{"hero", groupPeople, needReactions, func(c *signalContext) presence {
		return told(c.WithReactions && c.Observed, c.Heroes > 0)
	}, sayHero},
	{"org_event", groupTiming, needCalendar, func(c *signalContext) presence {
		return told(c.WithEvents, c.Events > 0)
	}, sayOrgEvent},
	{"tired", groupTiming, needActivity, func(c *signalContext) presence {
		return told(c.Observed, c.Tired > 0)
	}, sayTired},
	{"sleep", groupTiming, needActivity, func(c *signalContext) presence {
		return told(c.Observed, c.SleepMinutes > 0)
	}, saySleep},
	{"many_zones", groupTiming, needZones, func(c *signalContext) presence {
		return told(c.WithZones && c.Observed, len(c.Offsets) >= c.lines.ManyClocks && c.spread() >= c.lines.ClockHours)
	}, sayManyZones},
	{"new_owner", groupOwnership, needOwners, func(c *signalContext) presence { return told(c.Owned, c.NewOwner) }, sayNewOwner},
	{"off_call", groupOwnership, needShifts, func(c *signalContext) presence {
		return told(c.Observed && c.Covered && (c.Responders == 0 || c.StatusKnown > 0), c.OffCall > 0)
	}, sayOffCall},
	{"new_service", groupOwnership, needServices, func(c *signalContext) presence {
		return told(c.Services > 0 && c.ServicesSettled, c.NewServices > 0)
	}, sayNewService},
	{"new_combination", groupOwnership, needServices, func(c *signalContext) presence {
		return told(c.Services > 0 && c.ServicesSettled, c.NewCombinations > 0)
	}, sayNewCombination},
	{"trivial_trigger", groupTrigger, "", func(c *signalContext) presence { return told(true, len(c.triggers) > 0) }, sayTrivialTrigger},
	{"near_miss", groupTrigger, needNearMiss, func(c *signalContext) presence { return told(c.WithNearMiss, c.NearMiss) }, sayNearMiss},
	{"many_teams", groupSize, needRoster, func(c *signalContext) presence {
		return told(c.WithTeams && c.Observed, len(c.Teams) > c.lines.ManyTeams)
	}, sayManyTeams},
	{"crowd", groupSize, needCrowd, func(c *signalContext) presence {
		return told(c.Observed && !math.IsNaN(c.joinedLimit), float64(c.Participants) > c.joinedLimit)
	}, sayCrowd},
	{"lurkers", groupSize, needCrowd, func(c *signalContext) presence {
		return told(c.Observed && !math.IsNaN(c.lurkersLimit), c.Responders > 0 && c.lurkerRatio() > c.lurkersLimit)
	}, sayLurkers},
}

// spread is how many hours of the clock the responders' offsets span.
func (c *signalContext) spread() float64 {
	hours := make([]float64, len(c.Offsets))
	for i, o := range c.Offsets {
		hours[i] = float64(o) / 3600
	}
	return stat.TimeZoneSpread(hours)
}
