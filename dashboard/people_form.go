package dashboard

import (
	"net/url"
	"slices"
	"strings"
)

// peopleForm is a choice of people: a form that sends itself with GET.
type peopleForm struct {
	Action, Section string // Section is where on the page it leads to
	Label, Button   string
	Hidden          []hidden
	People          []option
	More            int    // people that the form has no room for
	Rest            string // URL of all people, as the metric people's JSON
	Only            string // the column of it that says whom to offer, "" for everybody
	Err             string
}

// option is one person to choose.
type option struct {
	Value, Label string
	Chosen       bool
}

// mostOffered bounds the list of people to choose from within the page; a script asks for the others when somebody looks for one, and an address may
// name anybody.
const mostOffered = 60

// hide lets the form keep the other parameters of the page.
func (form *peopleForm) hide(rest url.Values) {
	for _, name := range sortedNames(rest) {
		for _, value := range rest[name] {
			form.Hidden = append(form.Hidden, hidden{name, value})
		}
	}
}

// offer lists the first mostOffered people of rows (of the metric people) and those chosen, by name, the chosen in sight.
func (form *peopleForm) offer(rows [][]any, in map[string]int, chosen []string) {
	label := func(row []any) string {
		name := personName(row, in)
		if team := text(row[in["team"]]); team != "" {
			name += " · " + team
		}
		return name
	}
	form.More = max(0, len(rows)-mostOffered)
	missing := slices.Clone(chosen)
	for i, row := range rows {
		who := text(row[in["person"]])
		at := slices.Index(missing, who)
		if at >= 0 {
			missing = slices.Delete(missing, at, at+1)
		}
		if i < mostOffered || at >= 0 {
			form.People = append(form.People, option{who, label(row), slices.Contains(chosen, who)})
		}
	}
	for _, who := range missing {
		form.People = append(form.People, option{who, who, true})
	}
	slices.SortFunc(form.People, func(a, b option) int {
		if a.Chosen != b.Chosen {
			return map[bool]int{true: -1, false: 1}[a.Chosen]
		}
		return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label))
	})
}
