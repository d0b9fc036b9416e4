package query

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/orgheat/orgheat/schema"
)

// words says who. Plain words leave names out: they are for people who may not see them.
type words struct {
	facts *signalFacts
	plain bool
	sleep string // the sleep band
}

// sayWhy is the evidence of a signal of incident i, with or without names.
func (h *signalHistory) sayWhy(s foundSignal, i int, settings schema.Settings, plain bool) string {
	c := &h.incidents[i]
	return capital(s.kind.say(words{c.signalFacts, plain, settings.Sleep}, h, c))
}

// capital begins a sentence.
func capital(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}

// mostNames is how many names a sentence holds.
const mostNames = 3

func (w words) name(person string) string {
	if i := slices.Index(w.facts.People, person); i >= 0 && w.facts.Names[i] != "" && w.facts.Names[i] != person {
		return w.facts.Names[i]
	}
	return "somebody no roster knows"
}

func (w words) team(person string) string {
	if i := slices.Index(w.facts.People, person); i >= 0 {
		return w.facts.PeopleTeams[i]
	}
	return ""
}

// who names people, or only counts them.
func (w words) who(people []string) string {
	if w.plain {
		if len(people) == 1 {
			return "one person"
		}
		return fmt.Sprintf("%d people", len(people))
	}
	names := make([]string, 0, mostNames)
	for i, p := range people {
		if i == mostNames && len(people) > mostNames {
			names = append(names, fmt.Sprintf("%d more", len(people)-mostNames))
			break
		}
		names = append(names, w.name(p))
	}
	return listed(names)
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

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func (w words) history(since *time.Time) string {
	if since == nil {
		return "no history"
	}
	days := w.facts.StartedAt.Sub(*since).Hours() / 24
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

func sayNewTeams(w words, _ *signalHistory, c *signalContext) string {
	end := "; first time in " + w.history(c.PeopleSince)
	if len(c.NewTeams) == 1 {
		return fmt.Sprintf("the teams %s had never worked an incident together%s", listed(c.NewTeams[0]), end)
	}
	return fmt.Sprintf("%d pairs of teams had never worked an incident together, among them %s%s", len(c.NewTeams), listed(c.NewTeams[0]), end)
}

func sayNewPeople(w words, _ *signalHistory, c *signalContext) string {
	end := "; first time in " + w.history(c.PeopleSince)
	first := c.NewPeople[0]
	if int(c.NewPairs) == len(c.NewPeople) && len(c.NewPeople) > 1 {
		// One newcomer to several responders of one team.
		for _, one := range first {
			team, same := "", true
			for i, pair := range c.NewPeople {
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
				return fmt.Sprintf("%s and the %d responders from %s had never worked an incident together%s", w.who([]string{one}), len(c.NewPeople), team, end)
			}
		}
	}
	pair := fmt.Sprintf("%s and %s", w.who(first[:1]), w.who(first[1:]))
	if w.plain {
		pair = "two responders"
	}
	switch {
	case c.NewPairs == 1:
		return fmt.Sprintf("%s had never worked an incident together%s", pair, end)
	case c.NewPairs == c.Pairs:
		return fmt.Sprintf("none of the %d responders had ever worked an incident with another of them%s", c.Responders, end)
	case w.plain:
		return fmt.Sprintf("%d of %d pairs of responders had never worked an incident together%s", c.NewPairs, c.Pairs, end)
	}
	return fmt.Sprintf("%d of %d pairs of responders had never worked an incident together, among them %s%s", c.NewPairs, c.Pairs, pair, end)
}

func sayCrossFunction(_ words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("people of %s worked on it together with %s", listed(c.engineering), listed(c.others))
}

func sayOneHolder(w words, _ *signalHistory, c *signalContext) string {
	status := map[string]string{"off_call": "was not on call", "elsewhere": "was on call for something else"}[c.HolderOnCall]
	if status == "" {
		status = "is not known to have been on call"
	}
	return fmt.Sprintf("%s held %s of the engaged time and %s", w.who([]string{c.Holder}), percent(c.HolderShare), status)
}

func sayFullyVested(w words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%s, fully vested, held %s of the engaged time of %d responders", w.who(c.Vested), percent(*c.VestedShare), c.Responders)
}

func sayNewHire(w words, _ *signalHistory, c *signalContext) string {
	if len(c.NewHires) > 1 {
		return fmt.Sprintf("%s were paged within six months of being hired", w.who(c.NewHires))
	}
	if c.HireMonths[0] == 0 {
		return fmt.Sprintf("%s was paged in the first month after being hired", w.who(c.NewHires))
	}
	return fmt.Sprintf("%s was paged %s after being hired", w.who(c.NewHires), counted(int(c.HireMonths[0]), "month"))
}

func sayFirstOnCall(w words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%s %s on call for the first time", w.who(c.FirstOnCall), were(len(c.FirstOnCall)))
}

func sayTwoHats(w words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%s %s on call for %s at once", w.who(c.TwoHats), were(len(c.TwoHats)), atMost(c.Hats, 4))
}

func sayHero(w words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%s %s greeted as a rescuer (%s)", w.who(c.Heroes), were(len(c.Heroes)), counted(int(c.HeroReactions), "hero emoji"))
}

func sayOrgEvent(_ words, _ *signalHistory, c *signalContext) string {
	e := c.Events[0]
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

func sayTired(w words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%s had been at another incident or page in the same night, as little as %s before", w.who(c.Tired), hoursAndMinutes(float64(c.TiredMinutes)))
}

func saySleep(w words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%s worked %s between %s on their own clocks", w.who(c.Sleepers), hoursAndMinutes(c.SleepMinutes), strings.Replace(w.sleep, "-", " and ", 1))
}

func sayManyZones(_ words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("the responders' clocks showed %d different times, %.3g hours apart", len(c.Offsets), c.spread())
}

func sayNewOwner(_ words, _ *signalHistory, c *signalContext) string {
	if len(c.OwnerChanges) == 0 {
		return "one of its services had changed hands in the 90 days before"
	}
	var changes []string
	for _, o := range c.OwnerChanges {
		ago := ""
		if day, err := time.Parse(time.DateOnly, o[3]); err == nil {
			ago = ", " + counted(int(c.StartedAt.Sub(day).Hours()/24), "day") + " before"
		}
		changes = append(changes, fmt.Sprintf("the service %s had passed from %s to %s on %s%s", o[0], o[1], o[2], o[3], ago))
	}
	return atMost(changes, 3)
}

func sayOffCall(w words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%s responded without being on call: %d of the %d whose status is known", w.who(c.OffCall), len(c.OffCall), c.StatusKnown)
}

func sayNewService(w words, _ *signalHistory, c *signalContext) string {
	noun := "service"
	if len(c.NewServices) > 1 {
		noun = "services"
	}
	return fmt.Sprintf("the %s %s had never been in an incident in %s", noun, atMost(c.NewServices, 4), w.history(c.ServicesSince))
}

func sayNewCombination(w words, _ *signalHistory, c *signalContext) string {
	if len(c.NewCombinations) > 1 {
		return fmt.Sprintf("%d pairs of its services had never been in one incident, among them %s; first time in %s", len(c.NewCombinations), listed(c.NewCombinations[0]), w.history(c.ServicesSince))
	}
	return fmt.Sprintf("the services %s had never been in one incident together; first time in %s", atMost(c.NewCombinations[0], 6), w.history(c.ServicesSince))
}

// sayTrivialTrigger tells of the trigger that recurred most.
func sayTrivialTrigger(_ words, h *signalHistory, c *signalContext) string {
	best, most, teams := "", 0, []string(nil)
	for _, t := range c.triggers {
		n, in := 1, slices.Clone(c.affected())
		for i := c.from; i < c.before; i++ {
			if e := &h.incidents[i]; slices.Contains(e.triggers, t) {
				n++
				in = append(in, e.affected()...)
			}
		}
		if n > most {
			slices.Sort(in)
			best, most, teams = t, n, slices.Compact(in)
		}
	}
	if most == 1 {
		return "first " + best + " in 12 months, a kind of trigger that should not be able to start an incident"
	}
	where := ""
	switch len(teams) {
	case 0:
	case 1:
		where = ", all with " + teams[0]
	default:
		where = fmt.Sprintf(", in %d different teams (%s)", len(teams), atMost(teams, 4))
	}
	return fmt.Sprintf("%s %s in 12 months%s", ordinal(most), best, where)
}

func sayNearMiss(words, *signalHistory, *signalContext) string {
	return "it was a near miss: worth a look before it is an incident"
}

func sayManyTeams(_ words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%d teams responded: %s", len(c.Teams), atMost(c.Teams, 5))
}

func sayCrowd(_ words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%d people were in it; nine of ten incidents of the 12 months before had at most %.3g", c.Participants, c.joinedLimit)
}

func sayLurkers(_ words, _ *signalHistory, c *signalContext) string {
	return fmt.Sprintf("%s beside %s; nine of ten incidents of the 12 months before had at most %.2g per responder", counted(int(c.Lurkers), "lurker"), counted(int(c.Responders), "responder"), c.lurkersLimit)
}

// persons are those whom a sentence may name, so that it can be kept from people who may not see names.
func (c *signalContext) persons(id string) []string {
	switch id {
	case "new_people":
		var all []string
		for _, pair := range c.NewPeople {
			for _, p := range pair {
				if !slices.Contains(all, p) {
					all = append(all, p)
				}
			}
		}
		return all
	case "one_holder":
		return []string{c.Holder}
	case "fully_vested":
		return c.Vested
	case "new_hire":
		return c.NewHires
	case "first_on_call":
		return c.FirstOnCall
	case "two_hats":
		return c.TwoHats
	case "hero":
		return c.Heroes
	case "tired":
		return c.Tired
	case "sleep":
		return c.Sleepers
	case "off_call":
		return c.OffCall
	}
	return nil
}
