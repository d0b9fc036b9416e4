package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/orgheat/orgheat/internal/generate"
)

type generateCmd struct {
	People int     `help:"People employed on the last day." default:"220"`
	Years  float64 `help:"Years of history." default:"4"`
	Seed   uint64  `help:"The same seed gives the same bytes." default:"1"`
	Volume float64 `help:"Multiplies everyday chatter." default:"1"`
	Out    string  `help:"Directory to write to; it has to be new or empty." required:"" type:"path" placeholder:"DIR"`
}

func (g *generateCmd) Run(ctx context.Context) error {
	_, err := g.write(ctx)
	return err
}

func (g *generateCmd) write(ctx context.Context) (*generate.Truth, error) {
	opts := generate.Options{People: g.People, Years: g.Years, Seed: g.Seed, Volume: g.Volume, Out: g.Out}
	if onTerminal(os.Stderr) {
		bars := map[string]*progressbar.ProgressBar{}
		opts.Progress = func(stage string, done, total int) {
			if bars[stage] == nil {
				bars[stage] = progressbar.NewOptions(max(total, 1), progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription("writing "+stage),
					progressbar.OptionSetWidth(20), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
			}
			_ = bars[stage].Set(done)
		}
	}
	begun := time.Now()
	truth, err := generate.Write(ctx, opts)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "wrote %d people, %d incidents of %s in %.1f s to %s\n", truth.People, truth.Incidents, truth.Company, time.Since(begun).Seconds(), g.Out)
	return truth, nil
}
