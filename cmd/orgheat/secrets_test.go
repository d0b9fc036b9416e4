package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
)

// selfSigned writes a certificate for 127.0.0.1 and its key, and returns who trusts it and a line of the key.
func selfSigned(t *testing.T, dir string) (cert, key string, pool *x509.CertPool, secret string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "orgheat test"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certPEM, keyPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, text := range map[string][]byte{cert: certPEM, key: keyPEM} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	return cert, key, pool, strings.Split(string(keyPEM), "\n")[1]
}

// TestSecretsStayHidden serves over TLS to somebody who logs in, with every kind of secret there is, and looks for them wherever others could
// read: process lists, the engine's environment, logs, the audit log, answers and their headers.
func TestSecretsStayHidden(t *testing.T) {
	needEngine(t)
	org, err := smallOrg()
	if err != nil {
		t.Fatal(err)
	}
	data, dir := t.TempDir(), t.TempDir()
	must(t, orgheat(data, "load", org))
	const password, wrong, oidc = "long-password-of-ada", "mistyped-password-of-ada", "client-secret-of-orgheat"
	users := filepath.Join(dir, "users.toml")
	if err := auth.SetUser(users, "ada", query.Admin, password); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "orgheat.toml")
	if err := os.WriteFile(config, []byte("[auth]\nusers = \"users.toml\"\n[auth.oidc]\nissuer = \"https://127.0.0.1:1\"\nclient_id = \"orgheat\"\nredirect_url = \"https://127.0.0.1/login/oidc/callback\"\nrole = \"viewer\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cert, key, pool, keyLine := selfSigned(t, dir)
	s := serve(t, data, []string{"ORGHEAT_OIDC_SECRET=" + oidc}, "--config", config, "--tls-cert", cert, "--tls-key", key)
	if !strings.HasPrefix(s.url, "https://127.0.0.1:") {
		t.Fatalf("it serves at %s", s.url)
	}
	secrets := map[string]string{"the password": password, "the mistyped password": wrong, "the OIDC secret": oidc, "the TLS key": keyLine, "the engine's password": enginePassword(t, data)}

	var answers bytes.Buffer // everything that was sent, with headers
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	keep := func(resp *http.Response, err error) *http.Response {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		for name, values := range resp.Header {
			if name != "Set-Cookie" {
				fmt.Fprintln(&answers, name, values)
			}
		}
		if _, err := answers.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		return resp
	}
	if resp := keep(client.Get(s.url + "/data")); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("without a login /data answers %d, %v", resp.StatusCode, resp.Header)
	}
	if resp := keep(client.PostForm(s.url+"/login?password="+wrong, url.Values{"name": {"ada"}, "password": {wrong}})); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong password answers %d", resp.StatusCode)
	}
	resp := keep(client.PostForm(s.url+"/login", url.Values{"name": {"ada"}, "password": {password}, "next": {"/data"}}))
	if len(resp.Cookies()) != 1 || resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("the login answers %d with %d cookies", resp.StatusCode, len(resp.Cookies()))
	}
	cookie := resp.Cookies()[0]
	if !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is sent unencrypted, to scripts, or across sites: %+v", cookie)
	}
	secrets["the session"] = cookie.Value
	for _, path := range []string{"/data", "/chatter/events", "/incidents?password=" + wrong, "/api/v1/metrics/people", "/nowhere?token=" + password, "/login/oidc", "/chatter?weekday=x" + wrong} {
		keep(client.Get(s.url + path))
	}
	// What speaks plainly, or as in 2008, gets nothing.
	plain := &http.Client{Timeout: time.Minute}
	if resp, err := plain.Get(strings.Replace(s.url, "https:", "http:", 1) + "/login"); err == nil && resp.StatusCode != http.StatusBadRequest {
		t.Errorf("plain HTTP is answered with %d", resp.StatusCode)
	}
	if c, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil {
		c.Close()
		t.Error("TLS 1.1 is accepted")
	}

	places := map[string]string{"an answer": answers.String(), "the server's log": s.log.String()}
	for what, pid := range map[string]int{"server": s.pid, "engine": enginePID(t, data)} {
		places["the "+what+"'s command line"] = proc(t, pid, "cmdline")
		if what == "engine" { // the server's own environment was given by whoever started it
			places["the engine's environment"] = proc(t, pid, "environ")
		}
	}
	err = filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		name := filepath.Base(path)
		if err != nil || d.IsDir() || !d.Type().IsRegular() || name == "engine.json" || strings.HasPrefix(path, filepath.Join(data, "store")) {
			return err
		}
		b, err := os.ReadFile(path)
		places[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(places["audit.jsonl"], "/api/v1/metrics/people") || len(places["users.xml"]) == 0 || !strings.Contains(places["the engine's environment"], "ORGHEAT") {
		t.Errorf("the test looks at nothing: %d places", len(places))
	}
	for place, text := range places {
		for what, secret := range secrets {
			if strings.Contains(text, secret) && !(what == "the mistyped password" && place == "an answer") { // it was in the question's filter
				i := strings.Index(text, secret)
				t.Errorf("%s is in %s: ...%q", what, place, text[max(0, i-60):i])
			}
		}
	}
	// The mistyped one, too, comes back only where the asker put it in the filter.
	if n := strings.Count(answers.String(), wrong); n > 2 {
		t.Errorf("the mistyped password is %d times in answers", n)
	}
}

// TestServeRefuses: beyond this machine only with authentication, and passwords only encrypted; certificates that are none; passwords of
// databases appear in no message.
func TestServeRefuses(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	if err := auth.SetUser(filepath.Join(dir, "users.toml"), "ada", query.Admin, "long-password-of-ada"); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "orgheat.toml")
	if err := os.WriteFile(config, []byte("[auth]\nusers = \"users.toml\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "no.pem")
	for _, addr := range []string{"0.0.0.0:0", "[::]:0", ":0"} {
		fails(t, data, []string{"serve", "--addr", addr}, "can be reached from other machines", "no authentication")
		fails(t, data, []string{"serve", "--addr", addr, "--config", config}, "can be reached from other machines", "tls-cert")
	}
	fails(t, data, []string{"serve", "--addr", "127.0.0.1:0", "--tls-cert", missing, "--tls-key", missing}, missing)
	fails(t, data, []string{"serve", "--addr", "127.0.0.1:0", "--tls-cert", missing}, "TLS certificate and key")

	const secret = "password-of-the-database"
	for _, dsn := range []string{"clickhouse://orgheat:" + secret + "@127.0.0.1:1/orgheat", "clickhouse://orgheat:" + secret + "@127.0.0.1:1:1/%zz", secret} {
		c := orgheat(data, "status")
		c.Env = append(c.Env, "ORGHEAT_CLICKHOUSE="+dsn)
		out, err := c.CombinedOutput()
		if err == nil || strings.Contains(string(out), secret) {
			t.Errorf("%v: %s", err, out)
		}
		text, _ := try(data, "--clickhouse", dsn, "status")
		if strings.Contains(text, secret) {
			t.Errorf("the message holds the password: %s", text)
		}
		if strings.Contains(dsn, "@") && !strings.Contains(text, "ORGHEAT_CLICKHOUSE") {
			t.Errorf("a password on the command line is not warned of: %s", text)
		}
	}
}

func proc(t *testing.T, pid int, file string) string {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func enginePassword(t *testing.T, data string) string {
	t.Helper()
	var info struct{ Password string }
	b, err := os.ReadFile(filepath.Join(data, "engine", "engine.json"))
	if err == nil {
		err = json.Unmarshal(b, &info)
	}
	if err != nil || len(info.Password) < 20 {
		t.Fatalf("%d characters: %v", len(info.Password), err)
	}
	return info.Password
}
