package query

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// What chatter counts is read in two parts: whole months of the range from sums (chatter_slots, chatter_days) where those can tell them, the rest of it from
// hours. They are short statements, asked side by side, and put together here: as one question they would take the engine longer to plan than to answer.

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

// askParts asks for those parts that the range has, side by side. sums: there are sums of what is asked for.
func askParts[R any](ctx context.Context, db *DB, f Filter, sums bool, of partNames) ([]R, error) {
	var g errgroup.Group
	var whole, rest []R
	inSums, inHours := f.parts(sums)
	if inSums {
		g.Go(func() (err error) { whole, err = asked[R](ctx, db, of.whole); return err })
	}
	if inHours {
		name := of.hours
		if f.linked() {
			name = of.linked
		}
		g.Go(func() (err error) { rest, err = asked[R](ctx, db, name); return err })
	}
	err := g.Wait()
	return append(whole, rest...), err
}

// partNames are statements: of whole months, and of the rest of the range, of all activity or of what belongs to incidents.
type partNames struct{ whole, hours, linked string }

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
func askChatter(ctx context.Context, db *DB, f Filter, actions, people partNames) (list []*chatterOf, sizes map[chatterCell]uint64, err error) {
	dimension, _, _ := f.sums()
	var g errgroup.Group
	g.Go(func() error {
		of, err := askParts[chatterPart](ctx, db, f, dimension != "", actions)
		list = joinChatter(of)
		return err
	})
	if db.sized(ctx) {
		g.Go(func() error {
			of, err := askParts[crowdPart](ctx, db, f, dimension != "", people)
			sizes = joinCrowds(of)
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
