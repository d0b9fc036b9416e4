package generate

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

type function uint8

const (
	engineering function = iota
	sre
	support
	product
	design
	management
	sales
	marketing
	finance
	peopleOps
	numFunctions
)

var functionNames = [numFunctions]string{"engineering", "sre", "support", "product", "design", "management", "sales", "marketing", "finance", "people"}

// functionShare is each function's part of the headcount.
var functionShare = [numFunctions]float64{.46, .06, .13, .06, .03, .08, .09, .05, .02, .02}

// titles of each function by rank, 0 the most junior.
var titles = [numFunctions][]string{
	engineering: {"Software Engineer", "Software Engineer II", "Senior Software Engineer", "Staff Software Engineer", "Principal Engineer"},
	sre:         {"Site Reliability Engineer", "Site Reliability Engineer II", "Senior Site Reliability Engineer", "Staff Site Reliability Engineer", "Principal Site Reliability Engineer"},
	support:     {"Support Specialist", "Support Engineer", "Senior Support Engineer", "Support Team Lead", "Support Operations Lead"},
	product:     {"Associate Product Manager", "Product Manager", "Senior Product Manager", "Group Product Manager", "Principal Product Manager"},
	design:      {"Product Designer", "Product Designer II", "Senior Product Designer", "Staff Product Designer", "Principal Designer"},
	management:  {"Engineering Manager", "Engineering Manager", "Senior Engineering Manager", "Director of Engineering", "VP of Engineering"},
	sales:       {"Sales Development Representative", "Account Executive", "Senior Account Executive", "Enterprise Account Executive", "Regional Sales Lead"},
	marketing:   {"Marketing Coordinator", "Marketing Manager", "Senior Marketing Manager", "Growth Marketing Lead", "Brand Strategy Lead"},
	finance:     {"Financial Analyst", "Accountant", "Senior Accountant", "Finance Business Partner", "Controller"},
	peopleOps:   {"People Coordinator", "Recruiter", "People Partner", "Senior People Partner", "Compensation Lead"},
}

// stint is a person's time in a team, until the next stint.
type stint struct {
	team int
	from day
}

type person struct {
	name, email, login, slackID, pdID, account string
	fn                                         function
	zone                                       int
	rank                                       int
	start, end                                 day // end is the last day employed, never if still there
	stints                                     []stint
	promotions                                 []day
	chat                                       float64 // how talkative, (0, 1]
	fixed                                      bool    // part of a planted truth: neither leaves nor changes team
}

func (p *person) employed(d day) bool { return p.start <= d && d <= p.end }

func (p *person) teamAt(d day) int {
	t := p.stints[0].team
	for _, s := range p.stints[1:] {
		if s.from <= d {
			t = s.team
		}
	}
	return t
}

func (p *person) rankAt(d day) int {
	r := p.rank
	for _, at := range p.promotions {
		if at <= d {
			r++
		}
	}
	return min(r, 4)
}

func (p *person) title(d day) string { return titles[p.fn][p.rankAt(d)] }
func (p *person) level(d day) string {
	if p.fn == management {
		return fmt.Sprintf("M%d", p.rankAt(d)+1)
	}
	return fmt.Sprintf("L%d", p.rankAt(d)+3)
}

type team struct {
	name, slug   string
	fn           function
	office, away int // where most, and where the others sit
	weight       float64
	services     []int // owned at the end
	members      []int // everyone ever on it, in order of arrival
	manager      int
	project      string // Jira key
	pdID         string
}

type ownership struct {
	team int
	from day
}

type service struct {
	name     string
	owners   []ownership
	weight   float64 // of its share in the incidents
	deps     []int   // teams that are called in when it breaks
	keeper   int     // the one person who knows it, -1 for none
	schedule int
	pdID     string
	policyID string
}

func (s *service) ownerAt(d day) int {
	t := s.owners[0].team
	for _, o := range s.owners[1:] {
		if o.from <= d {
			t = o.team
		}
	}
	return t
}

// org is the whole plan: who worked where and when, what they own, who is on call, and every incident. It is a few hundred
// bytes per person and per incident; everything bulky is drawn again from it while writing.
type org struct {
	seed       uint64
	volume     float64
	first, end day // end exclusive
	headcount  int
	zones      []zone
	people     []person
	teams      []team
	byFunction [numFunctions][]int // teams
	services   []service
	rotas      []rota
	calendar   calendar
	incidents  []incident
	cast       cast
	truth      *Truth
}

// cast are the people and things that the planted truths are about.
type cast struct {
	hero          int
	kieran        int
	kieranTeam    int
	kieranService int // his team's own
	broker        int // the service his team inherited
	brokerFrom    day
	kieranNight   day // local day of the incident, early in the morning
	training      day
	meetA, meetB  int // teams that meet for the first time
	meetDay       day
}

const (
	company     = "Halyard"
	domain      = "halyard.example"
	pdHost      = "halyard.pagerduty.com"
	githubOrg   = "halyard-hq"
	jiraHost    = "halyard.atlassian.net"
	growthYear  = 1.15 // of the headcount
	leaversYear = .09
)

var areas = list("Payments,Checkout,Search,Identity,Billing,Catalog,Pricing,Inventory,Shipping,Notifications,Messaging,Recommendations,Ads,Analytics,Reporting,Mobile,Onboarding,Accounts,Subscriptions,Invoicing,Ledger,Fraud,Risk,Media,Content,Localization,Experimentation,Data Platform,Storage,Compute,Networking,Edge,Build,Release,Observability,Partner API,Marketplace,Loyalty,Promotions,Tax,Returns,Warehouse,Maps,Routing,Scheduling,Chat,Voice,Documents,Permissions,Webhooks,Imports,Exports")
var aspects = list("Core,Experience,Platform,Integrations,Reliability,Tooling,Insights,Growth,Operations,Security,Automation,Foundations,Partners,Quality,Performance,Migrations,Compliance,Enterprise,Self Serve,Infrastructure,Workflows,Modeling,Delivery,Internal,Labs")
var sreTeams = list("Production Engineering,Traffic,Datastores,Capacity,Incident Response,Cloud Foundations,Kubernetes,Message Queues,Telemetry,Resilience")
var serviceKinds = list("api,worker,gateway,store,scheduler,indexer,cache,web,sync,ingest,router,exporter,reconciler,resolver")
var regions = list("Americas,EMEA,APAC")
var otherTeams = [numFunctions][]string{
	support:    list("Customer Support,Technical Support,Premium Support,Merchant Support"),
	product:    list("Product,Product Platform,Product Growth"),
	design:     list("Product Design,Design Systems,Research"),
	management: list("Engineering Leadership,Product Leadership,Operations Leadership"),
	sales:      list("Sales,Enterprise Sales,Sales Engineering,Account Management"),
	marketing:  list("Marketing,Brand,Demand Generation"),
	finance:    list("Finance,Accounting,Procurement"),
	peopleOps:  list("People,Talent,Workplace"),
}

// teamName names the i-th team of a function; names do not repeat.
func teamName(fn function, i int, order []string) string {
	switch fn {
	case engineering:
		if i < len(order) {
			return order[i]
		}
		i -= len(order)
		return order[i%len(order)] + " " + aspects[i/len(order)%len(aspects)]
	case sre:
		if i < len(sreTeams) {
			return sreTeams[i]
		}
		i -= len(sreTeams)
		return sreTeams[i%len(sreTeams)] + " " + areas[i/len(sreTeams)%len(areas)]
	case support:
		region, i := regions[i%len(regions)], i/len(regions)
		names := otherTeams[support]
		if i < len(names) {
			return names[i] + " " + region
		}
		i -= len(names)
		return names[i%len(names)] + " " + order[i/len(names)%len(order)] + " " + region
	}
	names := otherTeams[fn]
	if i < len(names) {
		return names[i]
	}
	i -= len(names)
	return names[i%len(names)] + " " + order[i/len(names)%len(order)]
}

// teamSize is the usual size of a team of a function at the end of the history.
var teamSize = [numFunctions]float64{7.5, 8, 12, 12, 12, 25, 14, 12, 20, 20}

func (o *org) planTeams(headcount int) {
	r := newRandom(o.seed, "teams")
	order := slices.Clone(areas)
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for _, seat := range []struct {
		team int
		name string
	}{{1, "Notifications"}, {3, "Messaging"}} { // the broker that Kieran's team inherits is the messaging team's
		i := slices.Index(order, seat.name)
		order[i], order[seat.team] = order[seat.team], order[i]
	}
	least := [numFunctions]int{engineering: 4, support: 1}
	for fn := range numFunctions {
		heads := functionShare[fn] * float64(headcount)
		n := max(1, least[fn], int(math.Round(heads/teamSize[fn])))
		if fn == support && n > 1 {
			n = max(3, n) // one in each region, or only one
		}
		for i := range n {
			t := team{name: teamName(fn, i, order), fn: fn, weight: heads / float64(n), manager: -1}
			t.slug = asciiSlug(t.name, '-')
			t.office = o.spread(r, len(o.teams))
			if fn == support {
				t.office = [3][2]int{{sanFrancisco, newYork}, {dublin, 3}, {4, 5}}[i%3][r.IntN(2)]
			}
			if fn == engineering && i == 1 {
				t.office = dublin // Kieran's
			}
			if t.away = o.spread(r, r.IntN(1000)); t.away == t.office {
				t.away = (t.office + 1) % len(offices)
			}
			t.pdID = "P" + code(mixKey(o.seed, "pd-team", len(o.teams)), 6)
			o.byFunction[fn] = append(o.byFunction[fn], len(o.teams))
			o.teams = append(o.teams, t)
		}
	}
	seen := map[string]bool{"INC": true} // would read as an incident's id
	for i := range o.teams {
		letters := strings.ToUpper(asciiSlug(o.teams[i].name, 'X'))
		key := letters[:min(4, len(letters))]
		for n := 0; seen[key]; n++ {
			key = letters[:min(2, len(letters))] + string(rune('A'+n%26)) + string(rune('A'+n/26%26))
			if n >= 26 {
				key += string(rune('A' + n/676%26))
			}
			if n >= 676 {
				key += "Q"
			}
		}
		seen[key] = true
		o.teams[i].project = key
	}
}

// spread walks through the offices so that even a few teams cover all of them in proportion (golden-ratio sequence).
func (o *org) spread(r *random, i int) int {
	x := math.Mod(float64(i)*.6180339887+r.Float64()*.05, 1)
	for k, office := range offices {
		if x -= office.weight; x < 0 {
			return k
		}
	}
	return 0
}

func (o *org) planServices() {
	r := newRandom(o.seed, "services")
	owners := append(slices.Clone(o.byFunction[engineering]), o.byFunction[sre]...)
	add := func(name string, t int) int {
		i := len(o.services)
		o.services = append(o.services, service{
			name: name, owners: []ownership{{t, o.first - 400}}, keeper: -1,
			pdID:     "P" + code(mixKey(o.seed, "pd-service", i), 6),
			policyID: "P" + code(mixKey(o.seed, "pd-policy", i), 6),
		})
		o.teams[t].services = append(o.teams[t].services, i)
		return i
	}
	for _, t := range owners {
		kinds := r.Perm(len(serviceKinds))
		for k := range 1 + r.IntN(2) {
			add(o.teams[t].slug+"-"+serviceKinds[kinds[k]], t)
		}
	}
	eng := o.byFunction[engineering]
	o.cast.kieranTeam = eng[1]
	o.cast.kieranService = o.teams[eng[1]].services[0]
	o.cast.broker = add("event-broker", eng[3])
	for i, s := range r.Perm(len(o.services)) {
		o.services[s].weight = math.Pow(float64(i)+2, -.6)
	}
	for i := range o.services {
		owner := o.services[i].owners[0].team
		for len(o.services[i].deps) < min(3, len(owners)-1) {
			if t := pick(r, owners); t != owner && !slices.Contains(o.services[i].deps, t) {
				o.services[i].deps = append(o.services[i].deps, t)
			}
		}
	}
}

// inherit hands services over between teams: a few as companies do, and the broker a month before Kieran's night.
func (o *org) inherit() {
	r := newRandom(o.seed, "handovers")
	move := func(s, to int, from day) {
		old := &o.teams[o.services[s].ownerAt(from-1)]
		old.services = slices.DeleteFunc(old.services, func(x int) bool { return x == s })
		o.services[s].owners = append(o.services[s].owners, ownership{to, from})
		o.teams[to].services = append(o.teams[to].services, s)
	}
	eng := o.byFunction[engineering]
	settled := []int{o.cast.kieranTeam, o.cast.meetA, o.cast.meetB, o.byFunction[sre][0]} // the planted incidents are on their services
	for s := range o.services {
		owner := o.services[s].owners[0].team
		if s == o.cast.broker || slices.Contains(settled, owner) || o.services[s].keeper >= 0 || !r.chance(.2) {
			continue
		}
		to := pick(r, eng)
		if to == owner || to == o.cast.kieranTeam || len(o.teams[to].services) > 1 {
			continue
		}
		move(s, to, (o.first + day(r.IntN(int(o.end-o.first-120)))).monday())
	}
	move(o.cast.broker, o.cast.kieranTeam, o.cast.brokerFrom)
}
