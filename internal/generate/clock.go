package generate

import (
	"fmt"
	"time"
	_ "time/tzdata" // the same zones, hence the same bytes, on machines without a zone database
)

const daySeconds = 86400

// day is a number of days since 1970-01-01.
type day int32

const never day = 1 << 30

func dayOf(t time.Time) day    { return day(t.Unix() / daySeconds) }
func (d day) unix() int64      { return int64(d) * daySeconds }
func (d day) time() time.Time  { return time.Unix(d.unix(), 0).UTC() }
func (d day) String() string   { return d.time().Format(time.DateOnly) }
func (d day) weekday() int     { return int(d+3) % 7 } // Monday 0; 1970-01-01 was a Thursday
func (d day) monday() day      { return d - day(d.weekday()) }
func unixDay(unix int64) day   { return day(unix / daySeconds) }
func utc(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
func iso(unix int64) string    { return utc(unix).Format("2006-01-02T15:04:05Z") }

// zone is a place with an office: its time zone and the UTC offset of every hour of the history. All five zones with
// daylight saving time change at a full hour of UTC, so an offset holds for a whole UTC hour.
type zone struct {
	location string
	name     string
	loc      *time.Location
	from     int64 // start of off, in unix seconds
	off      []int32
}

var offices = []struct {
	location, zone string
	weight         float64
}{
	{"San Francisco", "America/Los_Angeles", .33},
	{"New York", "America/New_York", .23},
	{"Dublin", "Europe/Dublin", .12},
	{"Berlin", "Europe/Berlin", .11},
	{"Bengaluru", "Asia/Kolkata", .14},
	{"Sydney", "Australia/Sydney", .07},
}

const (
	sanFrancisco = iota
	newYork
	dublin
)

// exportZone is the zone by which Slack cuts its day files: the workspace's, here San Francisco's.
const exportZone = sanFrancisco

// zonesFor makes the offices' zones for a history, with three weeks to spare on both sides.
func zonesFor(first, end day) ([]zone, error) {
	zones := make([]zone, len(offices))
	for i, o := range offices {
		loc, err := time.LoadLocation(o.zone)
		if err != nil {
			return nil, fmt.Errorf("time zone %s: %w", o.zone, err)
		}
		from := (first - 21).unix()
		z := zone{location: o.location, name: o.zone, loc: loc, from: from, off: make([]int32, (end-first+42)*24)}
		for h := range z.off {
			_, off := time.Unix(from+int64(h)*3600, 0).In(loc).Zone()
			z.off[h] = int32(off)
		}
		zones[i] = z
	}
	return zones, nil
}

func (z *zone) offset(unix int64) int64 { return int64(z.off[(unix-z.from)/3600]) }

// local is the local day, its weekday (Monday 0) and hour of an instant.
func (z *zone) local(unix int64) (d day, weekday, hour int) {
	s := unix + z.offset(unix)
	d = day(s / daySeconds)
	return d, d.weekday(), int(s % daySeconds / 3600)
}

// at is the instant of a local wall-clock second of the day.
func (z *zone) at(d day, second int) int64 {
	guess := d.unix() + int64(second)
	t := guess - z.offset(guess)
	return guess - z.offset(t)
}

// quietCell is an hour of the local week in which only one function is ever active: a planted truth, so no writer may break it.
type quietCell struct {
	Weekday  int    `json:"weekday"` // Monday 1
	Hour     int    `json:"hour"`
	Function string `json:"function"`
	Dates    int    `json:"dates"` // local dates with Slack messages there; other tools may add a few
}

var quietCells = [...]quietCell{
	{Weekday: 5, Hour: 22, Function: "support"},
	{Weekday: 5, Hour: 23, Function: "support"},
	{Weekday: 6, Hour: 6, Function: "management"},
	{Weekday: 6, Hour: 7, Function: "management"},
}

// quietAt reports whether fn keeps away from the local hour; weekday is Monday 0.
func quietAt(fn function, weekday, hour int) bool {
	switch {
	case weekday == 4 && hour >= 22:
		return fn != support
	case weekday == 5 && (hour == 6 || hour == 7):
		return fn != management
	}
	return false
}

// sleeping is the sleep band of the product's definitions: 22-08 every day.
func sleeping(hour int) bool { return hour >= 22 || hour < 8 }

// profile is the shape of a function's working week: weights of (weekday, local hour) whose working days sum to about 1.
type profile [7][24]float64

var profiles = func() (p [numFunctions]profile) {
	office := [24]float64{7: .01, 8: .05, 9: .11, 10: .13, 11: .12, 12: .06, 13: .09, 14: .12, 15: .11, 16: .1, 17: .06, 18: .02, 19: .01, 20: .006, 21: .004, 22: .002, 23: .001}
	early := [24]float64{5: .01, 6: .04, 7: .07, 8: .12, 9: .12, 10: .1, 11: .09, 12: .06, 13: .08, 14: .08, 15: .07, 16: .06, 17: .05, 18: .03, 19: .02, 20: .02}
	shift := [24]float64{6: .03, 7: .05, 8: .07, 9: .08, 10: .08, 11: .08, 12: .07, 13: .07, 14: .07, 15: .07, 16: .07, 17: .06, 18: .05, 19: .05, 20: .04, 21: .03, 22: .03, 23: .02}
	for f := range p {
		hours, weekend := &office, .03
		switch function(f) {
		case support:
			hours, weekend = &shift, .45
		case management:
			hours, weekend = &early, .06
		case engineering, sre:
			weekend = .06
		}
		for w := range 7 {
			for h := range 24 {
				x := hours[h]
				if w >= 5 {
					x *= weekend
				}
				if w == 4 && h >= 15 && function(f) != support {
					x *= .6 // Friday afternoon
				}
				if quietAt(function(f), w, h) {
					x = 0
				}
				p[f][w][h] = x
			}
		}
	}
	p[support][4][22], p[support][4][23] = .08, .07
	p[management][5][6], p[management][5][7] = .05, .06
	return p
}()
