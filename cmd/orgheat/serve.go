package main

import (
	"context"
	"fmt"
	"os"

	"github.com/orgheat/orgheat/dashboard"
	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
)

type serveCmd struct {
	Addr string `help:"Address to answer on; other than this machine's it needs authentication." default:"127.0.0.1:8080" env:"ORGHEAT_ADDR" placeholder:"HOST:PORT"`
	Cert string `name:"tls-cert" help:"Certificate, PEM." type:"path" placeholder:"FILE" env:"ORGHEAT_TLS_CERT"`
	Key  string `name:"tls-key" help:"Its key, PEM." type:"path" placeholder:"FILE" env:"ORGHEAT_TLS_KEY"`
}

func (s *serveCmd) Run(ctx context.Context, c *cli) error {
	config, err := readConfig(c.Config)
	if err != nil {
		return err
	}
	users, err := auth.New(config.Auth, nil)
	if err != nil {
		return err
	}
	l, err := dashboard.Listen(ctx, s.Addr, dashboard.Security{Auth: users, Cert: s.Cert, Key: s.Key})
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer l.Close()
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := os.MkdirAll(c.Data, 0o700); err != nil { // with a server of one's own nobody made it yet
		return err
	}
	audit, err := dashboard.NewAudit(c.auditFile())
	if err != nil {
		return err
	}
	handler, err := dashboard.New(dashboard.Options{DB: query.NewDB(db), Schema: db, Version: version, Auth: users, Audit: audit})
	if err != nil {
		return err
	}
	warm, cool := context.WithCancel(ctx)
	defer cool()
	go handler.KeepWarm(warm)
	scheme := "http"
	if s.Cert != "" {
		scheme = "https"
	}
	fmt.Fprintf(os.Stderr, "orgheat: %s://%s (Ctrl-C ends it)\n", scheme, l.Addr())
	return dashboard.Serve(ctx, l, handler)
}
