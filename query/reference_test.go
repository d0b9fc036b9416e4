package query

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// This file is a second, plain reading of the definitions, in memory and over few rows: what SQL derives is held against it.
// It trades all speed for being obvious.

// reference is an organization, each raw row once, and what follows from it.
type reference struct {
	set        schema.Settings
	zone       *time.Location
	activity   []schema.ActivityRow
	identities map[refIdentity]schema.IdentityRow
	containers []schema.ContainerRow
	aliases    []schema.AliasRow
	roster     []schema.PersonRow
	incidents  []schema.IncidentRow
	shifts     []schema.ShiftRow
	policies   []schema.PolicyServiceRow
	ownership  []schema.OwnershipRow
	grants     []schema.GrantRow

	said      map[string]*refIncident // by incident, also those that cannot be placed
	placed    []*refIncident          // by start, then name
	links     map[int][]refLink       // by index of activity
	counted   map[string][]int        // incident -> activity inside its window
	repeats   map[int]bool            // pages that are no page of their own
	people    map[string]map[string]*refPresence
	schedules map[string]*refSchedule
}

type refIdentity struct{ source, account, id string }

type refIncident struct {
	schema.IncidentRow
	name        string
	start, end  time.Time // zero: not said
	windowStart time.Time
	windowEnd   time.Time
	imputed     bool
	owners      []string
	newOwner    bool
}

// refLink says that an activity may belong to an incident, because it says so (direct) or because it happens in a channel that several
// incidents name (shared).
type refLink struct {
	incident       string
	direct, shared bool
}

type refPresence struct {
	contributions, reactions, pages  int
	firstContribution, firstPage, at time.Time // at: joined
	member                           bool
	worked                           []time.Time
}

type refSchedule struct {
	services, teams map[string]bool
}

var refContributing = map[schema.Kind]bool{"message": true, "reply": true, "file": true, "ack": true, "resolve": true, "note": true, "escalation": true,
	"status_update": true, "call_spoke": true, "review": true, "pr_opened": true, "pr_merged": true, "pr_comment": true, "commit": true, "deploy": true,
	"ticket_created": true, "ticket_changed": true, "ticket_comment": true}

// newReference takes each natural key once: of two rows the one that its source changed last, else the one that came last.
func newReference(set schema.Settings, rows []schema.Row) *reference {
	r := &reference{set: set, zone: set.Location(), identities: map[refIdentity]schema.IdentityRow{}}
	newest := map[string]schema.Row{}
	var order []string
	for _, row := range rows {
		key, updated := refKey(row)
		if old, ok := newest[key]; ok {
			if _, before := refKey(old); updated.Before(before) {
				continue
			}
		} else {
			order = append(order, key)
		}
		newest[key] = row
	}
	for _, key := range order {
		switch x := newest[key].(type) {
		case *schema.ActivityRow:
			r.activity = append(r.activity, *x)
		case *schema.IdentityRow:
			r.identities[refIdentity{x.Source, x.Account, x.NativeID}] = *x
		case *schema.ContainerRow:
			r.containers = append(r.containers, *x)
		case *schema.AliasRow:
			r.aliases = append(r.aliases, *x)
		case *schema.PersonRow:
			r.roster = append(r.roster, *x)
		case *schema.IncidentRow:
			r.incidents = append(r.incidents, *x)
		case *schema.ShiftRow:
			r.shifts = append(r.shifts, *x)
		case *schema.PolicyServiceRow:
			r.policies = append(r.policies, *x)
		case *schema.OwnershipRow:
			r.ownership = append(r.ownership, *x)
		case *schema.GrantRow:
			r.grants = append(r.grants, *x)
		}
	}
	for _, a := range r.activity { // whoever acts has an identity, described or not
		k := refIdentity{a.Source, a.Account, a.Actor}
		if _, ok := r.identities[k]; !ok && a.Actor != "" && (!a.IsBot || a.Kind == schema.Page) {
			r.identities[k] = schema.IdentityRow{Source: a.Source, Account: a.Account, NativeID: a.Actor}
		}
	}
	slices.SortFunc(r.roster, func(a, b schema.PersonRow) int { return a.AsOf.Compare(b.AsOf) })
	r.dropRepeats()
	r.record()
	r.link()
	r.place()
	r.count()
	r.gather()
	r.plan()
	return r
}

func refKey(row schema.Row) (string, time.Time) {
	switch x := row.(type) {
	case *schema.ActivityRow:
		return fmt.Sprintf("activity %q", []string{x.Source, x.Account, x.NativeID, string(x.Kind), x.Actor, x.Emoji}), x.Updated
	case *schema.IdentityRow:
		return fmt.Sprintf("identity %q", []string{x.Source, x.Account, x.NativeID}), x.Updated
	case *schema.ContainerRow:
		return fmt.Sprintf("container %q", []string{x.Source, x.Account, x.NativeID}), x.Updated
	case *schema.AliasRow:
		return fmt.Sprintf("alias %q", []string{x.Source, x.Alias}), time.Time{}
	case *schema.PersonRow:
		return fmt.Sprintf("roster %s %q", x.AsOf, x.Email), time.Time{}
	case *schema.IncidentRow:
		return fmt.Sprintf("incident %q", []string{x.Source, x.Account, x.NativeID}), x.Updated
	case *schema.ShiftRow:
		return fmt.Sprintf("shift %q", []string{x.Source, x.Account, x.NativeID}), x.Updated
	case *schema.PolicyServiceRow:
		return fmt.Sprintf("policy %q", []string{x.Source, x.Account, x.Service}), x.Updated
	case *schema.OwnershipRow:
		return fmt.Sprintf("ownership %q %s", x.Service, x.Since), time.Time{}
	case *schema.GrantRow:
		return fmt.Sprintf("grant %q", []string{x.Source, x.NativeID}), time.Time{}
	}
	panic(fmt.Sprintf("no key for %T", row))
}

// Identity.

// who is the person behind an identity, "" for bots and for identities nobody knows.
func (r *reference) who(source, account, id string) string {
	i, ok := r.identities[refIdentity{source, account, id}]
	if !ok || i.IsBot {
		return ""
	}
	for _, name := range []string{id, i.Login} {
		for _, a := range r.aliases {
			if name != "" && a.Source == source && strings.EqualFold(a.Alias, name) {
				return strings.ToLower(a.Person)
			}
		}
	}
	if i.Email != "" {
		return strings.ToLower(i.Email)
	}
	if strings.Contains(id, "@") {
		return strings.ToLower(id)
	}
	return source + ":" + id
}

// actor is the person who did something; a bot's doing is nobody's, a page belongs to whoever was paged.
func (r *reference) actor(a schema.ActivityRow) string {
	if a.IsBot && a.Kind != schema.Page && a.Kind != schema.Alert {
		return ""
	}
	return r.who(a.Source, a.Account, a.Actor)
}

// profile is the newest roster line not after the instant, before the first the first; the zone is filled in from other sources.
func (r *reference) profile(person string, at time.Time) (p schema.PersonRow) {
	found := false
	for _, line := range r.roster {
		if strings.ToLower(line.Email) == person && (!found || !line.AsOf.After(at)) {
			p, found = line, true
		}
	}
	for _, source := range []string{"slack", "pagerduty"} {
		var ids []string
		for k, i := range r.identities {
			if k.source == source && i.Zone != "" && r.who(k.source, k.account, k.id) == person {
				ids = append(ids, k.id+"\x00"+i.Zone)
			}
		}
		if p.Zone == "" && len(ids) > 0 {
			_, p.Zone, _ = strings.Cut(slices.Min(ids), "\x00")
		}
	}
	if p.Zone == "" {
		p.Zone = r.set.Zone
	}
	return p
}

// clock is the instant on the person's own wall clock.
func (r *reference) clock(person string, at time.Time) time.Time {
	l, err := time.LoadLocation(r.profile(person, at).Zone)
	if err != nil {
		l = r.zone
	}
	return at.In(l)
}

func inBand(l time.Time, from, to int) bool {
	m := l.Hour()*60 + l.Minute()
	if from < to {
		return m >= from && m < to
	}
	return m >= from || m < to
}

func (r *reference) asleep(person string, at time.Time) bool {
	_, _, from, to := r.set.Bands()
	return inBand(r.clock(person, at), from, to)
}

func (r *reference) band(person string, at time.Time) string {
	from, to, _, _ := r.set.Bands()
	l := r.clock(person, at)
	switch {
	case r.asleep(person, at):
		return "sleep"
	case l.Weekday() != time.Saturday && l.Weekday() != time.Sunday && inBand(l, from, to):
		return "business"
	}
	return "off"
}

// startDate is the newest that any roster line gives.
func (r *reference) startDate(person string) (d time.Time) {
	for _, line := range r.roster {
		if strings.ToLower(line.Email) == person && !line.StartDate.IsZero() {
			d = line.StartDate
		}
	}
	return d
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// afterMonths is the same day k calendar months later, clamped to the month's last day.
func afterMonths(d time.Time, k int) time.Time {
	first := time.Date(d.Year(), d.Month()+time.Month(k), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d.Day(), last)-1)
}

// months is how many whole calendar months lie between two days.
func months(from, to time.Time) (k int) {
	for !afterMonths(from, k+1).After(to) {
		k++
	}
	return k
}

// employment lists the days [since, until) of a person's employment.
func (r *reference) employment(person string) (spans [][2]time.Time) {
	listed := map[time.Time]map[string]schema.PersonRow{}
	var days []time.Time
	for _, line := range r.roster {
		if listed[line.AsOf] == nil {
			listed[line.AsOf] = map[string]schema.PersonRow{}
			days = append(days, line.AsOf)
		}
		listed[line.AsOf][strings.ToLower(line.Email)] = line
	}
	open := false
	var since, end time.Time
	for i, d := range days {
		line, here := listed[d][person]
		switch {
		case here && !open:
			open, since = true, d
			if len(spans) == 0 {
				if since = r.startDate(person); since.IsZero() {
					since = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
				}
			}
			end = line.EndDate
		case here:
			end = line.EndDate
		case open && i > 0 && float64(len(listed[d])) >= 0.8*float64(len(listed[days[i-1]])):
			open = false
			if !end.IsZero() {
				d = end.AddDate(0, 0, 1)
			}
			spans = append(spans, [2]time.Time{since, d})
		}
	}
	if open {
		until := time.Date(2299, 12, 31, 0, 0, 0, 0, time.UTC)
		if !end.IsZero() {
			until = end.AddDate(0, 0, 1)
		}
		spans = append(spans, [2]time.Time{since, until})
	}
	return slices.DeleteFunc(spans, func(s [2]time.Time) bool { return !s[0].Before(s[1]) })
}

// Pages.

func (r *reference) dropRepeats() {
	r.repeats = map[int]bool{}
	of := map[string][]int{}
	for i, a := range r.activity {
		if a.Kind == schema.Page && a.Actor != "" {
			alert := a.Thread
			if alert == "" {
				alert = fmt.Sprintf("%q", a.IncidentRef)
			}
			key := fmt.Sprintf("%q", []string{a.Source, a.Account, a.Actor, alert})
			of[key] = append(of[key], i)
		}
	}
	for _, pages := range of {
		slices.SortFunc(pages, func(x, y int) int {
			a, b := r.activity[x], r.activity[y]
			if c := a.At.Compare(b.At); c != 0 {
				return c
			}
			return strings.Compare(a.NativeID, b.NativeID)
		})
		first := r.activity[pages[0]].At
		for _, i := range pages[1:] {
			if at := r.activity[i].At; at.Sub(first) <= time.Minute {
				r.repeats[i] = true
			} else {
				first = at
			}
		}
	}
}

// Incidents.

func (r *reference) record() {
	r.said = map[string]*refIncident{}
	claimed := map[int]bool{}
	var all []*refIncident
	for _, rec := range r.incidents {
		if rec.Record != schema.RecordIncident {
			continue
		}
		x := &refIncident{IncidentRow: rec}
		var mine []schema.IncidentRow
		for j, al := range r.incidents {
			if al.Record == schema.RecordAlert && (slices.Contains(rec.Alerts, al.NativeID) || rec.URL != "" && rec.URL == al.URL) {
				claimed[j] = true
				mine = append(mine, al)
				x.Alerts = append(slices.Clone(x.Alerts), al.NativeID)
			}
		}
		x.fill(mine)
		all = append(all, x)
	}
	for j, al := range r.incidents {
		if al.Record == schema.RecordAlert && !claimed[j] {
			x := &refIncident{IncidentRow: al}
			x.Alerts = append(slices.Clone(x.Alerts), al.NativeID)
			all = append(all, x)
		}
	}
	for _, x := range all {
		for _, t := range []time.Time{x.DeclaredAt, x.DetectedAt, x.StartedAt} {
			if !t.IsZero() {
				x.start = t
			}
		}
		for _, t := range []time.Time{x.MitigatedAt, x.ResolvedAt} {
			if !t.IsZero() {
				x.end = t
			}
		}
		x.name = x.NativeID
		for _, y := range all {
			if x.NativeID == y.NativeID && x.Source != y.Source {
				x.name = x.Source + ":" + x.NativeID
			}
		}
		r.said[x.name] = x
	}
}

// fill takes from the claimed alerts what the record leaves blank.
func (x *refIncident) fill(from []schema.IncidentRow) {
	slices.SortFunc(from, func(a, b schema.IncidentRow) int {
		return strings.Compare(a.Source+"\n"+a.Account+"\n"+a.NativeID, b.Source+"\n"+b.Account+"\n"+b.NativeID)
	})
	blank := x.IncidentRow
	services := map[string]bool{}
	for _, a := range from {
		text := func(to *string, had, s string) {
			if had == "" && *to == "" {
				*to = s
			}
		}
		text(&x.Title, blank.Title, a.Title)
		text(&x.Status, blank.Status, a.Status)
		text(&x.Severity, blank.Severity, a.Severity)
		text(&x.OwningTeam, blank.OwningTeam, a.OwningTeam)
		text(&x.URL, blank.URL, a.URL)
		early := func(to *time.Time, had, t time.Time) {
			if had.IsZero() && !t.IsZero() && (to.IsZero() || t.Before(*to)) {
				*to = t
			}
		}
		late := func(to *time.Time, had, t time.Time) {
			if had.IsZero() && t.After(*to) {
				*to = t
			}
		}
		early(&x.StartedAt, blank.StartedAt, a.StartedAt)
		early(&x.DetectedAt, blank.DetectedAt, a.DetectedAt)
		early(&x.DeclaredAt, blank.DeclaredAt, a.DeclaredAt)
		late(&x.MitigatedAt, blank.MitigatedAt, a.MitigatedAt)
		late(&x.ResolvedAt, blank.ResolvedAt, a.ResolvedAt)
		for _, s := range a.Services {
			services[s] = true
		}
	}
	if len(x.Services) == 0 {
		x.Services = slices.Sorted(maps.Keys(services))
	}
}

// Links.

func (r *reference) link() {
	r.links = map[int][]refLink{}
	for i, a := range r.activity {
		if r.repeats[i] {
			continue
		}
		for name, x := range r.said {
			l := refLink{incident: name}
			for _, ref := range a.IncidentRef {
				if strings.EqualFold(ref, name) || strings.EqualFold(ref, x.NativeID) || strings.EqualFold(ref, x.Source+":"+x.NativeID) {
					l.direct = true
				}
			}
			switch a.Kind {
			case "alert", "page", "ack", "resolve", "note", "escalation", "status_update":
				if a.Thread != "" && slices.Contains(x.Alerts, a.Thread) {
					l.direct = true
				}
			}
			if r.names(x, a.Source, a.Account, a.Container) {
				if l.shared = r.naming(a.Source, a.Account, a.Container) > 1; !l.shared {
					l.direct = true
				}
			}
			if l.direct || l.shared {
				r.links[i] = append(r.links[i], l)
			}
		}
	}
}

// names says whether the incident names the channel, by id, name or #name. Alerting tools, code hosts and trackers have no channels.
func (r *reference) names(x *refIncident, source, account, container string) bool {
	if container == "" || slices.Contains([]string{"pagerduty", "opsgenie", "statuspage", "github", "jira"}, source) {
		return false
	}
	called := []string{container}
	for _, c := range r.containers {
		if c.Source == source && c.Account == account && c.NativeID == container {
			called = append(called, c.Name)
		}
	}
	for _, channel := range x.Channels {
		for _, name := range called {
			if strings.EqualFold(strings.TrimPrefix(channel, "#"), strings.TrimPrefix(name, "#")) {
				return true
			}
		}
	}
	return false
}

func (r *reference) naming(source, account, container string) (n int) {
	for _, x := range r.said {
		if r.names(x, source, account, container) {
			n++
		}
	}
	return n
}

// Windows.

func (r *reference) place() {
	millis := func(t time.Time) time.Time { return t.Truncate(time.Millisecond) }
	recorded := map[string]bool{}
	month := func(t time.Time) string { return t.UTC().Format("2006-01") }
	for _, name := range slices.Sorted(maps.Keys(r.said)) {
		x := r.said[name]
		var worked []time.Time
		for i, a := range r.activity {
			for _, l := range r.links[i] {
				if l.incident == name && l.direct && refContributing[a.Kind] && r.actor(a) != "" {
					worked = append(worked, a.At)
				}
			}
		}
		slices.SortFunc(worked, time.Time.Compare)
		x.imputed = x.start.IsZero() || x.end.IsZero()
		known := x.end
		if x.start.IsZero() {
			if len(worked) == 0 {
				if x.Record == schema.RecordIncident && !x.end.IsZero() {
					recorded[month(x.end)] = true
				}
				continue
			}
			x.start = millis(worked[0])
		}
		if x.end.IsZero() { // the last one before 12 h of silence; the start breaks a silence, too
			x.end = x.start
			for _, t := range worked {
				if t.Before(x.start.Add(-15*time.Minute)) || t.Before(x.end) {
					continue
				}
				if t.Sub(x.end) >= 12*time.Hour {
					break
				}
				x.end = t
			}
			x.end = millis(x.end)
		} else if x.end = known; x.end.Before(x.start) {
			x.end = x.start
		}
		x.windowStart, x.windowEnd = x.start.Add(-15*time.Minute), x.end.Add(time.Hour)
		if x.Record == schema.RecordIncident {
			recorded[month(x.start)] = true
		}
		r.own(x)
		r.placed = append(r.placed, x)
	}
	r.placed = slices.DeleteFunc(r.placed, func(x *refIncident) bool { return x.Record == schema.RecordAlert && recorded[month(x.start)] })
	slices.SortFunc(r.placed, func(a, b *refIncident) int {
		if c := a.start.Compare(b.start); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
}

// own finds the owners of the incident's services at its start.
func (r *reference) own(x *refIncident) {
	teams := map[string]bool{}
	for _, s := range x.Services {
		var hand []schema.OwnershipRow
		for _, o := range r.ownership {
			if o.Service == s && !o.Since.After(day(x.start)) {
				hand = append(hand, o)
			}
		}
		slices.SortFunc(hand, func(a, b schema.OwnershipRow) int { return a.Since.Compare(b.Since) })
		for len(hand) > 1 && hand[len(hand)-1].Team == hand[len(hand)-2].Team { // said twice
			hand = hand[:len(hand)-1]
		}
		if n := len(hand); n > 0 {
			teams[hand[n-1].Team] = true
			if n > 1 && !hand[n-1].Since.Before(day(x.start).AddDate(0, 0, -90)) {
				x.newOwner = true
			}
		}
	}
	x.owners = slices.Sorted(maps.Keys(teams))
	if x.OwningTeam != "" {
		x.owners = []string{x.OwningTeam}
	}
}

func (x *refIncident) holds(t time.Time) bool {
	return !t.Before(x.windowStart) && t.Before(x.windowEnd)
}

// count decides what counts for which incident.
func (r *reference) count() {
	r.counted = map[string][]int{}
	for i, a := range r.activity {
		latest := ""
		mine := map[string]bool{}
		for _, x := range r.placed { // by start: the last that fits started last
			for _, l := range r.links[i] {
				if l.incident == x.name && x.holds(a.At) {
					if l.direct {
						mine[x.name] = true
					}
					if l.shared {
						latest = x.name
					}
				}
			}
		}
		if latest != "" {
			mine[latest] = true
		}
		for name := range mine {
			r.counted[name] = append(r.counted[name], i)
		}
	}
}

// People in incidents.

func (r *reference) gather() {
	r.people = map[string]map[string]*refPresence{}
	earliest := func(to *time.Time, t time.Time) {
		if t = t.Truncate(time.Millisecond); to.IsZero() || t.Before(*to) {
			*to = t
		}
	}
	for _, x := range r.placed {
		here := map[string]*refPresence{}
		get := func(p string) *refPresence {
			if here[p] == nil {
				here[p] = &refPresence{}
			}
			return here[p]
		}
		for _, i := range r.counted[x.name] {
			a := r.activity[i]
			person := r.actor(a)
			if person == "" {
				continue
			}
			p := get(person)
			switch {
			case refContributing[a.Kind]:
				p.contributions++
				p.worked = append(p.worked, a.At)
				earliest(&p.firstContribution, a.At)
			case a.Kind == schema.Reaction:
				p.reactions++
			case a.Kind == schema.Page:
				p.pages++
				earliest(&p.firstPage, a.At)
			case a.Kind == schema.Join:
				earliest(&p.at, a.At)
			}
		}
		for person, joined := range r.members(x) {
			if joined.IsZero() || joined.Before(x.windowEnd) {
				p := get(person)
				p.member = true
				if !joined.IsZero() {
					p.at = joined.Truncate(time.Millisecond)
				}
			}
		}
		r.people[x.name] = here
	}
}

// members of the incident's own channels, and when they joined: those listed, and those who joined and did not leave before the window.
func (r *reference) members(x *refIncident) map[string]time.Time {
	out := map[string]time.Time{}
	left := map[string]time.Time{}
	each := func(kind schema.Kind, f func(person string, at time.Time)) {
		for i, a := range r.activity {
			for _, l := range r.links[i] {
				if person := r.actor(a); l.incident == x.name && l.direct && a.Kind == kind && person != "" {
					f(person, a.At)
				}
			}
		}
	}
	for _, c := range r.containers {
		if r.names(x, c.Source, c.Account, c.NativeID) && r.naming(c.Source, c.Account, c.NativeID) == 1 {
			for _, m := range c.Members {
				if p := r.who(c.Source, c.Account, m); p != "" {
					out[p] = time.Time{}
				}
			}
		}
	}
	each(schema.Leave, func(p string, at time.Time) {
		if at.Before(x.windowStart) && at.After(left[p]) {
			left[p] = at
		}
	})
	each(schema.Join, func(p string, at time.Time) {
		if was, ok := out[p]; !at.Before(left[p]) && (!ok || was.IsZero() || at.Before(was)) {
			out[p] = at
		}
	})
	return out
}

// engagedBlocks are the stretches of a person's engaged time in an incident.
func engagedBlocks(worked []time.Time) (blocks [][2]time.Time) {
	worked = slices.SortedFunc(slices.Values(worked), time.Time.Compare)
	for i, t := range worked {
		if n := len(blocks); n > 0 && t.Sub(worked[i-1]) <= 20*time.Minute {
			blocks[n-1][1] = t.Add(10 * time.Minute)
		} else {
			blocks = append(blocks, [2]time.Time{t, t.Add(10 * time.Minute)})
		}
	}
	for i, b := range blocks { // kept in milliseconds
		blocks[i] = [2]time.Time{b[0].Truncate(time.Millisecond), b[1].Truncate(time.Millisecond)}
	}
	return blocks
}

// sleepMinutes walks through a stretch minute by minute on the person's clock.
func (r *reference) sleepMinutes(person string, block [2]time.Time) (m float64) {
	for t := block[0]; t.Before(block[1]); {
		next := t.Truncate(time.Minute).Add(time.Minute)
		if next.After(block[1]) {
			next = block[1]
		}
		if r.asleep(person, t) {
			m += next.Sub(t).Minutes()
		}
		t = next
	}
	return m
}

// On call.

// plan gathers what each schedule serves: its shifts' services, those of their policies, and their teams.
func (r *reference) plan() {
	r.schedules = map[string]*refSchedule{}
	r.shifts = slices.DeleteFunc(r.shifts, func(s schema.ShiftRow) bool {
		return s.Level > 1 || !s.Start.Before(s.End) || r.who(s.Source, s.Account, s.Person) == ""
	})
	for _, s := range r.shifts {
		sc := r.schedules[s.Schedule]
		if sc == nil {
			sc = &refSchedule{services: map[string]bool{}, teams: map[string]bool{}}
			r.schedules[s.Schedule] = sc
		}
		for _, v := range s.Services {
			sc.services[v] = true
		}
		for _, p := range r.policies {
			if s.Policy != "" && p.Policy == s.Policy && p.Source == s.Source && p.Account == s.Account {
				sc.services[p.Service] = true
			}
		}
		if s.Team != "" {
			sc.teams[s.Team] = true
		}
	}
}

func (r *reference) serves(schedule string, x *refIncident) bool {
	sc := r.schedules[schedule]
	return slices.ContainsFunc(x.Services, func(s string) bool { return sc.services[s] }) ||
		slices.ContainsFunc(x.owners, func(t string) bool { return sc.teams[t] })
}

func holdsShift(s schema.ShiftRow, t time.Time) bool { return !t.Before(s.Start) && t.Before(s.End) }

func (r *reference) onCall(x *refIncident, person string, at time.Time) string {
	mine, other, covered := false, false, false
	for _, s := range r.shifts {
		if !holdsShift(s, at) {
			continue
		}
		serves := r.serves(s.Schedule, x)
		covered = covered || serves
		if r.who(s.Source, s.Account, s.Person) == person {
			mine, other = mine || serves, other || !serves
		}
	}
	switch {
	case mine:
		return "on_call"
	case other:
		return "elsewhere"
	case covered:
		return "off_call"
	}
	return "unknown"
}

func (r *reference) twoHats(person string, at time.Time) bool {
	services := map[string]bool{}
	for _, s := range r.shifts {
		if holdsShift(s, at) && r.who(s.Source, s.Account, s.Person) == person {
			maps.Copy(services, r.schedules[s.Schedule].services)
		}
	}
	return len(services) >= 2
}

// firstOnCall: nil where nobody can know.
func (r *reference) firstOnCall(person string, at time.Time) *bool {
	if len(r.shifts) == 0 {
		return nil
	}
	history := r.shifts[0].Start
	var mine [][2]time.Time
	for _, s := range r.shifts {
		if s.Start.Before(history) {
			history = s.Start
		}
		if r.who(s.Source, s.Account, s.Person) == person {
			mine = append(mine, [2]time.Time{s.Start, s.End})
		}
	}
	slices.SortFunc(mine, func(a, b [2]time.Time) int { return a[0].Compare(b[0]) })
	yes, no := true, false
	if len(mine) == 0 {
		return &no
	}
	first := mine[0]
	for _, s := range mine[1:] {
		if !s[0].After(first[1]) && s[1].After(first[1]) {
			first[1] = s[1]
		}
	}
	switch {
	case at.Before(first[0]) || !at.Before(first[1]):
		return &no
	case first[0].Before(history.AddDate(0, 0, 90)):
		return nil
	}
	return &yes
}

// tired: something done, or a page received, for another incident, or for a page that is no incident's, in the sleep band of the last 8 h.
func (r *reference) tired(x *refIncident, person string, at time.Time) bool {
	for i, a := range r.activity {
		when := a.At.Truncate(time.Millisecond)
		if r.actor(a) != person || !when.Before(at) || when.Before(at.Add(-8*time.Hour)) || !r.asleep(person, a.At) || r.repeats[i] ||
			!refContributing[a.Kind] && a.Kind != schema.Page {
			continue
		}
		for name, list := range r.counted {
			if name != x.name && slices.Contains(list, i) {
				return true
			}
		}
		paging := a.Kind == schema.Page
		switch a.Kind {
		case "ack", "resolve", "note", "escalation":
			paging = a.Thread != ""
		}
		if !paging {
			continue
		}
		linked := false
		for _, l := range r.links[i] {
			if l.direct {
				if linked = true; l.incident != x.name {
					return true
				}
			}
		}
		if !linked {
			return true
		}
	}
	return false
}

// Vesting.

func (r *reference) vesting(person string, at time.Time) (band string, fraction *float64) {
	var quantity, vested float64
	var first time.Time
	firstFull, past := true, false
	for _, g := range r.grants {
		owner := ""
		for k := range r.identities {
			if k.source == g.Source && k.id == g.Person {
				owner = r.who(k.source, k.account, k.id)
			}
		}
		if owner != person || g.Start.After(day(at)) {
			continue
		}
		k, f := months(g.Start, day(at)), 0.0
		if k >= int(g.CliffMonths) {
			past = true
			f = min(1, float64(k/int(g.PeriodMonths)*int(g.PeriodMonths))/float64(g.TotalMonths))
		}
		quantity, vested = quantity+g.Quantity, vested+g.Quantity*f
		switch {
		case first.IsZero() || g.Start.Before(first):
			first, firstFull = g.Start, f >= 1
		case g.Start.Equal(first):
			firstFull = firstFull && f >= 1
		}
	}
	if quantity == 0 {
		return "none", nil
	}
	f := vested / quantity
	switch {
	case !past:
		band = "before_cliff"
	case f >= 0.8-1e-9 && firstFull:
		band = "fully_vested"
	default:
		band = "vesting"
	}
	return band, &f
}

func tenureBand(m int) string {
	for _, b := range []struct {
		below int
		name  string
	}{{3, "<3m"}, {6, "3-6m"}, {12, "6-12m"}, {24, "1-2y"}, {48, "2-4y"}} {
		if m < b.below {
			return b.name
		}
	}
	return ">=4y"
}
