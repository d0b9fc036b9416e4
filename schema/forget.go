package schema

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Forgetting takes one person out of everything that is stored, and keeps later loads from bringing them back. Rows that are theirs (activity,
// identities, roster lines, shifts, grants) are deleted; where others' rows name them (members, managers, commanders, reviews) the name is
// taken out; texts lose their full name, e-mail and ids. The tables are rewritten, not marked. What was removed is in no file any more when
// the engine has cleaned up, minutes later. Backups are their owner's matter.

//go:embed forget/*.sql
var forgetFiles embed.FS

// rewritten are the raw tables that are copied without the person, by forget/NAME.sql. Those that say who the person is come last, so that
// an interrupted forgetting can still tell.
var rewritten = []string{"containers", "grants", "incidents", "loads", "oncall_shifts", "org_events", "people_history", "rejects", "reviews", "aliases", "identities"}

// ErrNobody means that nobody is known by the words given.
var ErrNobody = errors.New("nobody is known as that")

// Forgotten is what was found of a person.
type Forgotten struct {
	Identities []string // source:id
	Activities uint64
}

// Forget removes a person, given as an e-mail or source:id, from raw and derived tables. An account without an e-mail that bears their full
// name is taken for theirs. An e-mail that nobody has is remembered all the same. The caller holds the lock.
func (db *DB) Forget(ctx context.Context, person string) (f Forgotten, err error) {
	if err := db.finishForgetting(ctx, nil); err != nil {
		return f, err
	}
	person = strings.TrimSpace(person)
	if strings.Contains(person, "@") {
		person = strings.ToLower(person)
	}
	if f, err = db.describe(ctx, person); err != nil {
		return f, fmt.Errorf("forget: %w", err)
	}
	return f, db.finishForgetting(ctx, nil)
}

// describe writes down in forgetting what the person is known by.
func (db *DB) describe(ctx context.Context, person string) (f Forgotten, err error) {
	var known []struct {
		Source   string `ch:"source"`
		Account  string `ch:"account"`
		NativeID string `ch:"native_id"`
		Login    string `ch:"login"`
		Name     string `ch:"name"`
		Email    string `ch:"email"`
	}
	text, err := forgetFiles.ReadFile("forget/known.sql")
	if err != nil {
		return f, err
	}
	if err := db.Conn.Select(clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"person": person})), &known, string(text)); err != nil {
		return f, err
	}
	if len(known) == 0 && !strings.Contains(person, "@") {
		return f, fmt.Errorf("%w; write an e-mail, or source:id as orgheat identities lists it", ErrNobody)
	}
	rows := map[[4]string]bool{}
	add := func(what, source, account, value string) {
		if value != "" {
			rows[[4]string{what, source, account, strings.ToLower(value)}] = true
		}
	}
	if strings.Contains(person, "@") {
		add("email", "", "", person)
	}
	for _, k := range known {
		if k.NativeID != "" {
			f.Identities = append(f.Identities, k.Source+":"+k.NativeID)
		}
		add("email", "", "", k.Email)
		add("key", k.Source, k.Account, k.NativeID)
		add("alias", k.Source, "", k.Login)
		if isFullName(k.Name) {
			add("name", "", "", normalName(k.Name))
			add("name", "", "", k.Name)
		}
		if isDistinct(k.NativeID) {
			add("name", "", "", k.NativeID)
		}
	}
	if err := db.Conn.QueryRow(ctx, "SELECT count() FROM activity FINAL WHERE actor != '' AND (toString(source), toString(account), toString(actor)) IN "+
		"(SELECT source, account, native_id FROM person_of WHERE person = ?)", person).Scan(&f.Activities); err != nil {
		return f, err
	}
	b, err := db.Conn.PrepareBatch(ctx, "INSERT INTO forgetting")
	if err != nil {
		return f, err
	}
	for r := range rows {
		if err := b.Append(r[0], r[1], r[2], r[3]); err != nil {
			return f, err
		}
	}
	return f, b.Send()
}

// finishForgetting does what forgetting lists, and clears the list. Every step can be taken again.
func (db *DB) finishForgetting(ctx context.Context, step func(string)) error {
	pending, err := db.forgetting(ctx)
	if err != nil || !pending {
		return err
	}
	if err := db.bury(ctx); err != nil {
		return err
	}
	if err := db.compilePatterns(ctx); err != nil {
		return err
	}
	if err := db.DropStages(ctx); err != nil {
		return err
	}
	if err := db.cluster.spread(ctx, db.Database, "forgetting", "forgetting"); err != nil {
		return err
	}
	db.resumeMerges(ctx) // a rebuild that died may have left them held, and mutations with them
	wait := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"mutations_sync": 2}))
	for _, sql := range []string{ // no literals: finished mutations stay on disk as text
		"ALTER TABLE activity DELETE WHERE actor != '' AND (toString(source), toString(account), lower(actor)) IN (SELECT source, account, value FROM forgetting WHERE what = 'key')",
		"ALTER TABLE activity UPDATE target_actor = '' WHERE target_actor != '' AND (toString(source), toString(account), lower(target_actor)) IN (SELECT source, account, value FROM forgetting WHERE what = 'key')",
	} {
		if err := db.cluster.change(wait, "activity", sql); err != nil {
			return fmt.Errorf("forget activity: %w", err)
		}
	}
	for _, name := range rewritten {
		if err := db.rewrite(ctx, name); err != nil {
			return fmt.Errorf("forget %s: %w", name, err)
		}
	}
	if _, err := db.rebuild(ctx, true, step); err != nil {
		return err
	}
	if err := db.cluster.withdraw(ctx, "forgetting", "forgetting"); err != nil {
		return err
	}
	return db.Conn.Exec(ctx, "TRUNCATE TABLE forgetting")
}

// forgetting says whether somebody's forgetting was begun and not finished.
func (db *DB) forgetting(ctx context.Context) (bool, error) {
	var n uint64
	err := db.Conn.QueryRow(ctx, "SELECT count() FROM forgetting").Scan(&n)
	return n > 0, err
}

// compilePatterns adds the patterns of what is listed to forgetting.
func (db *DB) compilePatterns(ctx context.Context) error {
	var emails, names []string
	if err := db.Conn.QueryRow(ctx, "SELECT groupArrayIf(value, what = 'email'), groupArrayIf(value, what = 'name') FROM forgetting").Scan(&emails, &names); err != nil {
		return err
	}
	mail, words := patterns(emails, names)
	b, err := db.Conn.PrepareBatch(ctx, "INSERT INTO forgetting")
	if err != nil {
		return err
	}
	for source, p := range map[string]string{"email": mail, "name": words} {
		if err := b.Append("pattern", source, "", p); err != nil {
			return err
		}
	}
	return b.Send()
}

func (db *DB) rewrite(ctx context.Context, name string) error {
	common, err := forgetFiles.ReadFile("forget/common.sql")
	if err != nil {
		return err
	}
	text, err := forgetFiles.ReadFile("forget/" + name + ".sql")
	if err != nil {
		return err
	}
	without := "without_" + name
	if err := db.cluster.create(ctx, without, name); err != nil {
		return err
	}
	if err := db.cluster.change(ctx, name, "INSERT INTO "+without+" "+string(common)+string(text)); err != nil {
		return err
	}
	if err := db.cluster.settle(ctx, without, name); err != nil {
		return err
	}
	if err := db.cluster.define(ctx, name, "EXCHANGE TABLES "+name+" AND "+without); err != nil {
		return err
	}
	return db.cluster.drop(ctx, without, name)
}

// bury writes the tombstones of what forgetting lists.
func (db *DB) bury(ctx context.Context) error {
	key, err := db.Secret(ctx, "forgotten")
	if err != nil {
		return err
	}
	rows, err := db.Conn.Query(ctx, "SELECT toString(what), source, account, value FROM forgetting WHERE what != 'pattern'")
	if err != nil {
		return err
	}
	defer rows.Close()
	b, err := db.Conn.PrepareBatch(ctx, "INSERT INTO forgotten (what, hash)")
	if err != nil {
		return err
	}
	for rows.Next() {
		var what, source, account, value string
		if err := rows.Scan(&what, &source, &account, &value); err != nil {
			return err
		}
		if err := b.Append(what, tombstone(key, what, source, account, value)); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return b.Send()
}

// tombstone is a keyed hash: without the installation's secret nobody can try e-mails against it.
func tombstone(key []byte, what, source, account, value string) uint64 {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%q %q %q %q", what, source, account, strings.ToLower(value))
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// isFullName says whether a name has two or more words: a single one is a word that texts are full of.
func isFullName(name string) bool { return len(WordsIn(name)) >= 2 && !strings.Contains(name, "@") }

// isDistinct says whether an id is no word: it has six or more characters, one of them a digit, and is no e-mail.
func isDistinct(id string) bool {
	return len(id) >= 6 && strings.ContainsAny(id, "0123456789") && len(WordsIn(id)) == 1
}

// normalName is a name's words, lower-cased, with one space between.
func normalName(name string) string {
	var words []string
	for _, w := range WordsIn(name) {
		words = append(words, strings.ToLower(name[w[0]:w[1]]))
	}
	return strings.Join(words, " ")
}

// patterns find the e-mails, and the names and ids, in text; groups 1 and 2 are what stands around them.
func patterns(emails, names []string) (mail, words string) {
	const edge = `[^\pL\pN\pM]`
	for i, e := range emails {
		emails[i] = regexp.QuoteMeta(e)
	}
	for i, n := range names {
		parts := strings.Fields(normalName(n))
		for j, p := range parts {
			parts[j] = regexp.QuoteMeta(p)
		}
		names[i] = strings.Join(parts, edge+`+`)
	}
	// The longest first: the first alternative that matches counts.
	for _, list := range [][]string{emails, names} {
		slices.SortFunc(list, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	}
	mail, words = nothing, nothing
	if len(emails) > 0 {
		mail = `(?i)(^|[^\pL\pN._%+'-])(?:` + strings.Join(emails, "|") + `)([^\pL\pN-]|$)`
	}
	if len(names) > 0 {
		words = `(?i)(^|` + edge + `)(?:` + strings.Join(names, "|") + `)(` + edge + `|$)`
	}
	return mail, words
}

// nothing is a pattern with two groups that matches nowhere.
const nothing = `(\z.)()`
