package main

import (
	"context"
	"fmt"
	"slices"
)

type forgetCmd struct {
	Person string `arg:"" help:"E-mail, or source:id as orgheat identities lists it."`
}

func (f *forgetCmd) Run(ctx context.Context, c *cli) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	unlock, err := lock(ctx, db)
	if err != nil {
		return err
	}
	defer unlock()
	found, err := db.Forget(ctx, f.Person)
	if err != nil {
		return err
	}
	slices.Sort(found.Identities)
	for _, id := range slices.Compact(found.Identities) {
		fmt.Println("forgot", plain(id))
	}
	fmt.Printf("removed %d actions; later loads leave this person out. Export files and backups are not touched.\n", found.Activities)
	return nil
}
