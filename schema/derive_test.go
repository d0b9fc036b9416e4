package schema_test

import (
	"context"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema/schematest"
)

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
