package query

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"
	"sync"

	"github.com/orgheat/orgheat/schema"
)

// accessFiles holds the SQL of access rules, which are no metrics.
//
//go:embed access/*.sql
var accessFiles embed.FS

func accessSQL(name string) string {
	text, err := accessFiles.ReadFile("access/" + name + ".sql")
	if err != nil {
		panic(err) // embedded
	}
	return string(text)
}

const pseudonymPrefix = "person-"

// masks turns people into pseudonyms that stay the same within an installation and mean nothing in another.
type masks struct {
	secret func(ctx context.Context, purpose string) ([]byte, error)
	mu     sync.Mutex
	key    []byte
	seq    uint64 // of the derived tables that names are of
	names  *nameIndex
}

// of is the masks that an answer needs: the key, and the names that free text may hold.
func (m *masks) of(ctx context.Context, db *DB) (masker, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.learn(ctx); err != nil {
		return masker{}, err
	}
	seq, err := db.Version(ctx)
	if err != nil {
		return masker{}, err
	}
	if m.names == nil || m.seq != seq {
		var known []struct {
			Name   string `ch:"name"`
			Person string `ch:"person"`
		}
		if err := db.conn.Select(ctx, &known, accessSQL("names")); err != nil {
			return masker{}, err
		}
		index := &nameIndex{byFirst: map[string][]knownName{}}
		for _, k := range known {
			index.add(k.Name, k.Person)
		}
		m.names, m.seq = index, seq
	}
	return masker{m.key, m.names}, nil
}

// learn reads the key, once. The caller holds mu.
func (m *masks) learn(ctx context.Context) (err error) {
	if m.key == nil {
		m.key, err = m.secret(ctx, "pseudonym")
	}
	return err
}

// pseudonym needs no names, and so nothing of the database but the key.
func (m *masks) pseudonym(ctx context.Context, person string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.learn(ctx); err != nil {
		return "", err
	}
	return masker{key: m.key}.person(person), nil
}

type masker struct {
	key   []byte
	names *nameIndex
}

// person is the pseudonym of a person; nobody stays nobody.
func (m masker) person(person string) string {
	if person == "" || strings.HasPrefix(person, pseudonymPrefix) {
		return person
	}
	h := hmac.New(sha256.New, m.key)
	h.Write([]byte(strings.ToLower(person)))
	return pseudonymPrefix + hex.EncodeToString(h.Sum(nil)[:6])
}

// text replaces e-mail addresses and the full names of known people within free text. Names of a single word are words, and stay.
func (m masker) text(s string) string {
	if strings.Contains(s, "@") {
		s = schema.EmailPattern.ReplaceAllStringFunc(s, m.person)
	}
	return m.names.replace(s, m.person)
}

// nameIndex finds full names of two and more words in text, by their first word.
type nameIndex struct{ byFirst map[string][]knownName }

type knownName struct {
	words  []string
	person string
}

func (x *nameIndex) add(name, person string) {
	var words []string
	for _, w := range schema.WordsIn(name) {
		words = append(words, strings.ToLower(name[w[0]:w[1]]))
	}
	if len(words) >= 2 {
		x.byFirst[words[0]] = append(x.byFirst[words[0]], knownName{words, person})
	}
}

func (x *nameIndex) replace(s string, mask func(string) string) string {
	words := schema.WordsIn(s)
	var out strings.Builder
	done := 0
	for i := 0; i < len(words); i++ {
		var best knownName
		for _, k := range x.byFirst[strings.ToLower(s[words[i][0]:words[i][1]])] {
			if len(k.words) > len(best.words) && k.at(s, words[i:]) {
				best = k
			}
		}
		if n := len(best.words); n > 0 {
			out.WriteString(s[done:words[i][0]])
			out.WriteString(mask(best.person))
			i += n - 1
			done = words[i][1]
		}
	}
	if done == 0 {
		return s
	}
	return out.String() + s[done:]
}

func (k knownName) at(s string, words [][2]int) bool {
	if len(words) < len(k.words) {
		return false
	}
	for i, w := range k.words {
		if strings.ToLower(s[words[i][0]:words[i][1]]) != w {
			return false
		}
	}
	return true
}
