package dashboard

import (
	"context"
	"log/slog"
	"time"

	"github.com/orgheat/orgheat/query"
)

// warmEvery is how often KeepWarm looks for a new state of the data.
const warmEvery = 15 * time.Second

// KeepWarm reads what the overview without a filter shows of each new state of the data, until ctx ends: query remembers it, so that nobody
// waits for it after a start or a load. It shows it to nobody.
func KeepWarm(ctx context.Context, db *query.DB) {
	ctx = query.WithRole(ctx, query.Leader)
	for warmed := uint64(0); ; {
		version, err := db.Version(ctx)
		if err == nil && version != warmed {
			if err = warmOverview(ctx, db); err == nil {
				warmed = version
			}
		}
		if err != nil && ctx.Err() == nil {
			slog.Debug("overview not read ahead", "reason", reason(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(warmEvery):
		}
	}
}

func warmOverview(ctx context.Context, db *query.DB) error {
	return db.Stable(ctx, func(ctx context.Context) error {
		choices, err := db.Choices(ctx)
		if err != nil || choices.Last.IsZero() {
			return err
		}
		if _, err := db.ReadQuarter(ctx, query.NewFilter(db.Settings.Location()), lastQuarter(db, choices), query.Glance, time.Minute); err != nil {
			return err
		}
		coverage, err := query.Lookup("coverage")
		if err == nil {
			_, err = coverage.Run(ctx, db, query.NewFilter(db.Settings.Location()))
		}
		return err
	})
}
