package dashboard

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Listen opens addr (host:port), which must be of the loopback interface: there is no authentication yet.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %q is not host:port, such as 127.0.0.1:8080", addr)
	}
	ip := net.ParseIP(host)
	if host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("address %q can be reached from other machines, and the dashboard has no authentication yet: "+
			"use a loopback address (127.0.0.1:8080), and from elsewhere an SSH tunnel: ssh -L 8080:127.0.0.1:8080 HOST", addr)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
}

// Serve answers on l until ctx ends; then it lets running requests finish for up to ten seconds.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := srv.Shutdown(end)
	if errors.Is(err, context.DeadlineExceeded) {
		srv.Close()
		return errors.New("some requests did not finish within 10 s of the shutdown and were cut off")
	}
	return err
}
