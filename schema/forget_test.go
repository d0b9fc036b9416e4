package schema

import (
	"regexp"
	"testing"
)

// TestForgottenText: what a load does with texts, word by word and hashed, and what forgetting does with stored ones, by patterns, is the same.
func TestForgottenText(t *testing.T) {
	emails, names := []string{"ada@example.com"}, []string{"ada lovelace", "ada lovelace king", "u0abc123", "ørsted-ångström"}
	tombs := &tombstones{key: []byte("k"), known: map[string]map[uint64]bool{"email": {}, "name": {}}, asked: map[[3]string]bool{}}
	for _, e := range emails {
		tombs.known["email"][tombstone(tombs.key, "email", "", "", e)] = true
	}
	for _, n := range names {
		tombs.known["name"][tombstone(tombs.key, "name", "", "", normalName(n))] = true
	}
	mail, words := patterns(emails, names)
	stored := func(s string) string {
		s = regexp.MustCompile(mail).ReplaceAllString(s, "${1}(forgotten)${2}")
		for range 2 {
			s = regexp.MustCompile(words).ReplaceAllString(s, "${1}(forgotten)${2}")
		}
		return s
	}
	for in, want := range map[string]string{
		"":                                       "",
		"disk full":                              "disk full",
		"ask Ada  LOVELACE now":                  "ask (forgotten) now",
		"Ada Lovelace-King":                      "(forgotten)",
		"Ada Lovelace Ada Lovelace":              "(forgotten) (forgotten)",
		"Ada Lovelace Ada Lovelace Ada Lovelace": "(forgotten) (forgotten) (forgotten)",
		"Adam Lovelace, Ada Lovelaces":           "Adam Lovelace, Ada Lovelaces",
		"<@U0ABC123> and U0ABC1234":              "<@(forgotten)> and U0ABC1234",
		"Ørsted Ångström":                        "(forgotten)",
		"to ADA@example.com.":                    "to (forgotten).",
		"nada@example.com":                       "nada@example.com",
		"mailto:ada@example.com?x":               "mailto:(forgotten)?x",
	} {
		if got := tombs.text(in); got != want {
			t.Errorf("loaded %q: %q, want %q", in, got, want)
		}
		if got := stored(in); got != want {
			t.Errorf("stored %q: %q, want %q", in, got, want)
		}
	}
	if mail, words := patterns(nil, nil); regexp.MustCompile(mail).MatchString("x y") || regexp.MustCompile(words).MatchString("") {
		t.Error("patterns of nothing match something")
	}
}
