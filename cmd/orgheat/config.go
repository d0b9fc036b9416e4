package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/BurntSushi/toml"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/schema"
)

// config is orgheat.toml. Flags and ORGHEAT_ variables come before it, defaults behind.
type config struct {
	Organization schema.Settings     `toml:"organization"`
	Cost         schema.Cost         `toml:"cost"`
	Hypotheses   []hypothesis        `toml:"hypothesis"`
	Themes       map[string][]string `toml:"themes"`
	Signals      schema.Signals      `toml:"signals"`
	Auth         auth.Config         `toml:"auth"`
}

// hypothesis is a schema.Hypothesis of which a part may be missing.
type hypothesis struct {
	Category string `toml:"category"`
	From     *int   `toml:"from"`
	To       *int   `toml:"to"`
}

// readConfig reads the named file; without a name orgheat.toml of the working directory, if there is one. Unknown keys are errors.
func readConfig(path string) (config, error) {
	c := config{Organization: schema.DefaultSettings(), Signals: schema.DefaultSignals()}
	named := path != ""
	if !named {
		path = "orgheat.toml"
	}
	meta, err := toml.DecodeFile(path, &c)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return c, nil
	}
	var perr *fs.PathError
	if errors.As(err, &perr) {
		return c, err
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w; docs/configuration.md shows every key and its type", path, err)
	}
	if keys := meta.Undecoded(); len(keys) > 0 {
		return c, fmt.Errorf("%s: %s is no setting; see docs/configuration.md", path, keys[0])
	}
	c.Organization.Cost, c.Organization.Themes, c.Organization.Signals = c.Cost, c.Themes, c.Signals
	for i, h := range c.Hypotheses {
		if h.From == nil || h.To == nil {
			return c, fmt.Errorf("%s: [[hypothesis]] number %d: from or to is missing; write both, in weeks after the event", path, i+1)
		}
		c.Organization.Hypotheses = append(c.Organization.Hypotheses, schema.Hypothesis{Category: h.Category, From: *h.From, To: *h.To})
	}
	if err := c.Organization.Validate(); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	for _, file := range []*string{&c.Auth.Users, &c.Auth.OIDC.SecretFile} {
		if *file != "" && !filepath.IsAbs(*file) {
			*file = filepath.Join(filepath.Dir(path), *file)
		}
	}
	return c, nil
}
