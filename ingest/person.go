package ingest

import "strings"

// personKey is how a table names a person: an e-mail address, folded, or any other text with its white space tidied. The same
// person written twice in a file is one identity.
func personKey(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if a := email(s); a != "" {
		return a
	}
	return strings.TrimPrefix(s, "@")
}

// personKeys are the keys of a list, empty ones and repetitions dropped.
func personKeys(list []string) []string {
	var out []string
	for _, s := range list {
		if k := personKey(s); k != "" && !contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}
