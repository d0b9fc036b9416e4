package query

import (
	"slices"
	"testing"
)

// Whole words in any case; an alternative counts under the first way to write it; no phrase runs from one text into the next.
func TestPhrases(t *testing.T) {
	p := alternatives([]string{"expired certificate|cert expired", "dns", "rate limit"})
	for _, c := range []struct {
		texts []string
		want  []string
	}{
		{[]string{"Expired certificate on api"}, []string{"expired certificate"}},
		{[]string{"mTLS: CERT-EXPIRED!"}, []string{"expired certificate"}},
		{[]string{"DNS, then the rate-limit"}, []string{"dns", "rate limit"}},
		{[]string{"dnsmasq and rate limits"}, nil},
		{[]string{"the token expired", "certificate was fine"}, nil},
		{[]string{"", "Änderung des DNS"}, []string{"dns"}},
		{nil, nil},
	} {
		if got := p.in(c.texts...); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.texts, got, c.want)
		}
	}
	if got := alternatives([]string{" | ", ""}).in("anything at all"); got != nil {
		t.Errorf("empty phrases found %q", got)
	}
}

// TestPatterns: a rule between slashes is a regular expression of the text as it stands, in any case; beside it words are words.
func TestPatterns(t *testing.T) {
	p := phrasesOf(map[string][]string{"ports": {`/\b(tcp|udp)/\d+/`, "socket"}, "queues": {"/"}})
	for _, c := range []struct {
		text string
		want []string
	}{{"Nothing on TCP/443", []string{"ports"}}, {"nothing on tcp 443", nil}, {"Socket closed", []string{"ports"}}, {"a / b", nil}} {
		if got := p.in(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestOrdinal(t *testing.T) {
	for n, want := range map[int]string{1: "first", 3: "third", 10: "tenth", 11: "11th", 12: "12th", 21: "21st", 22: "22nd", 103: "103rd", 111: "111th", 1013: "1013th"} {
		if got := ordinal(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
