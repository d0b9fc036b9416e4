package query

import (
	"context"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// Rows of derived tables, by their columns, as tests read and compare them.

type participationRow struct {
	Incident          string     `ch:"incident"`
	Person            string     `ch:"person"`
	StartedAt         time.Time  `ch:"started_at"`
	Team              string     `ch:"team"`
	Function          string     `ch:"function"`
	Location          string     `ch:"location"`
	Title             string     `ch:"title"`
	Zone              string     `ch:"zone"`
	Offset            int32      `ch:"offset"`
	Responder         bool       `ch:"responder"`
	Lurker            bool       `ch:"lurker"`
	Contributions     uint32     `ch:"contributions"`
	Reactions         uint32     `ch:"reactions"`
	Pages             uint32     `ch:"pages"`
	FirstContribution *time.Time `ch:"first_contribution"`
	FirstPage         *time.Time `ch:"first_page"`
	FirstAt           *time.Time `ch:"first_at"`
	JoinedAt          *time.Time `ch:"joined_at"`
	EngagedMinutes    float64    `ch:"engaged_minutes"`
	SleepMinutes      float64    `ch:"sleep_minutes"`
	HourBand          string     `ch:"hour_band"`
	TenureDays        *int32     `ch:"tenure_days"`
	TenureMonths      *int32     `ch:"tenure_months"`
	TenureBand        string     `ch:"tenure_band"`
	VestingBand       string     `ch:"vesting_band"`
	VestedFraction    *float64   `ch:"vested_fraction"`
	OnCall            string     `ch:"on_call"`
	TwoHats           bool       `ch:"two_hats"`
	Tired             bool       `ch:"tired"`
	FirstOnCall       *bool      `ch:"first_on_call"`
}

type factsRow struct {
	Incident       string    `ch:"incident"`
	Source         string    `ch:"source"`
	Title          string    `ch:"title"`
	Severity       string    `ch:"severity"`
	StartedAt      time.Time `ch:"started_at"`
	EndedAt        time.Time `ch:"ended_at"`
	WindowStart    time.Time `ch:"window_start"`
	WindowEnd      time.Time `ch:"window_end"`
	Imputed        bool      `ch:"imputed"`
	Services       []string  `ch:"services"`
	OwnerTeams     []string  `ch:"owner_teams"`
	NewOwner       bool      `ch:"new_owner"`
	Participants   uint32    `ch:"participants"`
	Responders     uint32    `ch:"responders"`
	Lurkers        uint32    `ch:"lurkers"`
	Teams          []string  `ch:"teams"`
	Functions      []string  `ch:"functions"`
	Offsets        []int32   `ch:"offsets"`
	EngagedMinutes float64   `ch:"engaged_minutes"`
	SleepMinutes   float64   `ch:"sleep_minutes"`
	TopPerson      string    `ch:"top_person"`
	TopPersonShare *float64  `ch:"top_person_share"`
	Pairs          uint32    `ch:"pairs"`
	NewPairs       uint32    `ch:"new_pairs"`
	NewPairsHires  uint32    `ch:"new_pairs_hires"`
	BurnIn         bool      `ch:"burn_in"`
}

type blockRow struct {
	Incident string    `ch:"incident"`
	Person   string    `ch:"person"`
	Since    time.Time `ch:"since"`
	Until    time.Time `ch:"until"`
}

type countedRow struct {
	Incident string    `ch:"incident"`
	Source   string    `ch:"source"`
	Account  string    `ch:"account"`
	NativeID string    `ch:"native_id"`
	Kind     string    `ch:"kind"`
	Actor    string    `ch:"actor"`
	Emoji    string    `ch:"emoji"`
	Person   string    `ch:"person"`
	At       time.Time `ch:"at"`
}

type personOfRow struct {
	Source   string `ch:"source"`
	Account  string `ch:"account"`
	NativeID string `ch:"native_id"`
	Person   string `ch:"person"`
}

type employmentRow struct {
	Person string    `ch:"person"`
	Since  time.Time `ch:"since"`
	Until  time.Time `ch:"until"`
}

type hourRow struct {
	Hour      time.Time `ch:"hour"`
	LocalHour time.Time `ch:"local_hour"`
	OrgHour   time.Time `ch:"org_hour"`
	Person    string    `ch:"person"`
	Team      string    `ch:"team"`
	Function  string    `ch:"function"`
	Location  string    `ch:"location"`
	Source    string    `ch:"source"`
	Kind      string    `ch:"kind"`
	Account   string    `ch:"account"`
	Container string    `ch:"container"`
	Count     uint32    `ch:"count"`
}

// read selects a derived table into rows of type R.
func read[R any](t testing.TB, db *schema.DB, table string) (rows []R) {
	t.Helper()
	if err := db.Conn.Select(context.Background(), &rows, "SELECT "+strings.Join(columnsOf[R](), ", ")+" FROM "+table); err != nil {
		t.Fatal(err)
	}
	return rows
}

func columnsOf[R any]() (names []string) {
	typ := reflect.TypeFor[R]()
	for i := range typ.NumField() {
		names = append(names, typ.Field(i).Tag.Get("ch"))
	}
	return names
}

// text writes a row field by field, numbers to four decimals, so that rows can be compared and differences be read.
func text(row any) string {
	v := reflect.ValueOf(row)
	var b strings.Builder
	for i := range v.NumField() {
		f := v.Field(i)
		if b.Len() > 0 {
			b.WriteString(" | ")
		}
		fmt.Fprintf(&b, "%s=", v.Type().Field(i).Tag.Get("ch"))
		if f.Kind() == reflect.Pointer {
			if f.IsNil() {
				b.WriteString("null")
				continue
			}
			f = f.Elem()
		}
		switch x := f.Interface().(type) {
		case time.Time:
			b.WriteString(x.UTC().Format("2006-01-02T15:04:05.999999"))
		case float64:
			fmt.Fprintf(&b, "%.4f", math.Round(x*1e4)/1e4)
		default:
			fmt.Fprint(&b, x)
		}
	}
	return b.String()
}

// compare reports rows that only one side has. The difference of two rows of one key shows in their first fields.
func compare[R any](t testing.TB, name string, got, want []R) {
	t.Helper()
	count := map[string]int{}
	for _, r := range got {
		count[text(r)]++
	}
	for _, r := range want {
		count[text(r)]--
	}
	var lines []string
	for s, n := range count {
		if n > 0 {
			lines = append(lines, s+"\t<- derived")
		} else if n < 0 {
			lines = append(lines, s+"\t<- reference")
		}
	}
	slices.Sort(lines)
	if len(lines) > 6 {
		lines = append(lines[:6], fmt.Sprintf("... %d more", len(lines)-6))
	}
	if len(lines) > 0 {
		t.Errorf("%s differs (%d derived, %d reference):\n%s", name, len(got), len(want), strings.Join(lines, "\n"))
	}
}

// What the reference derives, in the shape of the tables.

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.Truncate(time.Millisecond)
	return &t
}

func (r *reference) participation() (rows []participationRow) {
	for _, x := range r.placed {
		for person, p := range r.people[x.name] {
			at := r.profile(person, x.start)
			local := r.clock(person, x.start)
			_, offset := local.Zone()
			row := participationRow{Incident: x.name, Person: person, StartedAt: x.start, Team: at.Team, Function: at.Function, Location: at.Location, Title: at.Title,
				Zone: at.Zone, Offset: int32(offset), Responder: p.contributions > 0, Lurker: p.contributions+p.reactions+p.pages == 0, Contributions: uint32(p.contributions),
				Reactions: uint32(p.reactions), Pages: uint32(p.pages), FirstContribution: moment(p.firstContribution), FirstPage: moment(p.firstPage), JoinedAt: moment(p.at)}
			first, duty := p.firstContribution, p.firstContribution
			if first.IsZero() {
				if first = p.firstPage; first.IsZero() || !p.at.IsZero() && p.at.Before(first) {
					first = p.at
				}
			}
			if duty.IsZero() || !p.firstPage.IsZero() && p.firstPage.Before(duty) {
				duty = p.firstPage
			}
			if row.FirstAt = moment(first); !first.IsZero() {
				row.HourBand = r.band(person, first)
			}
			for _, b := range engagedBlocks(p.worked) {
				row.EngagedMinutes += b[1].Sub(b[0]).Minutes()
				row.SleepMinutes += r.sleepMinutes(person, b)
			}
			if d := r.startDate(person); !d.IsZero() && !d.After(day(x.start)) {
				days, m := int32(day(x.start).Sub(d)/(24*time.Hour)), int32(months(d, day(x.start)))
				row.TenureDays, row.TenureMonths, row.TenureBand = &days, &m, tenureBand(int(m))
			}
			row.VestingBand, row.VestedFraction = r.vesting(person, x.start)
			if row.Responder {
				row.OnCall = r.onCall(x, person, p.firstContribution)
			}
			if !duty.IsZero() {
				row.TwoHats, row.Tired, row.FirstOnCall = r.twoHats(person, duty), r.tired(x, person, duty), r.firstOnCall(person, duty)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func (r *reference) facts() (rows []factsRow) {
	people := map[string][]participationRow{}
	for _, p := range r.participation() {
		people[p.Incident] = append(people[p.Incident], p)
	}
	met := map[[2]string]time.Time{} // pairs of responders, and when they first were
	for _, x := range r.placed {
		row := factsRow{Incident: x.name, Source: x.Source, Title: x.Title, Severity: x.Severity, StartedAt: x.start, EndedAt: x.end, WindowStart: x.windowStart,
			WindowEnd: x.windowEnd, Imputed: x.imputed, Services: x.Services, OwnerTeams: x.owners, NewOwner: x.newOwner,
			BurnIn: x.start.Before(r.placed[0].start.AddDate(0, 0, 180))}
		teams, functions, offsets := map[string]bool{}, map[string]bool{}, map[int32]bool{}
		top := 0.0
		here := people[x.name]
		slices.SortFunc(here, func(a, b participationRow) int { return strings.Compare(a.Person, b.Person) })
		for i, p := range here {
			row.Participants++
			if p.Lurker {
				row.Lurkers++
			}
			if !p.Responder {
				continue
			}
			row.Responders++
			teams[p.Team], functions[p.Function], offsets[p.Offset] = true, true, true
			row.EngagedMinutes += p.EngagedMinutes
			row.SleepMinutes += p.SleepMinutes
			if p.EngagedMinutes > top+1e-9 {
				top, row.TopPerson = p.EngagedMinutes, p.Person
			}
			for _, q := range here[i+1:] {
				if !q.Responder {
					continue
				}
				row.Pairs++
				pair := [2]string{p.Person, q.Person}
				if first, ok := met[pair]; !ok || first.Equal(x.start) {
					met[pair] = x.start
					row.NewPairs++
					if p.TenureDays != nil && *p.TenureDays < 90 || q.TenureDays != nil && *q.TenureDays < 90 {
						row.NewPairsHires++
					}
				}
			}
		}
		if row.EngagedMinutes > 0 {
			share := top / row.EngagedMinutes
			row.TopPersonShare = &share
		}
		delete(teams, "")
		delete(functions, "")
		row.Teams, row.Functions, row.Offsets = slices.Sorted(maps.Keys(teams)), slices.Sorted(maps.Keys(functions)), slices.Sorted(maps.Keys(offsets))
		rows = append(rows, row)
	}
	return rows
}

func (r *reference) blocks() (rows []blockRow) {
	for name, people := range r.people {
		for person, p := range people {
			for _, b := range engagedBlocks(p.worked) {
				rows = append(rows, blockRow{name, person, b[0], b[1]})
			}
		}
	}
	return rows
}

func (r *reference) countedRows() (rows []countedRow) {
	for name, list := range r.counted {
		for _, i := range list {
			a := r.activity[i]
			rows = append(rows, countedRow{name, a.Source, a.Account, a.NativeID, string(a.Kind), a.Actor, a.Emoji, r.actor(a), a.At})
		}
	}
	return rows
}

func (r *reference) personOf() (rows []personOfRow) {
	for k := range r.identities {
		rows = append(rows, personOfRow{k.source, k.account, k.id, r.who(k.source, k.account, k.id)})
	}
	return rows
}

func (r *reference) employed() (rows []employmentRow) {
	people := map[string]bool{}
	for _, p := range r.roster {
		people[strings.ToLower(p.Email)] = true
	}
	for person := range people {
		for _, s := range r.employment(person) {
			rows = append(rows, employmentRow{person, s[0], s[1]})
		}
	}
	return rows
}

// hours counts activity by the hour on three clocks; a wall clock's hour is written as if it were UTC.
func (r *reference) hours() (rows []hourRow) {
	wall := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), 0, 0, 0, time.UTC)
	}
	count := map[hourRow]uint32{}
	for i, a := range r.activity {
		person := r.actor(a)
		if r.repeats[i] || person == "" && a.Kind != schema.Alert && a.Kind != schema.Page {
			continue
		}
		row := hourRow{Hour: wall(a.At.UTC()), LocalHour: wall(a.At.In(r.zone)), OrgHour: wall(a.At.In(r.zone)), Person: person, Source: a.Source, Kind: string(a.Kind),
			Account: a.Account, Container: a.Container}
		if person != "" {
			p := r.profile(person, a.At)
			row.LocalHour, row.Team, row.Function, row.Location = wall(r.clock(person, a.At)), p.Team, p.Function, p.Location
		}
		count[row]++
	}
	for row, n := range count {
		row.Count = n
		rows = append(rows, row)
	}
	return rows
}

// compareDerived holds every derived table that the reference knows against it.
func compareDerived(t testing.TB, db *schema.DB, r *reference) {
	t.Helper()
	compare(t, "person_of", read[personOfRow](t, db, "person_of"), r.personOf())
	compare(t, "employment", read[employmentRow](t, db, "employment"), r.employed())
	compare(t, "activity_hourly", read[hourRow](t, db, "activity_hourly"), r.hours())
	compare(t, "incident_facts", read[factsRow](t, db, "incident_facts"), r.facts())
	compare(t, "incident_activity", read[countedRow](t, db, "incident_activity"), r.countedRows())
	compare(t, "engaged", read[blockRow](t, db, "engaged"), r.blocks())
	compare(t, "participation", read[participationRow](t, db, "participation"), r.participation())
}
