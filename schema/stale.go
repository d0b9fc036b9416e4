package schema

import (
	"context"
	"embed"
	"fmt"
	"maps"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// A rebuild computes activity anew by month: the months in which something arrived, those in which somebody who acted turned out to be
// somebody else or somewhere else, and, for what is linked to incidents, those whose activity leads to other incidents or in which these have
// other windows. stale/NAME.sql compare the current tables with the next ones.

//go:embed stale/*.sql
var staleFiles embed.FS

func (r *rebuild) months(ctx context.Context) (err error) {
	if err := r.db.cluster.settle(ctx, "activity", "activity"); err != nil {
		return err
	}
	if r.held, err = r.db.cluster.months(ctx); err != nil {
		return err
	}
	r.size = map[uint32]uint64{}
	for _, part := range r.held {
		maps.Copy(r.size, part)
	}
	r.stale, r.also = map[uint32]bool{}, map[string]map[uint32]bool{"links": {}, "windows": {}}
	for _, m := range r.pending {
		r.stale[m] = true
	}
	// A page in the last minute of a month can make one of the next month a repetition.
	for _, m := range r.pending {
		next := m + 1
		if m%100 == 12 {
			next = m + 89
		}
		if _, ok := r.size[next]; ok && !r.stale[next] {
			var late uint64
			if err := r.db.Conn.QueryRow(ctx, "SELECT count() FROM activity WHERE toYYYYMM(at) = ? AND kind = 'page' AND toYYYYMM(at + INTERVAL 61 SECOND) != toYYYYMM(at)", m).Scan(&late); err != nil {
				return err
			}
			if late > 0 {
				r.stale[next] = true
			}
		}
	}
	return nil
}

// compare finds out, once a table is made that decides about months, which more of them are stale.
func (r *rebuild) compare(ctx context.Context, made string) (err error) {
	switch {
	case made == "zone_offsets" && !r.all:
		// The organization's clock is in every row: a zone database that knows better makes all months stale. More years are no change.
		var changed uint64
		err = r.db.Conn.QueryRow(ctx, `SELECT count() FROM (
			SELECT since, offset FROM zone_offsets WHERE zone = ? EXCEPT SELECT since, offset FROM next_zone_offsets WHERE zone = ?)`, r.db.Settings.Zone, r.db.Settings.Zone).Scan(&changed)
		r.all = changed > 0
	case made == "person_clock" && !r.all:
		err = r.addStale(ctx, "who", r.stale)
	case made == "incident_channel" && !r.all:
		err = r.addStale(ctx, "links", r.also["links"])
	case made == "incident_window" && !r.all:
		err = r.addStale(ctx, "windows", r.also["windows"])
	}
	return err
}

// addStale adds the months that stale/NAME.sql finds.
func (r *rebuild) addStale(ctx context.Context, name string, to map[uint32]bool) error {
	text, err := staleFiles.ReadFile("stale/" + name + ".sql")
	if err != nil {
		return err
	}
	var months []uint32
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(r.parameters(slices.Sorted(maps.Keys(r.stale)))))
	if err := r.db.Conn.QueryRow(ctx, string(text)).Scan(&months); err != nil {
		return fmt.Errorf("stale months, %s: %w", name, err)
	}
	for _, m := range months {
		to[m] = true
	}
	return nil
}
