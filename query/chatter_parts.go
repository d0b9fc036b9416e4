package query

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// What chatter counts is read in two parts: whole months of the range from sums (chatter_slots, chatter_days) where those can tell them, the rest of it from
// hours. They are short statements, asked side by side, and put together here: as one question they would take the engine longer to plan than to answer.

// Pieces of the statements that read hours: those of all activity, or of what belongs to incidents of the filter's services and severities.
const (
	fromHours       = ` FROM activity_hourly WHERE ` + hoursInRange
	fromLinkedHours = ` FROM incident_hourly WHERE hasAny(incidents, (
			SELECT groupArray(incident) FROM incident_facts
			WHERE (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})))
		AND ` + hoursInRange

	// hour, the partitions' time, is cut two hours wider than org_hour, which decides.
	hoursInRange = `org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')} AND kind IN {kinds:Array(String)}
		AND ({from_open:Bool} OR hour >= toDateTime({from:DateTime64(3, 'UTC')}, 'UTC') - INTERVAL 2 HOUR) AND ({to_open:Bool} OR hour < toDateTime({to:DateTime64(3, 'UTC')}, 'UTC') + INTERVAL 2 HOUR)
		AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)})
		AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})`
	ofFunctions = ` AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})`

	// notSummed cuts out the whole months, where sums tell them.
	notSummed = ` AND ({sums:String} = '' OR ` + notWhole + `)`
	notWhole  = `(toYYYYMM(org_hour) < {whole_from:UInt32} OR toYYYYMM(org_hour) >= {whole_to:UInt32}) AND (hour < {rest_before:DateTime('UTC')} OR hour >= {rest_from:DateTime('UTC')})`

	// hoursBy counts by groups and the hours or days of a clock: see chatterPart. if() of a parameter reads only the columns it needs, multiIf() all.
	hoursBy    = `SELECT grp, formatRow('RowBinary', groupArray(at)) AS cells, formatRow('RowBinary', groupArray(n)) AS counts FROM (SELECT sum(count) AS n, `
	hoursByEnd = ofFunctions + notSummed + ` GROUP BY grp, at) GROUP BY grp`
	ofGroup    = `if({by:String} = 'team', toString(team), if({by:String} = 'function', toString(function), if({by:String} = 'person', toString(person),
			if({by:String} = 'source', toString(source), if({by:String} = 'location', toString(location), '')))))`
	slotOnClock = `toUInt32((intDiv(toUInt32(` + onClock + `), 3600) + 72) % 168)` // 1970 began on a Thursday
	dayOnClock  = `toUInt32(toDate(` + onClock + `))`
	onClock     = `if({clock:String} = 'utc', hour, if({clock:String} = 'org', org_hour, local_hour))`

	// crowdBehind is who is behind them: see crowdPart.
	crowdBehind = ` AS at, toUInt8(uniqUpTo(5)(person)) AS some, formatRow('RowBinary', groupUniqArray(6)(cityHash64(person))) AS known`
	crowdEnd    = ofFunctions + notSummed + ` GROUP BY grp, at`
)

// linked says whether only activity of incidents is asked for.
func (f Filter) linked() bool { return len(f.Services)+len(f.Severities) > 0 }

// parts says which of the two parts the range has. sums: there are sums of what is asked for.
func (f Filter) parts(sums bool) (whole, rest bool) {
	from, to, _, _ := f.wholeMonths()
	if !sums || from >= to {
		return false, true
	}
	return true, !f.From.IsZero() && !f.From.Equal(f.monthOf(f.From, 0)) || !f.To.IsZero() && !f.To.Equal(f.monthOf(f.To, 0))
}

// partsOf asks for what is known of the range by part: of its whole months, and of the rest, of all activity or of what belongs to incidents.
type partsOf[R any] struct{ whole, rest, linked func() ([]R, error) }

// ask asks for those parts that the range has, side by side. sums: there are sums of what is asked for.
func (p partsOf[R]) ask(f Filter, sums bool) ([]R, error) {
	var g errgroup.Group
	var whole, rest []R
	inSums, inHours := f.parts(sums)
	if inSums {
		g.Go(func() (err error) { whole, err = p.whole(); return err })
	}
	if inHours {
		ask := p.rest
		if f.linked() {
			ask = p.linked
		}
		g.Go(func() (err error) { rest, err = ask(); return err })
	}
	err := g.Wait()
	return append(whole, rest...), err
}

// chatterPart is a group in one part of the range.
type chatterPart struct {
	Group  string          `ch:"grp"`
	Cells  numbers[uint32] `ch:"cells"`  // where there was anything, in no order: hours of the week since Monday's first, or days since 1970-01-01
	Counts numbers[uint64] `ch:"counts"` // actions there
}

// crowdPart is the people behind a group's hour or day, in one part of the range.
type crowdPart struct {
	Group string          `ch:"grp"`
	At    uint32          `ch:"at"`
	Some  uint8           `ch:"some"`  // people in one month at most, 6: more than 5
	Known numbers[uint64] `ch:"known"` // people by hash, some of them where there are more than 5
}

// chatterOf is a group over the whole range.
type chatterOf struct {
	group  string
	counts []uint64 // actions by hour of the week or by day
}

// chatterCell is one of a group's hours or days.
type chatterCell struct {
	group string
	at    uint32
}

// askChatter asks for groups, in their order, and, where that matters, for how many people are behind their cells.
func askChatter(ctx context.Context, db *DB, f Filter, actions partsOf[chatterPart], people partsOf[crowdPart]) (list []*chatterOf, sizes map[chatterCell]uint64, err error) {
	dimension, _, _ := f.sums()
	var g errgroup.Group
	g.Go(func() error {
		parts, err := actions.ask(f, dimension != "")
		list = joinChatter(parts)
		return err
	})
	if db.sized(ctx) {
		g.Go(func() error {
			parts, err := people.ask(f, dimension != "")
			sizes = joinCrowds(parts)
			return err
		})
	}
	err = g.Wait()
	return list, sizes, err
}

// joinChatter puts the parts of groups together, in order of the groups.
func joinChatter(parts []chatterPart) []*chatterOf {
	byGroup := map[string]*chatterOf{}
	var list []*chatterOf
	for _, part := range parts {
		of := byGroup[part.Group]
		if of == nil {
			of = &chatterOf{group: part.Group}
			byGroup[part.Group] = of
			list = append(list, of)
		}
		for i, at := range part.Cells {
			if more := int(at) + 1 - len(of.counts); more > 0 {
				of.counts = append(of.counts, make([]uint64, more)...)
			}
			of.counts[at] += part.Counts[i]
		}
	}
	slices.SortFunc(list, func(a, b *chatterOf) int { return strings.Compare(a.group, b.group) })
	return list
}

// joinCrowds is how many people are behind each cell: exact to 5, and 6 says more than 5.
func joinCrowds(parts []crowdPart) map[chatterCell]uint64 {
	crowds := map[chatterCell]*crowd{}
	for _, part := range parts {
		cell := chatterCell{part.Group, part.At}
		if crowds[cell] == nil {
			crowds[cell] = &crowd{}
		}
		crowds[cell].add(part.Some, part.Known)
	}
	sizes := make(map[chatterCell]uint64, len(crowds))
	for cell, c := range crowds {
		sizes[cell] = c.size()
	}
	return sizes
}

// crowd counts people as far as the minimum group needs.
type crowd struct {
	most  uint8
	known []uint64
}

func (c *crowd) add(some uint8, known []uint64) {
	c.most = max(c.most, some)
	for _, person := range known {
		if len(c.known) < 6 && !slices.Contains(c.known, person) {
			c.known = append(c.known, person)
		}
	}
}

// size is exact to 5, and 6 says more than 5.
func (c *crowd) size() uint64 {
	return uint64(min(max(len(c.known), int(c.most)), 6))
}
