package ingest

import (
	"time"

	"github.com/orgheat/orgheat/schema"
)

var ownershipFields = []field{
	{name: "service", required: true, synonyms: []string{"service name", "component", "system"}},
	{name: "team", required: true, synonyms: []string{"owner", "owning team", "owner team", "team name"}},
	{name: "from", synonyms: []string{"since", "from date", "start", "start date", "effective from", "effective date"}},
}

var ownership = Source{
	Name:   "ownership",
	Doc:    "CSV of which team owns a service: service, team, from (a day; empty is always)",
	Detect: func(in Input) bool { return in.csvMostly(ownershipFields) },
	Read:   reading(readOwnership),
}

// readOwnership sends one change of hands per line.
func readOwnership(e *emitter) {
	type change struct {
		service string
		day     time.Time
	}
	owner := map[change]string{}
	e.csv(ownershipFields, func(rec csvRecord) {
		service, team := rec.get("service"), rec.get("team")
		if service == "" || team == "" {
			e.reject("service or team is empty", service+team)
			return
		}
		since, ok := e.day("from", rec.get("from"))
		if !ok {
			return
		}
		if other, ok := owner[change{service, since}]; ok && other != team {
			e.reject("the service goes to two teams on one day", service)
			return
		}
		owner[change{service, since}] = team
		e.row(&schema.OwnershipRow{Service: service, Team: team, Since: since})
		e.done()
	})
}
