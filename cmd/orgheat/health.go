package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// healthCmd is for container health checks: an image without a shell has no curl.
type healthCmd struct {
	URL string `arg:"" help:"Address of /readyz." default:"http://127.0.0.1:8080/readyz"`
}

func (h *healthCmd) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", h.URL, resp.Status)
	}
	return nil
}
