package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/orgheat/orgheat/dashboard"
	"github.com/orgheat/orgheat/query"
)

type auditCmd struct {
	Person string `help:"Only answers that named this person: an e-mail, or source:id." placeholder:"PERSON"`
	From   string `help:"Only from this day on, YYYY-MM-DD." placeholder:"D"`
	JSON   bool   `name:"json" help:"Print the entries as they are written, one JSON object per line."`
}

// auditFile is where the dashboard writes down who was shown names.
func (c *cli) auditFile() string { return filepath.Join(c.Data, "audit.jsonl") }

func (a *auditCmd) Run(ctx context.Context, c *cli) error {
	var from time.Time
	if a.From != "" {
		var err error
		if from, err = time.Parse("2006-01-02", a.From); err != nil {
			return fmt.Errorf("--from %q is not a day written YYYY-MM-DD", a.From)
		}
	}
	pseudonym := ""
	if a.Person != "" {
		db, err := c.open(ctx)
		if err != nil {
			return err
		}
		defer db.Close()
		if pseudonym, err = query.NewDB(db).Pseudonym(ctx, a.Person); err != nil {
			return err
		}
	}
	f, err := os.Open(c.auditFile())
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not there: the dashboard of this data directory has named nobody yet", c.auditFile())
	}
	if err != nil {
		return err
	}
	defer f.Close()
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	if !a.JSON {
		fmt.Fprintln(t, "time\tuser\trole\taddress\tpeople\tpath")
	}
	broken, err := dashboard.ReadAudit(f, func(e dashboard.AuditEntry) error {
		if e.At.Before(from) || pseudonym != "" && !slices.Contains(e.People, pseudonym) {
			return nil
		}
		if a.JSON {
			return show(os.Stdout, func(w io.Writer) error { return json.NewEncoder(w).Encode(e) })
		}
		where := e.Path
		if len(e.Query) > 0 {
			where += "?" + e.Query.Encode()
		}
		_, err := fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%s\n", e.At.Format(time.RFC3339), plain(e.User), e.Role, e.Address, e.Count, plain(where))
		return err
	})
	if err != nil {
		return err
	}
	if broken > 0 {
		fmt.Fprintf(os.Stderr, "orgheat: %d lines of %s cannot be read\n", broken, c.auditFile())
	}
	return t.Flush()
}
