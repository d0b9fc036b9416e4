package ingest

import (
	"context"
	"iter"

	"github.com/orgheat/orgheat/schema"
)

const (
	unitsAtOnce  = 3   // exports that are read at the same time; more than cores, as a reader waits for the disk
	batchesAhead = 16  // batches that a reader may be ahead of what is written
	batchYields  = 256 // of a batch
)

// yielded is what a Source's Read gives.
type yielded struct {
	row schema.Row
	err error
}

// unitReaders read exports of one file while the one before is written. Trees are for who writes to read: their rows do not last, and
// they have readers of their own.
func unitReaders(find *finder) []worker[unit, []yielded] {
	workers := make([]worker[unit, []yielded], unitsAtOnce)
	for i := range workers {
		workers[i] = func(ctx context.Context, u unit, send func([]yielded) bool) error {
			if u.source.Tree {
				return nil
			}
			batch := make([]yielded, 0, batchYields)
			for row, err := range u.source.Read(ctx, find.input(u.fsys, u.path)) {
				if batch = append(batch, yielded{row, err}); len(batch) < batchYields {
					continue
				}
				if !send(batch) {
					return nil
				}
				batch = make([]yielded, 0, batchYields)
			}
			send(batch)
			return nil
		}
	}
	return workers
}

// eachYield undoes the batches.
func eachYield(batches iter.Seq2[[]yielded, error]) iter.Seq2[schema.Row, error] {
	return func(yield func(schema.Row, error) bool) {
		for batch := range batches {
			for _, y := range batch {
				if !yield(y.row, y.err) {
					return
				}
			}
		}
	}
}
