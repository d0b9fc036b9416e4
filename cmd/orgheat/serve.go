package main

import (
	"context"
	"fmt"
	"os"

	"github.com/orgheat/orgheat/dashboard"
	"github.com/orgheat/orgheat/query"
)

type serveCmd struct {
	Addr string `help:"Address to answer on; of this machine only." default:"127.0.0.1:8080" env:"ORGHEAT_ADDR" placeholder:"HOST:PORT"`
}

func (s *serveCmd) Run(ctx context.Context, c *cli) error {
	l, err := dashboard.Listen(ctx, s.Addr)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer l.Close()
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	handler, err := dashboard.New(dashboard.Options{DB: query.NewDB(db), Schema: db, Version: version})
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "orgheat: http://%s (Ctrl-C ends it)\n", l.Addr())
	return dashboard.Serve(ctx, l, handler)
}
