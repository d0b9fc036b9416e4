package query

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// words tells of one incident. Plain words leave names out: they are for people who may not see them.
type words struct {
	*signalContext
	signalWords
	history *signalHistory
	plain   bool
	sleep   string // the sleep band
}

// capital begins a sentence.
func capital(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}

// mostNames is how many names a sentence holds.
const mostNames = 3

func (w words) name(person string) string {
	if i := slices.Index(w.People, person); i >= 0 && w.Names[i] != "" && w.Names[i] != person {
		return w.Names[i]
	}
	return "somebody no roster knows"
}

func (w words) team(person string) string {
	if i := slices.Index(w.People, person); i >= 0 {
		return w.PeopleTeams[i]
	}
	return ""
}

// who names the first of n people, or only counts them.
func (w words) who(first []string, n int) string {
	if w.plain {
		return headcount(n)
	}
	var names []string
	for _, p := range first[:min(len(first), mostNames)] {
		names = append(names, w.name(p))
	}
	if n > len(names) {
		names = append(names, fmt.Sprintf("%d more", n-len(names)))
	}
	return listed(names)
}

// headcount writes "one person", "3 people".
func headcount(n int) string {
	if n == 1 {
		return "one person"
	}
	return fmt.Sprintf("%d people", n)
}

// listed writes "a", "a and b", "a, b and c".
func listed(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

// atMost is listed of the first few.
func atMost(items []string, n int) string {
	if len(items) > n {
		items = append(slices.Clone(items[:n]), fmt.Sprintf("%d more", len(items)-n))
	}
	return listed(items)
}

// fewOf lists the first of n things.
func fewOf(first []string, n int) string {
	if n > len(first) {
		first = append(slices.Clone(first), fmt.Sprintf("%d more", n-len(first)))
	}
	return listed(first)
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func (w words) past(since *time.Time) string {
	if since == nil {
		return "no history"
	}
	days := w.StartedAt.Sub(*since).Hours() / 24
	if days < 365 {
		return fmt.Sprintf("%.0f months of history", days/30.44)
	}
	return fmt.Sprintf("%.1f years of history", days/365.25)
}

func percent(x float64) string { return fmt.Sprintf("%.0f%%", 100*x) }

// hoursAndMinutes writes minutes as "45 min" or "2 h 05 min".
func hoursAndMinutes(minutes float64) string {
	m := int(math.Round(minutes))
	if m < 60 {
		return fmt.Sprintf("%d min", m)
	}
	return fmt.Sprintf("%d h %02d min", m/60, m%60)
}

func ordinal(n int) string {
	if small := []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}; n >= 1 && n <= len(small) {
		return small[n-1]
	}
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n) + suffix
}

func sayNewTeams(w words) string {
	end := "; first time in " + w.past(w.PeopleSince)
	if w.NewTeams == 1 {
		return fmt.Sprintf("the teams %s had never worked an incident together%s", listed(w.NewTeamPairs[0]), end)
	}
	return fmt.Sprintf("%d pairs of teams had never worked an incident together, among them %s%s", w.NewTeams, listed(w.NewTeamPairs[0]), end)
}

// pairs are the pairs of teams that a signal is about.
func (w words) pairs(signal string) (list []string) {
	if signal != "new_teams" {
		return nil
	}
	for _, pair := range w.NewTeamPairs {
		list = append(list, listed(pair))
	}
	return list
}

func sayNewPeople(w words) string {
	end := "; first time in " + w.past(w.PeopleSince)
	first := w.NewPersonPairs[0]
	if int(w.NewPairs) == len(w.NewPersonPairs) && w.NewPairs > 1 {
		// One newcomer to several responders of one team.
		for _, one := range first {
			team, same := "", true
			for i, pair := range w.NewPersonPairs {
				other := pair[0]
				if other == one {
					other = pair[1]
				}
				t := w.team(other)
				if same = (pair[0] == one || pair[1] == one) && t != "" && (i == 0 || t == team); !same {
					break
				}
				team = t
			}
			if same {
				return fmt.Sprintf("%s and the %d responders from %s had never worked an incident together%s", w.who([]string{one}, 1), w.NewPairs, team, end)
			}
		}
	}
	pair := fmt.Sprintf("%s and %s", w.who(first[:1], 1), w.who(first[1:], 1))
	if w.plain {
		pair = "two responders"
	}
	switch {
	case w.NewPairs == 1:
		return fmt.Sprintf("%s had never worked an incident together%s", pair, end)
	case w.NewPairs == w.Pairs:
		return fmt.Sprintf("none of the %d responders had ever worked an incident with another of them%s", w.Responders, end)
	case w.plain:
		return fmt.Sprintf("%d of %d pairs of responders had never worked an incident together%s", w.NewPairs, w.Pairs, end)
	}
	return fmt.Sprintf("%d of %d pairs of responders had never worked an incident together, among them %s%s", w.NewPairs, w.Pairs, pair, end)
}

func sayCrossFunction(w words) string {
	return fmt.Sprintf("%s worked on it together with %s", listed(w.engineering), listed(w.others))
}

func sayOneHolder(w words) string {
	status := map[string]string{"off_call": "was not on call", "elsewhere": "was on call for something else"}[w.HolderOnCall]
	if status == "" {
		status = "is not known to have been on call"
	}
	return fmt.Sprintf("%s held %s of the engaged time and %s", w.who([]string{w.Holder}, 1), percent(w.HolderShare), status)
}

func sayFullyVested(w words) string {
	return fmt.Sprintf("%s, fully vested, held %s of the engaged time of %d responders", w.who(w.VestedPeople, int(w.Vested)), percent(*w.VestedShare), w.Responders)
}

func sayNewHire(w words) string {
	if w.NewHires > 1 {
		return fmt.Sprintf("%s were paged within six months of being hired", w.who(w.NewHirePeople, int(w.NewHires)))
	}
	if w.HireMonths == 0 {
		return fmt.Sprintf("%s was paged in the first month after being hired", w.who(w.NewHirePeople, int(w.NewHires)))
	}
	return fmt.Sprintf("%s was paged %s after being hired", w.who(w.NewHirePeople, int(w.NewHires)), counted(int(w.HireMonths), "month"))
}

func sayFirstOnCall(w words) string {
	return fmt.Sprintf("%s %s on call for the first time", w.who(w.FirstOnCallPeople, int(w.FirstOnCall)), were(int(w.FirstOnCall)))
}

func sayTwoHats(w words) string {
	return fmt.Sprintf("%s %s on call for %s at once", w.who(w.TwoHatsPeople, int(w.TwoHats)), were(int(w.TwoHats)), atMost(w.Hats, 4))
}

func sayHero(w words) string {
	return fmt.Sprintf("%s %s greeted as a rescuer (%s)", w.who(w.HeroPeople, int(w.Heroes)), were(int(w.Heroes)), counted(int(w.HeroReactions), "hero emoji"))
}

func sayOrgEvent(w words) string {
	e := w.Event
	category, name, scope, after, every := e[0], e[1], e[2], e[3], e[4]
	what := category
	if name != "" && name != category {
		what = fmt.Sprintf("%s (%s)", name, category)
	}
	if scope != "" {
		what += " of " + scope
	}
	rhythm := ", which had no other occurrence"
	if every != "" {
		rhythm = ", which comes every " + every + " weeks"
	}
	switch after {
	case "":
		return "during " + what + rhythm
	case "0":
		return "right after " + what + rhythm
	case "1":
		return "1 day after " + what + rhythm
	}
	return after + " days after " + what + rhythm
}

func sayTired(w words) string {
	return fmt.Sprintf("%s had been at another incident or page in the same night, as little as %s before", w.who(w.TiredPeople, int(w.Tired)), hoursAndMinutes(float64(w.TiredMinutes)))
}

func saySleep(w words) string {
	return fmt.Sprintf("%s worked %s between %s on their own clocks", w.who(w.SleeperPeople, int(w.Sleepers)), hoursAndMinutes(w.SleepMinutes), strings.Replace(w.sleep, "-", " and ", 1))
}

func sayManyZones(w words) string {
	return fmt.Sprintf("the responders' clocks showed %d different times, %.3g hours apart", len(w.Offsets), w.spread())
}

func sayNewOwner(w words) string {
	if len(w.OwnerChanges) == 0 {
		return "one of its services had changed hands in the 90 days before"
	}
	var changes []string
	for _, o := range w.OwnerChanges {
		ago := ""
		if day, err := time.Parse(time.DateOnly, o[3]); err == nil {
			ago = ", " + counted(int(w.StartedAt.Sub(day).Hours()/24), "day") + " before"
		}
		changes = append(changes, fmt.Sprintf("the service %s had passed from %s to %s on %s%s", o[0], o[1], o[2], o[3], ago))
	}
	return atMost(changes, 3)
}

func sayOffCall(w words) string {
	return fmt.Sprintf("%s responded without being on call: %d of the %d whose status is known", w.who(w.OffCallPeople, int(w.OffCall)), w.OffCall, w.StatusKnown)
}

func sayNewService(w words) string {
	noun := "service"
	if w.NewServices > 1 {
		noun = "services"
	}
	return fmt.Sprintf("the %s %s had never been in an incident in %s", noun, fewOf(w.NewServiceNames, int(w.NewServices)), w.past(w.ServicesSince))
}

func sayNewCombination(w words) string {
	if w.NewCombinations > 1 {
		return fmt.Sprintf("%d pairs of its services had never been in one incident, among them %s; first time in %s", w.NewCombinations, listed(w.NewCombination), w.past(w.ServicesSince))
	}
	return fmt.Sprintf("the services %s had never been in one incident together; first time in %s", atMost(w.NewCombination, 6), w.past(w.ServicesSince))
}

// sayTrivialTrigger tells of the trigger that recurred most.
func sayTrivialTrigger(w words) string {
	best, most, teams := "", 0, []string(nil)
	for _, t := range w.triggers {
		n, in := 1, slices.Clone(w.Affected)
		for _, i := range cut(w.history.triggered[t], w.from, w.before) {
			n++
			in = append(in, w.history.incidents[i].Affected...)
		}
		if n > most {
			slices.Sort(in)
			best, most, teams = t, n, slices.Compact(in)
		}
	}
	if most == 1 {
		return "first " + triggerNoun(best) + " in 12 months: a kind of trigger that should not be able to start an incident"
	}
	where := ""
	switch len(teams) {
	case 0:
	case 1:
		where = ", all with " + teams[0]
	default:
		where = fmt.Sprintf(", in %d different teams (%s)", len(teams), atMost(teams, 4))
	}
	return fmt.Sprintf("%s %s in 12 months%s", ordinal(most), triggerNoun(best), where)
}

// triggerNoun is a trigger in a sentence: a phrase is what happened, a single word only stands in the title or trigger.
func triggerNoun(trigger string) string {
	if strings.Contains(trigger, " ") {
		return trigger
	}
	return "“" + trigger + "”"
}

func sayNearMiss(words) string {
	return "it was a near miss: worth a look before it is an incident"
}

func sayManyTeams(w words) string {
	return fmt.Sprintf("%d teams responded: %s", len(w.Teams), atMost(w.Teams, 5))
}

// mostIncidents are those below the crowd percentile.
func (w words) mostIncidents() string {
	if w.lines.CrowdPercentile == 90 {
		return "nine of ten incidents"
	}
	return fmt.Sprintf("%.3g%% of the incidents", w.lines.CrowdPercentile)
}

func sayCrowd(w words) string {
	return fmt.Sprintf("%d people were in it; %s of the 12 months before had at most %.3g", w.Participants, w.mostIncidents(), w.joinedLimit)
}

func sayLurkers(w words) string {
	return fmt.Sprintf("%s beside %s; %s of the 12 months before had at most %.2g per responder", counted(int(w.Lurkers), "lurker"), counted(int(w.Responders), "responder"), w.mostIncidents(), w.lurkersLimit)
}

// named are those whom the evidence of a signal may name.
func (w words) named(id string) []string {
	switch id {
	case "new_people":
		var all []string
		for _, pair := range w.NewPersonPairs {
			for _, p := range pair {
				if !slices.Contains(all, p) {
					all = append(all, p)
				}
			}
		}
		return all
	case "one_holder":
		return []string{w.Holder}
	case "fully_vested":
		return w.VestedPeople
	case "new_hire":
		return w.NewHirePeople
	case "first_on_call":
		return w.FirstOnCallPeople
	case "two_hats":
		return w.TwoHatsPeople
	case "hero":
		return w.HeroPeople
	case "tired":
		return w.TiredPeople
	case "sleep":
		return w.SleeperPeople
	case "off_call":
		return w.OffCallPeople
	}
	return nil
}
