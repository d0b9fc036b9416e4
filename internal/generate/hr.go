package generate

import (
	"strconv"
	"time"
)

// addMonths adds calendar months to a day, clamped to the month's last.
func addMonths(d day, months int) day {
	t := d.time()
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return dayOf(first) + day(min(t.Day(), last)-1)
}

// snapshotDays are the days of the roster snapshots: the first day, every quarter's, and the last.
func (o *org) snapshotDays() []day {
	days := []day{o.first}
	for _, d := range append(o.quarters(), o.end-1) {
		if d > days[len(days)-1] {
			days = append(days, d)
		}
	}
	return days
}

// writeRosters writes the snapshots. Who left since the one before is in it once more, with the end date.
func (o *org) writeRosters(dir string) error {
	previous := o.first
	for _, d := range o.snapshotDays() {
		err := writeCSV(dir, "roster/roster-"+d.String()+".csv",
			list("name,email,location,title,team,manager,startDate,endDate,function,timezone,level"), func(emit func(...string)) {
				for i := range o.people {
					p := &o.people[i]
					if p.start > d || p.end < previous {
						continue
					}
					end, manager := "", ""
					if p.end < d {
						end = p.end.String()
					}
					if m := o.managerOf(i, d); m >= 0 {
						manager = o.people[m].email
					}
					z := &o.zones[p.zone]
					emit(p.name, p.email, z.location, p.title(d), o.teams[p.teamAt(d)].name, manager, p.start.String(), end,
						functionNames[p.fn], z.name, p.level(d))
				}
			})
		if err != nil {
			return err
		}
		previous = d
	}
	return nil
}

// writeVesting writes everyone's grants: four years with a year's cliff on the first day, and yearly refreshers for two in
// five. The hero has had one small refresher long ago.
func (o *org) writeVesting(dir string) error {
	return writeCSV(dir, "vesting.csv", list("person,start,cliff_months,total_months,frequency,quantity"), func(emit func(...string)) {
		for i := range o.people {
			p := &o.people[i]
			quantity := int(3000*(1+float64(p.rank))) + 200*int(20*share(o.seed, "grant", i))
			frequency := "monthly"
			if share(o.seed, "frequency", i) < .2 {
				frequency = "quarterly"
			}
			if i == o.cast.hero {
				emit(p.email, p.start.String(), "12", "48", frequency, strconv.Itoa(quantity))
				emit(p.email, addMonths(p.start, 12).String(), "0", "48", "quarterly", strconv.Itoa(quantity/10))
				continue
			}
			emit(p.email, p.start.String(), "12", "48", frequency, strconv.Itoa(quantity))
			if share(o.seed, "refreshers", i) > .4 {
				continue
			}
			for y := 1; ; y++ {
				d := addMonths(p.start, 12*y)
				if d >= o.end || d > p.end {
					break
				}
				emit(p.email, d.String(), "0", "48", "quarterly", strconv.Itoa(quantity/4/y+100))
			}
		}
	})
}

// writeAliases writes the accounts that carry no e-mail: GitHub logins and the names on calls.
func (o *org) writeAliases(dir string) error {
	return writeCSV(dir, "aliases.csv", list("source,account,person"), func(emit func(...string)) {
		for i := range o.people {
			p := &o.people[i]
			if p.fn == engineering || p.fn == sre || p.fn == support {
				emit("github", p.login, p.email)
			}
		}
		for _, who := range o.speakers() {
			emit("transcript", o.people[who].name, o.people[who].email)
		}
	})
}

func (o *org) writeOwnership(dir string) error {
	return writeCSV(dir, "ownership.csv", list("service,team,from"), func(emit func(...string)) {
		for i := range o.services {
			for _, own := range o.services[i].owners {
				emit(o.services[i].name, o.teams[own.team].name, own.from.String())
			}
		}
	})
}
