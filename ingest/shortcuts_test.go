package ingest

import (
	"fmt"
	"math/rand/v2"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestShortcuts compares what is read by hand, because every record has several of them, with what a library or an expression reads: in
// texts made of pieces that matter to either, shuffled.
func TestShortcuts(t *testing.T) {
	reference := regexp.MustCompile(`[A-Za-z][A-Za-z0-9_]*-[0-9]+`)
	whole := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*-[0-9]+$`)
	channels := regexp.MustCompile(`(?:/archives/|channel=|<#)([A-Z0-9]{6,})`)
	api := regexp.MustCompile(`/repos/([^/?#\s]+)/([^/?#\s]+)`)
	page := regexp.MustCompile(`^https?://[^/]+/([^/?#\s]+)/([^/?#\s]+)(?:/(?:pull|issues|commit|releases|tree|discussions)\b|/?$)`)
	number := regexp.MustCompile(`/(?:pull|pulls|issues)/([0-9]+)`)
	rome, err := time.LoadLocation("Europe/Rome") // the night of March 31 has no half past two
	if err != nil {
		t.Fatal(err)
	}
	owned := func(m []string) string {
		if m == nil {
			return ""
		}
		return strings.Join(m[1:], "/")
	}
	for _, c := range []struct {
		name   string
		pieces []string
		got    func(string) string
		want   func(string) string
	}{
		{"references", []string{"INC", "-", "1", "23", "_", "é", " ", "x", "-4", "a-5"},
			func(s string) string { return strings.Join(references(s), " ") },
			func(s string) string {
				var out []string
				for _, at := range reference.FindAllStringIndex(s, -1) {
					word := strings.ToUpper(s[at[0]:at[1]])
					if (at[0] == 0 || !wordByte(s[at[0]-1])) && (at[1] == len(s) || !wordByte(s[at[1]])) && !slices.Contains(out, word) {
						out = append(out, word)
					}
				}
				return strings.Join(out, " ")
			}},
		{"isReference", []string{"INC", "-", "1", "23", "_", "é", " ", "x", "-4", "a-5"}, func(s string) string { return fmt.Sprint(isReference(s)) },
			func(s string) string { return fmt.Sprint(whole.MatchString(s)) }},
		{"slackChannels", []string{"https://acme.slack.com", "/archives/", "channel=", "<#", "C0123", "45A", "c", "|x>", " "},
			func(s string) string { return strings.Join(slackChannels(s), " ") },
			func(s string) string {
				var out []string
				for _, m := range channels.FindAllStringSubmatch(s, -1) {
					if !slices.Contains(out, m[1]) {
						out = append(out, m[1])
					}
				}
				return strings.Join(out, " ")
			}},
		{"ghAPI", []string{"/repos", "/", "a", "b", "?", "#", " ", "https://api.github.com"}, ghAPI, func(s string) string { return owned(api.FindStringSubmatch(s)) }},
		{"ghPage", []string{"https://github.com", "http://", "/", "a", "b/c", "/pull", "/tree", "/issues", "s", "1", "?", "é"}, ghPage,
			func(s string) string { return owned(page.FindStringSubmatch(s)) }},
		{"ghNumber", []string{"/pull", "/pulls", "/issues", "/", "12", "x"}, ghNumber, func(s string) string { return owned(number.FindStringSubmatch(s)) }},
		{"email", []string{"ada", ".", "@", "acme", "-", "+x", "TEST", " ", "<", ">", "é", "_", "9"}, email, func(s string) string {
			a, err := mail.ParseAddress(strings.TrimSpace(s))
			if err != nil || !strings.Contains(s, "@") {
				return ""
			}
			return strings.ToLower(a.Address)
		}},
		{"hostOf", []string{"https://", "Acme.test", ":80", "/", "a@", "%41", "%", "?q", "#f", " ", "_", "é", "http://x"}, hostOf, func(s string) string {
			u, err := url.Parse(s)
			if err != nil {
				return ""
			}
			return strings.ToLower(u.Hostname())
		}},
		{"isoStamp", []string{"2024-02-28T23:59:59", "2024-03-31 02:30:00", "2024-02-28 23:59", "2024-02-28T12:00", ":07", "2023-02-29T00:00:00", "2024-02-29T24:00:00", "2024-13-01 00:00:00", "Z", ".5", ".123456789", "0", "+01:00", "-0730", "-24:00", "+00:60", "x"},
			func(s string) string {
				if at, zoneless, ok := isoStamp(s, rome); ok {
					return fmt.Sprint(at.UTC().Format(time.RFC3339Nano), zoneless)
				}
				return "" // left to the layouts
			},
			func(s string) string {
				for _, l := range zonedLayouts {
					if t, err := time.Parse(l, s); err == nil {
						return fmt.Sprint(t.UTC().Format(time.RFC3339Nano), false)
					}
				}
				for _, l := range plainLayouts {
					if t, err := time.ParseInLocation(l, s, rome); err == nil {
						return fmt.Sprint(t.UTC().Format(time.RFC3339Nano), true)
					}
				}
				return ""
			}},
	} {
		r, said := rand.New(rand.NewPCG(1, 2)), 0
		for range 20_000 {
			var b strings.Builder
			for range 1 + r.IntN(7) {
				b.WriteString(c.pieces[r.IntN(len(c.pieces))])
			}
			got, want := c.got(b.String()), c.want(b.String())
			if want != "" {
				said++
			}
			if got != want && (got != "" || c.name != "isoStamp") {
				t.Fatalf("%s(%q) = %q, want %q", c.name, b.String(), got, want)
			}
		}
		if said < 50 {
			t.Errorf("%s: only %d texts say something", c.name, said)
		}
	}
}
