package generate

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The reader below knows the exports only from outside, as a loader does, and applies the product's definitions to them. It
// shares nothing with the generator, so agreement with truth.json means that the files say what the truth claims.

type member struct {
	email, team, function, zone string
}

type act struct {
	at   time.Time
	who  string // e-mail
	kind string
}

type readIncident struct {
	id, channel, trigger string
	start, end           time.Time
	services             []string
	owner                string
	acts                 []act
	joined               map[string]bool
	hero                 []act // hero emoji: who is greeted, at the message's time
}

type history struct {
	t         *testing.T
	dir       string
	truth     Truth
	roster    map[string]map[string]member // by snapshot date
	snapshots []string
	start     map[string]string // start date by e-mail
	leftOn    map[string]string
	incidents []*readIncident
	byID      map[string]*readIncident
	counts    map[string]int64
	acts      []act // everything that is chatter, by people
}

func records(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var out []map[string]string
	for _, row := range all[1:] {
		m := map[string]string{}
		for i, v := range row {
			m[all[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

func decode(t *testing.T, r io.Reader, name string, v any) {
	t.Helper()
	if err := json.NewDecoder(r).Decode(v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func (h *history) files(pattern string, v func() any, each func(v any)) {
	h.t.Helper()
	names, _ := filepath.Glob(filepath.Join(h.dir, pattern))
	if len(names) == 0 {
		h.t.Fatalf("no file matches %s", pattern)
	}
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			h.t.Fatal(err)
		}
		x := v()
		decode(h.t, f, n, x)
		f.Close()
		each(x)
	}
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		at, err = time.Parse("2006-01-02T15:04:05.000-0700", s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func readBack(t *testing.T, dir string) *history {
	h := &history{t: t, dir: dir, roster: map[string]map[string]member{}, start: map[string]string{}, leftOn: map[string]string{},
		byID: map[string]*readIncident{}, counts: map[string]int64{}}
	h.files("truth.json", func() any { return &h.truth }, func(any) {})
	snapshots, _ := filepath.Glob(filepath.Join(dir, "roster", "*.csv"))
	for _, s := range snapshots {
		d := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(s), "roster-"), ".csv")
		h.snapshots = append(h.snapshots, d)
		h.roster[d] = map[string]member{}
		for _, r := range records(t, s) {
			h.roster[d][r["email"]] = member{r["email"], r["team"], r["function"], r["timezone"]}
			h.start[r["email"]] = r["startDate"]
			if r["endDate"] != "" {
				h.leftOn[r["email"]] = r["endDate"]
			}
		}
	}
	for _, r := range records(t, filepath.Join(dir, "incidents.csv")) {
		in := &readIncident{id: r["id"], channel: strings.TrimPrefix(r["channel"], "#"), trigger: r["trigger"], owner: r["owning_team"],
			services: strings.Split(r["services"], ";"), end: instant(t, r["resolved_at"]), joined: map[string]bool{}}
		if in.start = instant(t, r["detected_at"]); r["started_at"] != "" {
			in.start = instant(t, r["started_at"])
		}
		h.incidents = append(h.incidents, in)
		h.byID[in.id] = in
		for _, a := range strings.Split(r["alerts"], ";") {
			h.byID[a] = in
		}
		if in.channel != "" {
			h.byID["#"+in.channel] = in
		}
	}
	h.readSlack()
	h.readPagerDuty()
	h.readGitHub()
	h.readJira()
	h.readCalls()
	return h
}

// of is the person as of the instant: the newest snapshot not after it that knows them, else the first that does.
func (h *history) of(email string, at time.Time) member {
	var m member
	for i := len(h.snapshots) - 1; i >= 0; i-- {
		d := h.snapshots[i]
		if x, ok := h.roster[d][email]; ok {
			if m = x; d <= at.Format(time.DateOnly) {
				return m
			}
		}
	}
	return m
}

// link gives an act to its incident, if it lies in the response window.
func (h *history) link(in *readIncident, a act) {
	if in == nil || a.at.Before(in.start.Add(-15*time.Minute)) || !a.at.Before(in.end.Add(time.Hour)) {
		return
	}
	in.acts = append(in.acts, a)
}

var contributing = []string{"message", "reply", "file", "ack", "resolve", "note", "review", "pr_opened", "pr_merged", "ticket_created", "ticket_changed", "ticket_comment", "call_spoke"}

func (in *readIncident) responders() []string {
	var list []string
	for _, a := range in.acts {
		if slices.Contains(contributing, a.kind) && !slices.Contains(list, a.who) {
			list = append(list, a.who)
		}
	}
	slices.Sort(list)
	return list
}

func (in *readIncident) lurkers() int {
	n := 0
	for who := range in.joined {
		if !slices.ContainsFunc(in.acts, func(a act) bool { return a.who == who }) {
			n++
		}
	}
	return n
}

type slackMessage struct {
	Subtype   string `json:"subtype"`
	User      string `json:"user"`
	TS        string `json:"ts"`
	Text      string `json:"text"`
	BotID     string `json:"bot_id"`
	ThreadTS  string `json:"thread_ts"`
	Count     int    `json:"reply_count"`
	Replies   []struct{ User, TS string }
	Files     []struct{ ID string }
	Blocks    []struct{ Type string }
	Reactions []struct {
		Name  string
		Users []string
		Count int
	}
}

func (h *history) readSlack() {
	t := h.t
	z, err := zip.OpenReader(filepath.Join(h.dir, "slack.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	la, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	email := map[string]string{}
	stamps := map[string]map[string]string{} // channel -> ts -> user
	type answer struct{ channel, parent, ts, user string }
	var listed, answered []answer
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(f.Name, "/") {
			if f.Name == "users.json" {
				var users []struct {
					ID      string
					Profile struct{ Email string }
				}
				decode(t, r, f.Name, &users)
				for _, u := range users {
					email[u.ID] = u.Profile.Email
				}
			} else {
				var any []json.RawMessage
				decode(t, r, f.Name, &any)
			}
			r.Close()
			continue
		}
		channel, file, _ := strings.Cut(f.Name, "/")
		var messages []slackMessage
		decode(t, r, f.Name, &messages)
		r.Close()
		in := h.byID["#"+channel]
		if strings.HasPrefix(channel, "inc-") && in == nil {
			t.Fatalf("channel %s belongs to no incident", channel)
		}
		if stamps[channel] == nil {
			stamps[channel] = map[string]string{}
		}
		last := ""
		for _, m := range messages {
			if m.TS <= last {
				t.Fatalf("%s: %s after %s", f.Name, m.TS, last)
			}
			last = m.TS
			if stamps[channel][m.TS] != "" {
				t.Fatalf("%s: %s twice in its channel", f.Name, m.TS)
			}
			stamps[channel][m.TS] = m.User + m.BotID
			micros, err := strconv.ParseInt(strings.Replace(m.TS, ".", "", 1), 10, 64)
			if err != nil || len(m.TS) != 17 {
				t.Fatalf("%s: ts %q", f.Name, m.TS)
			}
			at := time.UnixMicro(micros).UTC()
			if d := at.In(la).Format(time.DateOnly) + ".json"; d != file {
				t.Fatalf("%s holds a message of %s", f.Name, d)
			}
			if m.BotID != "" {
				h.counts["bot_message"]++
				continue
			}
			a := act{at, email[m.User], "message"}
			if a.who == "" {
				t.Fatalf("%s: user %q is not in users.json", f.Name, m.User)
			}
			switch {
			case m.Subtype == "channel_join":
				a.kind = "join"
				h.counts["join"]++
				if in != nil && at.Before(in.end.Add(time.Hour)) {
					in.joined[a.who] = true
				}
				continue
			case m.ThreadTS != "" && m.ThreadTS != m.TS:
				a.kind = "reply"
				answered = append(answered, answer{channel, m.ThreadTS, m.TS, m.User})
			case m.Text == "" && len(m.Files) > 0:
				a.kind = "file"
			}
			if a.kind != "file" && (m.Text == "" || len(m.Blocks) != 1 || m.Blocks[0].Type != "rich_text") {
				t.Fatalf("%s: %s has no text or blocks", f.Name, m.TS)
			}
			h.counts[a.kind]++
			h.acts = append(h.acts, a)
			h.link(in, a)
			if m.Count != len(m.Replies) {
				t.Fatalf("%s: %s says %d replies, lists %d", f.Name, m.TS, m.Count, len(m.Replies))
			}
			for _, x := range m.Replies {
				listed = append(listed, answer{channel, m.TS, x.TS, x.User})
			}
			for _, x := range m.Reactions {
				if len(x.Users) != x.Count {
					t.Fatalf("%s: %s: %d users, count %d", f.Name, m.TS, len(x.Users), x.Count)
				}
				for _, u := range x.Users {
					h.counts["reaction"]++
					h.link(in, act{at, email[u], "reaction"})
					if in != nil && slices.Contains([]string{"batman", "bat-signal", "superhero"}, x.Name) && email[u] != a.who {
						in.hero = append(in.hero, a)
					}
				}
			}
		}
	}
	order := func(a, b answer) int {
		return strings.Compare(a.channel+a.parent+a.ts+a.user, b.channel+b.parent+b.ts+b.user)
	}
	slices.SortFunc(listed, order)
	slices.SortFunc(answered, order)
	if !slices.Equal(listed, answered) {
		t.Errorf("parents list %d replies, %d exist; or they differ", len(listed), len(answered))
	}
}

func (h *history) readPagerDuty() {
	email := map[string]string{}
	type ref struct{ ID, Type string }
	h.files("pagerduty/users-*.json", func() any {
		return &struct{ Users []struct{ ID, Email string } }{}
	}, func(v any) {
		for _, u := range v.(*struct{ Users []struct{ ID, Email string } }).Users {
			email[u.ID] = u.Email
		}
	})
	type page struct {
		LogEntries []struct {
			Type      string
			CreatedAt string `json:"created_at"`
			Agent     ref
			User      ref
			Incident  ref
		} `json:"log_entries"`
		More bool
	}
	kinds := map[string]string{"trigger_log_entry": "alert", "notify_log_entry": "page", "acknowledge_log_entry": "ack",
		"resolve_log_entry": "resolve", "annotate_log_entry": "note", "escalate_log_entry": "escalation"}
	paged := map[string]time.Time{}
	h.files("pagerduty/log_entries-*.json", func() any { return &page{} }, func(v any) {
		for _, e := range v.(*page).LogEntries {
			kind := kinds[e.Type]
			if kind == "" {
				continue
			}
			a := act{instant(h.t, e.CreatedAt), email[e.Agent.ID], kind}
			if kind == "page" {
				a.who = email[e.User.ID]
				key := e.Incident.ID + a.who
				if first, ok := paged[key]; ok && a.at.Sub(first) <= time.Minute {
					continue
				}
				paged[key] = a.at
			}
			h.counts[kind]++
			if a.who != "" {
				h.link(h.byID[e.Incident.ID], a)
				if kind != "page" {
					h.acts = append(h.acts, a)
				}
			}
		}
	})
}

var incidentRef = regexp.MustCompile(`\bINC-\d+\b`)

func (h *history) readGitHub() {
	email := map[string]string{}
	for _, r := range records(h.t, filepath.Join(h.dir, "aliases.csv")) {
		if r["source"] == "github" {
			email[r["account"]] = r["person"]
		}
	}
	type user struct{ Login, Type string }
	type pull struct {
		URL      string
		Title    string
		User     user
		Created  string  `json:"created_at"`
		MergedAt *string `json:"merged_at"`
		Head     struct{ Ref string }
	}
	refOf := map[string]*readIncident{}
	note := func(in *readIncident, u user, at, kind string) {
		if u.Type == "Bot" {
			if kind == "pr_opened" {
				h.counts["bot_message"]++
			}
			return
		}
		h.counts[kind]++
		if who := email[u.Login]; who != "" {
			a := act{instant(h.t, at), who, kind}
			h.acts = append(h.acts, a)
			h.link(in, a)
		}
	}
	h.files("github/*-pulls.json", func() any { return &[]pull{} }, func(v any) {
		for _, p := range *v.(*[]pull) {
			in := h.byID[incidentRef.FindString(p.Title)]
			refOf[p.URL] = in
			note(in, p.User, p.Created, "pr_opened")
			if p.MergedAt != nil {
				note(in, p.User, *p.MergedAt, "pr_merged")
				if *p.MergedAt < p.Created {
					h.t.Errorf("%s merged before it was opened", p.URL)
				}
			}
		}
	})
	type review struct {
		User user
		At   string `json:"submitted_at"`
		Pull string `json:"pull_request_url"`
	}
	h.files("github/*-reviews.json", func() any { return &[]review{} }, func(v any) {
		for _, r := range *v.(*[]review) {
			note(refOf[r.Pull], r.User, r.At, "review")
		}
	})
	type comment struct {
		User user
		At   string `json:"created_at"`
	}
	h.files("github/*-comments.json", func() any { return &[]comment{} }, func(v any) {
		for _, c := range *v.(*[]comment) {
			note(nil, c.User, c.At, "pr_comment")
		}
	})
}

func (h *history) readJira() {
	type author struct {
		Email string `json:"emailAddress"`
	}
	type page struct {
		Total  int
		Issues []struct {
			Key    string
			Fields struct {
				Summary string
				Created string
				Creator author
				Comment struct {
					Comments []struct {
						Author  author
						Created string
					}
				}
			}
			Changelog struct {
				Histories []struct {
					Author  author
					Created string
				}
			}
		}
	}
	keys := map[string]bool{}
	h.files("jira/*.json", func() any { return &page{} }, func(v any) {
		for _, i := range v.(*page).Issues {
			if keys[i.Key] {
				h.t.Errorf("issue %s twice", i.Key)
			}
			keys[i.Key] = true
			in := h.byID[incidentRef.FindString(i.Fields.Summary)]
			note := func(who author, at, kind string) {
				a := act{instant(h.t, at), who.Email, kind}
				h.counts[kind]++
				h.acts = append(h.acts, a)
				h.link(in, a)
			}
			note(i.Fields.Creator, i.Fields.Created, "ticket_created")
			for _, c := range i.Fields.Comment.Comments {
				note(c.Author, c.Created, "ticket_comment")
			}
			for _, c := range i.Changelog.Histories {
				note(c.Author, c.Created, "ticket_changed")
			}
		}
	})
}

var cueLine = regexp.MustCompile(`(?m)^(\d\d:\d\d:\d\d\.\d\d\d) --> .*\n([^:]+): `)

func (h *history) readCalls() {
	email := map[string]string{}
	for _, r := range records(h.t, filepath.Join(h.dir, "aliases.csv")) {
		if r["source"] == "transcript" {
			email[r["account"]] = r["person"]
		}
	}
	for _, r := range records(h.t, filepath.Join(h.dir, "transcripts", "meetings.csv")) {
		text, err := os.ReadFile(filepath.Join(h.dir, "transcripts", filepath.FromSlash(r["file"])))
		if err != nil {
			h.t.Fatal(err)
		}
		for _, m := range cueLine.FindAllStringSubmatch(string(text), -1) {
			offset, err := time.Parse("15:04:05.000", m[1])
			if err != nil || email[m[2]] == "" {
				h.t.Fatalf("%s: cue %q", r["file"], m[0])
			}
			at := instant(h.t, r["start"]).Add(offset.Sub(offset.Truncate(24 * time.Hour)))
			h.counts["call_spoke"]++
			h.link(h.byID[r["incident"]], act{at, email[m[2]], "call_spoke"})
			h.acts = append(h.acts, act{at, email[m[2]], "call_spoke"})
		}
	}
}

// hashTree is one line per file with its content's hash.
func allFiles(t *testing.T, dir string, each func(name string, body []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		each(filepath.ToSlash(rel), body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
