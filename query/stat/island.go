package stat

import (
	"cmp"
	"slices"
)

// ServiceIncident is one incident with the services it touched and the people who responded.
type ServiceIncident struct {
	Services   []string
	Responders []string // person ids
}

// experienced is the number of responses that make someone experienced with a service.
const experienced = 2

// Island is a service that exactly one person knows from at least two incidents.
type Island struct {
	Service, Person string
	Responses       int // that person's
	Incidents       int // of the service
}

// Islands lists the knowledge islands among the incidents (the caller passes 12 months, and responders still employed),
// ordered by service.
func Islands(incidents []ServiceIncident) []Island {
	var islands []Island
	responses := responsesByService(incidents)
	total := map[string]int{}
	for _, i := range incidents {
		for _, s := range unique(i.Services) {
			total[s]++
		}
	}
	for service, people := range responses {
		if who := experiencedIn(people, nil); len(who) == 1 {
			islands = append(islands, Island{service, who[0], people[who[0]], total[service]})
		}
	}
	slices.SortFunc(islands, func(a, b Island) int { return cmp.Compare(a.Service, b.Service) })
	return islands
}

// Departure is what leaves with a set of people. Shares are of all incidents given.
type Departure struct {
	N              int      // incidents
	Solo           int      // incidents that only leavers responded to
	SoloShare      float64  // Solo / N
	Services       []string // services that lose their last experienced person, ordered
	Uncovered      int      // incidents on those services
	UncoveredShare float64  // Uncovered / N
}

// Leave says what the incidents' services lose if everyone in leavers goes.
func Leave(incidents []ServiceIncident, leavers ...string) Departure {
	d := Departure{N: len(incidents)}
	gone := map[string]bool{}
	for _, p := range leavers {
		gone[p] = true
	}
	lost := map[string]bool{}
	for service, people := range responsesByService(incidents) {
		if len(experiencedIn(people, nil)) > 0 && len(experiencedIn(people, gone)) == 0 {
			lost[service] = true
			d.Services = append(d.Services, service)
		}
	}
	slices.Sort(d.Services)
	for _, i := range incidents {
		if len(i.Responders) > 0 && !slices.ContainsFunc(i.Responders, func(p string) bool { return !gone[p] }) {
			d.Solo++
		}
		if slices.ContainsFunc(i.Services, func(s string) bool { return lost[s] }) {
			d.Uncovered++
		}
	}
	if d.N > 0 {
		d.SoloShare, d.UncoveredShare = float64(d.Solo)/float64(d.N), float64(d.Uncovered)/float64(d.N)
	}
	return d
}

// Cover is one step of GreedyCoverage.
type Cover struct {
	Person string
	New    int     // incidents this person adds
	Share  float64 // incidents covered so far / all incidents with a responder
}

// GreedyCoverage picks people one by one so that each adds the most incidents not yet covered by a responder picked before
// (Nemhauser, Wolsey & Fisher 1978: at least 63% of the best possible set), ties by person id, until all are covered.
func GreedyCoverage(incidents []ServiceIncident) []Cover {
	of := map[string][]int{}
	total := 0
	for k, i := range incidents {
		if len(i.Responders) > 0 {
			total++
		}
		for _, p := range unique(i.Responders) {
			of[p] = append(of[p], k)
		}
	}
	people := make([]string, 0, len(of))
	for p := range of {
		people = append(people, p)
	}
	slices.Sort(people)
	covered := make([]bool, len(incidents))
	var picks []Cover
	for done := 0; done < total; {
		best, most := "", 0
		for _, p := range people {
			add := 0
			for _, k := range of[p] {
				if !covered[k] {
					add++
				}
			}
			if add > most {
				best, most = p, add
			}
		}
		for _, k := range of[best] {
			covered[k] = true
		}
		done += most
		picks = append(picks, Cover{best, most, float64(done) / float64(total)})
	}
	return picks
}

// responsesByService counts each person's incidents per service.
func responsesByService(incidents []ServiceIncident) map[string]map[string]int {
	m := map[string]map[string]int{}
	for _, i := range incidents {
		for _, s := range unique(i.Services) {
			if m[s] == nil {
				m[s] = map[string]int{}
			}
			for _, p := range unique(i.Responders) {
				m[s][p]++
			}
		}
	}
	return m
}

// experiencedIn lists, ordered, the people with enough responses who are not gone.
func experiencedIn(responses map[string]int, gone map[string]bool) []string {
	var who []string
	for p, n := range responses {
		if n >= experienced && !gone[p] {
			who = append(who, p)
		}
	}
	slices.Sort(who)
	return who
}

// unique returns the different values of a short list, in order of first appearance.
func unique(xs []string) []string {
	out := make([]string, 0, len(xs))
	for _, x := range xs {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}
