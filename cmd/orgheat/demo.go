package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/orgheat/orgheat/ingest"
)

type demoCmd struct {
	Dir    string  `help:"Where the invented organization and its data go." default:"orgheat-demo" type:"path" placeholder:"DIR"`
	People int     `help:"People employed on the last day." default:"220"`
	Years  float64 `help:"Years of history." default:"4"`
	Seed   uint64  `help:"The same seed gives the same organization." default:"1"`
	Addr   string  `help:"Address to answer on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Load   bool    `name:"load-only" help:"Generate and load, do not serve."`
}

// Run generates the organization once, loads what is missing, and serves.
func (d *demoCmd) Run(ctx context.Context, c *cli) error {
	export := filepath.Join(d.Dir, fmt.Sprintf("export-%dx%g-%d", d.People, d.Years, d.Seed))
	c.Data = filepath.Join(d.Dir, fmt.Sprintf("data-%dx%g-%d", d.People, d.Years, d.Seed))
	if _, err := os.Stat(export); errors.Is(err, fs.ErrNotExist) {
		// Written under another name first: what has the final name is whole.
		part := export + ".part"
		if err := os.RemoveAll(part); err != nil {
			return err
		}
		if _, err := (&generateCmd{People: d.People, Years: d.Years, Seed: d.Seed, Volume: 1, Out: part}).write(ctx); err != nil {
			return err
		}
		if err := os.Rename(part, export); err != nil {
			return err
		}
	}
	loaded := filepath.Join(c.Data, "demo-loaded")
	if _, err := os.Stat(loaded); err != nil {
		begun := time.Now()
		load := loadCmd{Paths: []string{export}, MaxRejects: -1}
		if err := load.Run(ctx, c); err != nil && !errors.Is(err, ingest.ErrFailed) {
			return err
		} else if err != nil {
			return errors.New("the demo's own export did not load as a whole; please report this")
		}
		if err := os.WriteFile(loaded, nil, 0o600); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "loaded in %.1f s; the planted truths are in %s\n", time.Since(begun).Seconds(), filepath.Join(export, "truth.json"))
	}
	if d.Load {
		return nil
	}
	return (&serveCmd{Addr: d.Addr}).Run(ctx, c)
}
