package query

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/orgheat/orgheat/schema"
)

// fold writes text as lower-case words between single spaces, with one at either end: letters and digits make words, all else parts them.
func fold(texts ...string) string {
	var b strings.Builder
	b.WriteByte(' ')
	apart := true
	for _, t := range texts {
		for _, r := range t {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				b.WriteRune(unicode.ToLower(r))
				apart = false
			} else if !apart {
				b.WriteByte(' ')
				apart = true
			}
		}
		if !apart {
			b.WriteByte(' ')
			apart = true
		}
		// A phrase does not run from one text into the next.
		b.WriteString("\x00 ")
	}
	return b.String()
}

// phrases are named lists of words or groups of words that are looked for in texts: whole words, any case. What stands between slashes is a
// regular expression instead.
type phrases struct {
	names    []string
	words    [][]string         // folded, by name
	patterns [][]*regexp.Regexp // by name
}

// phrasesOf makes phrases of names and their words.
func phrasesOf(words map[string][]string) phrases {
	var p phrases
	for name := range words {
		p.names = append(p.names, name)
	}
	slices.Sort(p.names)
	for _, name := range p.names {
		var plain []string
		var patterns []*regexp.Regexp
		for _, rule := range words[name] {
			if r, err := schema.RulePattern(rule); err == nil && r != nil { // Settings.Validate refuses others
				patterns = append(patterns, r)
			} else {
				plain = append(plain, rule)
			}
		}
		p.words, p.patterns = append(p.words, folded(plain)), append(p.patterns, patterns)
	}
	return p
}

// alternatives makes phrases of lines such as "expired certificate|certificate expired": ways to write one thing, the first is its name.
func alternatives(lines []string) phrases {
	var p phrases
	for _, line := range lines {
		ways := strings.Split(line, "|")
		p.names, p.words, p.patterns = append(p.names, strings.TrimSpace(ways[0])), append(p.words, folded(ways)), append(p.patterns, nil)
	}
	return p
}

func folded(words []string) []string {
	var out []string
	for _, w := range words {
		if f := fold(w); strings.TrimSuffix(f, "\x00 ") != " " {
			out = append(out, strings.TrimSuffix(f, "\x00 "))
		}
	}
	return out
}

// in are the names with a word or pattern in one of the texts, in the order of the names.
func (p phrases) in(texts ...string) []string {
	var found []string
	text := fold(texts...)
	for i, words := range p.words {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) }) ||
			slices.ContainsFunc(p.patterns[i], func(r *regexp.Regexp) bool { return slices.ContainsFunc(texts, r.MatchString) }) {
			found = append(found, p.names[i])
		}
	}
	return found
}
