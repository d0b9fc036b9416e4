package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/orgheat/orgheat/dashboard"
	"github.com/orgheat/orgheat/query"
)

type reportCmd struct {
	Quarter string `required:"" help:"Quarter to review, such as 2026Q3." placeholder:"2026Q3"`
	Out     string `required:"" help:"HTML file to write; - is standard output. It holds names: keep it as you keep HR data." placeholder:"FILE"`
}

// Run writes the review whole or not at all. The command line acts as admin.
func (r *reportCmd) Run(ctx context.Context, c *cli) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var b bytes.Buffer
	if err := dashboard.WriteReport(ctx, dashboard.Options{DB: query.NewDB(db), Schema: db, Version: version}, r.Quarter, &b); err != nil {
		return err
	}
	if r.Out == "-" {
		_, err = os.Stdout.Write(b.Bytes())
		return err
	}
	if err := os.WriteFile(r.Out, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	fmt.Fprintf(os.Stderr, "orgheat: %s, the review of %s\n", r.Out, r.Quarter)
	return nil
}
