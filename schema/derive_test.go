package schema_test

import (
	"context"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

// load writes rows as one load and rebuilds.
func load(t *testing.T, db *schema.DB, rows ...schema.Row) {
	t.Helper()
	ctx := context.Background()
	w := db.NewWriter(uint64(time.Now().UnixMilli()))
	for _, r := range rows {
		if err := w.Add(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Rebuild(ctx, false, nil); err != nil {
		t.Fatal(err)
	}
}

func TestRebuildEmpty(t *testing.T) {
	db := schematest.Open(t)
	ctx := context.Background()
	done, err := db.Rebuild(ctx, false, func(s string) { t.Log(time.Now().Format("05.000"), s) })
	if err != nil || !done {
		t.Fatalf("done %v, err %v", done, err)
	}
	if done, err = db.Rebuild(ctx, false, nil); err != nil || done {
		t.Fatalf("again: done %v, err %v", done, err)
	}
}
