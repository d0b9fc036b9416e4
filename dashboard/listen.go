package dashboard

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/orgheat/orgheat/dashboard/auth"
)

// Security is what an open address needs.
type Security struct {
	Auth      *auth.Auth // nil: loopback addresses only
	Cert, Key string     // PEM files; "": no TLS
}

// Listen opens addr (host:port). An address that other machines reach needs authentication, and passwords need encryption.
func Listen(ctx context.Context, addr string, s Security) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %q is not host:port, such as 127.0.0.1:8080", addr)
	}
	ip := net.ParseIP(host)
	if host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		if err := s.Auth.MayListen(s.Cert != ""); err != nil {
			return nil, fmt.Errorf("address %q can be reached from other machines, and %w", addr, err)
		}
	}
	var config *tls.Config
	if s.Cert != "" || s.Key != "" {
		cert, err := tls.LoadX509KeyPair(s.Cert, s.Key)
		if err != nil {
			return nil, fmt.Errorf("TLS certificate and key: %w", err)
		}
		config = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil || config == nil {
		return l, err
	}
	return tls.NewListener(l, config), nil
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
