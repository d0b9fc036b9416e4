// Command orgheat loads an organization's incident history into ClickHouse and shows who was there.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/orgheat/orgheat/ingest"
	"github.com/orgheat/orgheat/query"
	"github.com/orgheat/orgheat/schema"
)

// version is set at build time with -ldflags "-X main.version=...".
var version = "dev"

type cli struct {
	Data       string           `help:"Directory of the local engine and its data." default:"orgheat-data" type:"path" env:"ORGHEAT_DATA" placeholder:"DIR"`
	ClickHouse string           `name:"clickhouse" help:"Use this ClickHouse server instead: clickhouse://user:password@host:9000/database." env:"ORGHEAT_CLICKHOUSE" placeholder:"DSN"`
	Reader     string           `name:"clickhouse-reader" help:"Read-only login for pages on that server." env:"ORGHEAT_CLICKHOUSE_READER" placeholder:"DSN"`
	Config     string           `help:"Configuration file." env:"ORGHEAT_CONFIG" placeholder:"orgheat.toml"`
	Version    kong.VersionFlag `help:"Print the version."`

	Demo       demoCmd       `cmd:"" help:"Generate an invented organization in real export formats, load it, and serve it."`
	Load       loadCmd       `cmd:"" help:"Load exports: files, directories, .zip, .gz, .zst."`
	Serve      serveCmd      `cmd:"" help:"Show the dashboard in a browser."`
	Query      queryCmd      `cmd:"" help:"Answer a metric on the command line."`
	Report     reportCmd     `cmd:"" help:"Write the review of a quarter as one HTML file, to print or to send."`
	Identities identitiesCmd `cmd:"" help:"List identities that no roster or alias knows, as an aliases CSV with suggestions."`
	Status     statusCmd     `cmd:"" help:"What is loaded, gaps by source and month, pending rebuilds."`
	Migrate    migrateCmd    `cmd:"" help:"Bring the database to this version's schema."`
	Generate   generateCmd   `cmd:"" help:"Write the history of an invented organization in real export formats, with the truths planted in it."`
	Rebuild    rebuildCmd    `cmd:"" help:"Compute the derived tables anew."`
	Export     exportCmd     `cmd:"" help:"Write every table as Parquet or CSV."`
	Forget     forgetCmd     `cmd:"" help:"Remove a person from everything that is stored, for good."`
	User       userCmd       `cmd:"" help:"Users of the dashboard: add, remove, list."`
	Audit      auditCmd      `cmd:"" help:"Who was shown names in the dashboard, and whose."`
	Health     healthCmd     `cmd:"" hidden:"" help:"Exit 0 if a running orgheat is ready."`
}

func main() {
	schema.EngineChild()
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("orgheat"), kong.Description("Organizational analytics for incident history: who was there, when, and what it depends on."),
		kong.UsageOnError(), kong.Vars{"version": version, "kinds": kinds()}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		panic(err)
	}
	kctx, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	if slices.ContainsFunc(args, holdsPassword) {
		fmt.Fprintln(os.Stderr, "orgheat: everybody on this machine can read a password on the command line; put the DSN into ORGHEAT_CLICKHOUSE or ORGHEAT_CLICKHOUSE_READER instead")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	kctx.BindTo(ctx, (*context.Context)(nil))
	err = kctx.Run(&c)
	if err == nil {
		return 0
	}
	if !errors.Is(err, ingest.ErrFailed) { // the report has said it
		fmt.Fprintln(os.Stderr, "orgheat:", plainLines(err.Error()))
		if remedy := schema.Remedy(err); remedy != "" {
			fmt.Fprintln(os.Stderr, "orgheat:", remedy)
		}
	}
	if errors.Is(err, query.ErrRequest) {
		return 2
	}
	return 1
}

// holdsPassword says whether an argument is a DSN with a password.
func holdsPassword(arg string) bool {
	_, login, dsn := strings.Cut(arg, "://")
	login, _, at := strings.Cut(login, "@")
	return dsn && at && strings.Contains(login, ":")
}

// open connects and makes sure that the schema is this version's and that an interrupted rebuild is finished.
func (c *cli) open(ctx context.Context) (*schema.DB, error) {
	db, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.settle(ctx, db); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func (c *cli) connect(ctx context.Context) (*schema.DB, error) {
	config, err := readConfig(c.Config)
	if err != nil {
		return nil, err
	}
	return schema.Open(ctx, schema.Target{DataDir: c.Data, DSN: c.ClickHouse, ReaderDSN: c.Reader, Settings: config.Organization})
}

// lock keeps loads and other writers out, and says so when it has to wait for one.
func lock(ctx context.Context, db *schema.DB) (unlock func(), err error) {
	return db.Lock(ctx, func() { fmt.Fprintln(os.Stderr, "orgheat: waiting for a load to finish") })
}

// settle migrates and finishes what an interrupted load left, unless a load is at it right now.
func (c *cli) settle(ctx context.Context, db *schema.DB) error {
	pending, err := db.Migrate(ctx, true)
	if err != nil {
		return err
	}
	damaged, err := tellDamage(ctx, db)
	if err != nil {
		return err
	}
	stale, err := db.Stale(ctx)
	if err != nil && len(pending) == 0 {
		return err
	}
	if len(pending) == 0 && !stale && len(damaged) == 0 {
		return nil
	}
	unlock, err := lock(ctx, db)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := db.Migrate(ctx, false); err != nil {
		return err
	}
	if _, err := db.Rebuild(ctx, len(damaged) > 0, nil); err != nil {
		return err
	}
	return db.DropDamaged(ctx, damaged)
}

// tellDamage says on standard error what the disk lost of what was loaded, and returns what a rebuild makes up for.
func tellDamage(ctx context.Context, db *schema.DB) (derived []schema.Damage, err error) {
	damage, err := db.Damage(ctx)
	for _, d := range damage {
		switch {
		case d.Derived():
			derived = append(derived, d)
		case d.Ours():
			return nil, fmt.Errorf("table %s is damaged on disk: restore the data directory from a backup; or give up its content (pseudonyms change, forgotten people may be loaded again) with: orgheat rebuild --drop-damaged", d)
		default:
			fmt.Fprintf(os.Stderr, "orgheat: stored data is damaged on disk and missing from all numbers: %s. Load those exports again; then end this warning with: orgheat rebuild --drop-damaged\n", d)
		}
	}
	return derived, err
}

func kinds() (s string) {
	for i, src := range ingest.Sources {
		if i > 0 {
			s += ", "
		}
		s += src.Name
	}
	return s
}
