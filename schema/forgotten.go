package schema

import (
	"context"
	"strings"
)

// tombstones keep forgotten people out of what is loaded. What is learned about them on the way (an account whose e-mail is theirs) is kept.
type tombstones struct {
	key     []byte
	known   map[string]map[uint64]bool // by what
	asked   map[[3]string]bool         // answers of is, by source, account and value
	learned []learned
}

type learned struct{ what, source, account, value string }

// forgottenText stands where a text had a forgotten person's name.
const forgottenText = "(forgotten)"

// tombstones reads them; nil when nobody was forgotten.
func (db *DB) tombstones(ctx context.Context) (*tombstones, error) {
	rows, err := db.Conn.Query(ctx, "SELECT toString(what), hash FROM forgotten")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	t := &tombstones{known: map[string]map[uint64]bool{}, asked: map[[3]string]bool{}}
	for rows.Next() {
		var what string
		var hash uint64
		if err := rows.Scan(&what, &hash); err != nil {
			return nil, err
		}
		if t.known[what] == nil {
			t.known[what] = map[uint64]bool{}
		}
		t.known[what][hash] = true
	}
	if err := rows.Err(); err != nil || len(t.known) == 0 {
		return nil, err
	}
	t.key, err = db.Secret(ctx, "forgotten")
	return t, err
}

func (t *tombstones) has(what, source, account, value string) bool {
	return value != "" && t.known[what][tombstone(t.key, what, source, account, value)]
}

// mostAsked bounds the memory of answers.
const mostAsked = 200_000

// is says whether a value of a row of that source and account means a forgotten person.
func (t *tombstones) is(source, account, value string) bool {
	if value == "" {
		return false
	}
	q := [3]string{source, account, value}
	answer, ok := t.asked[q]
	if !ok {
		answer = t.has("key", source, account, value) || t.has("alias", source, "", value) || strings.Contains(value, "@") && t.has("email", "", "", value) ||
			isFullName(value) && t.has("name", "", "", normalName(value))
		if len(t.asked) >= mostAsked {
			clear(t.asked)
		}
		t.asked[cloned(q)] = answer
	}
	return answer
}

// cloned copies a key whose strings may share a loader's buffer.
func cloned(q [3]string) [3]string {
	return [3]string{strings.Clone(q[0]), strings.Clone(q[1]), strings.Clone(q[2])}
}

func (t *tombstones) learn(what, source, account, value string) {
	if value == "" || t.has(what, source, account, value) {
		return
	}
	if t.known[what] == nil {
		t.known[what] = map[uint64]bool{}
	}
	t.known[what][tombstone(t.key, what, source, account, value)] = true
	t.learned = append(t.learned, learned{what, strings.Clone(source), strings.Clone(account), strings.Clone(value)})
	clear(t.asked)
}

func (t *tombstones) without(source, account string, list []string) []string {
	var out []string
	for i, v := range list {
		switch them := t.is(source, account, v); {
		case them && out == nil:
			out = append(make([]string, 0, len(list)), list[:i]...)
		case !them && out != nil:
			out = append(out, v)
		}
	}
	if out == nil {
		return list
	}
	return out
}

// mostNameWords is the longest name that is looked for in text.
const mostNameWords = 5

// text is s without names, e-mails and ids of forgotten people.
func (t *tombstones) text(s string) string {
	if strings.Contains(s, "@") {
		s = EmailPattern.ReplaceAllStringFunc(s, func(m string) string {
			if t.has("email", "", "", m) {
				return forgottenText
			}
			return m
		})
	}
	if len(t.known["name"]) == 0 {
		return s
	}
	words := WordsIn(s)
	var out strings.Builder
	done := 0
	for i := 0; i < len(words); i++ {
		name, n := "", 0
		for j := i; j < min(i+mostNameWords, len(words)); j++ {
			if name += s[words[j][0]:words[j][1]]; t.has("name", "", "", name) {
				n = j - i + 1
			}
			name += " "
		}
		if n > 0 {
			out.WriteString(s[done:words[i][0]] + forgottenText)
			i += n - 1
			done = words[i][1]
		}
	}
	if done == 0 {
		return s
	}
	return out.String() + s[done:]
}

func (t *tombstones) texts(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = t.text(s)
	}
	return out
}

// keep is the row without forgotten people; nil when the row is theirs. The row itself is not changed.
func (t *tombstones) keep(row Row) Row {
	switch r := row.(type) {
	case *ActivityRow:
		if t.is(r.Source, r.Account, r.Actor) {
			return nil
		}
		if t.is(r.Source, r.Account, r.TargetActor) {
			c := *r
			c.TargetActor = ""
			return &c
		}
	case *IdentityRow:
		if t.has("email", "", "", r.Email) || t.is(r.Source, r.Account, r.NativeID) || t.has("alias", r.Source, "", r.Login) ||
			r.Email == "" && isFullName(r.Name) && t.has("name", "", "", normalName(r.Name)) {
			t.learn("key", r.Source, r.Account, r.NativeID)
			t.learn("alias", r.Source, "", r.Login)
			return nil
		}
	case *AliasRow:
		if t.has("email", "", "", r.Person) || t.is(r.Source, "", r.Alias) {
			t.learn("alias", r.Source, "", r.Alias)
			return nil
		}
	case *PersonRow:
		if t.has("email", "", "", r.Email) {
			return nil
		}
		if t.is("roster", "", r.Manager) {
			c := *r
			c.Manager = ""
			return &c
		}
	case *ContainerRow:
		c := *r
		c.Name, c.Members = t.text(r.Name), t.without(r.Source, r.Account, r.Members)
		return &c
	case *IncidentRow:
		c := *r
		c.Title, c.Trigger, c.URL, c.Themes, c.Commander = t.text(r.Title), t.text(r.Trigger), t.text(r.URL), t.texts(r.Themes), t.text(r.Commander)
		if t.is(r.Source, r.Account, r.Commander) {
			c.Commander = ""
		}
		return &c
	case *ShiftRow:
		if t.is(r.Source, r.Account, r.Person) {
			return nil
		}
		c := *r
		c.Schedule = t.text(r.Schedule)
		return &c
	case *GrantRow:
		if t.is(r.Source, "", r.Person) {
			return nil
		}
	case *OrgEventRow:
		c := *r
		c.Name = t.text(r.Name)
		return &c
	case *ReviewRow:
		c := *r
		if t.is(r.Source, "", r.Facilitator) {
			c.Facilitator = ""
		}
		c.Attendees, c.Required, c.ReaderNames = t.without(r.Source, "", r.Attendees), t.without(r.Source, "", r.Required), t.without(r.Source, "", r.ReaderNames)
		return &c
	}
	return row
}

// takeIn makes what a load learned of forgotten people count for good, and for what it wrote before it knew: their activity may stand before
// their name in an export.
func (db *DB) takeIn(ctx context.Context, t *tombstones) error {
	if t == nil || len(t.learned) == 0 {
		return nil
	}
	b, err := db.Conn.PrepareBatch(ctx, "INSERT INTO forgetting")
	if err != nil {
		return err
	}
	for _, l := range t.learned {
		if err := b.Append(l.what, l.source, l.account, strings.ToLower(l.value)); err != nil {
			return err
		}
	}
	t.learned = nil
	return b.Send()
}
