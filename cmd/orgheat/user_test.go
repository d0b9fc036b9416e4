package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestUsers: passwords come from standard input, and what is configured is what is written.
func TestUsers(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "orgheat.toml")
	if err := os.WriteFile(config, []byte("[auth]\nusers = \"people.toml\"\nsession = \"8h\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	add := orgheat(dir, "--config", config, "user", "add", "ada", "--role", "leader")
	add.Stdin = strings.NewReader("correct horse\n")
	must(t, add)
	short := orgheat(dir, "--config", config, "user", "add", "bo", "--role", "viewer")
	short.Stdin = strings.NewReader("short\n")
	if out, err := short.CombinedOutput(); err == nil || !strings.Contains(string(out), "10 to 1024") {
		t.Errorf("a short password: %v %s", err, out)
	}
	if out := must(t, orgheat(dir, "--config", config, "user", "list")); out != "user  role\nada   leader\n" {
		t.Errorf("list: %q", out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "people.toml"))
	if err != nil || strings.Contains(string(text), "horse") {
		t.Errorf("users file %s: %v", text, err)
	}
	// Without encryption nobody else's machine is let in, with or without users.
	for _, c := range []string{config, ""} {
		args := []string{"serve", "--addr", "0.0.0.0:0"}
		if c != "" {
			args = append(args, "--config", c)
		}
		if out, err := orgheat(dir, args...).CombinedOutput(); err == nil || !strings.Contains(string(out), "can be reached from other machines") {
			t.Errorf("serve to everybody: %v %s", err, out)
		}
	}
	must(t, orgheat(dir, "--config", config, "user", "remove", "ada"))
	if out, err := orgheat(dir, "--config", config, "serve").CombinedOutput(); err == nil || !strings.Contains(string(out), "names nobody") {
		t.Errorf("serve without users: %v %s", err, out)
	}
}
