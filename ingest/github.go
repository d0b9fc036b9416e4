package ingest

import (
	"bytes"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

var github = Source{
	Name:   "github",
	Doc:    "GitHub pull requests, issues, reviews, comments, commits, deployments, releases: REST or gh JSON, repository archives, GH Archive events",
	Detect: detectGitHub,
	Read:   reading(readGitHub),
}

// ghLists are the keys of wrapped lists: repository archives, and the search API. A pull request's own comments and reviews are not
// among them: it is a record, not a page.
var ghLists = []string{"pulls", "issues", "items"}

func detectGitHub(in Input) bool {
	o := in.outline()
	for _, part := range []*outline{o, o.at("pulls"), o.at("issues"), o.at("items")} {
		if isGitHub(part) {
			return true
		}
	}
	return false
}

// isGitHub wants the shape of an object that is read and a mark that only GitHub's objects bear.
func isGitHub(o *outline) bool {
	if o.has("payload", "actor", "repo", "type") {
		return strings.HasSuffix(o.at("type").text, "Event")
	}
	if strings.Contains(o.at("url").text, "/milestones/") || o.has("run_id") || o.has("workflow_id") {
		return false
	}
	shape := o.has("number", "title") || o.has("sha", "commit") || o.has("submitted_at", "user") || o.has("diff_hunk", "user") ||
		o.has("issue_url", "body") || o.has("tag_name", "published_at") || o.has("tagName", "publishedAt") || o.has("environment", "creator") ||
		o.has("CommitOid", "Environment") || o.has("event", "issue", "actor") || o.has("login", "type", "node_id")
	if !shape {
		return false
	}
	for _, key := range []string{"author_association", "authorAssociation", "node_id", "headRefName", "baseRefName", "mergedAt", "merged_at", "mergedBy",
		"pull_request_url", "repository_url", "CommitOid"} {
		if o.has(key) {
			return true
		}
	}
	for _, key := range []string{"url", "html_url", "issue_url"} {
		if u := o.at(key).text; strings.Contains(u, "github") || ghNumber(u) != "" && ghPage(u) != "" {
			return true
		}
	}
	return o.has("commit_id", "submitted_at", "state") // a review without links
}

func readGitHub(e *emitter) {
	g := ghReader{emitter: e, repos: map[string]bool{}, emails: map[[3]string]bool{}}
	var r ghRecord // large
	e.json(ghLists, func(rec jsonRecord) {
		if raw := bytes.TrimSpace(rec.raw); bytes.Equal(raw, []byte("[]")) || bytes.Equal(raw, []byte("null")) { // an empty page
			e.done()
			return
		}
		r = ghRecord{}
		if err := rec.decode(e.file, &r); err != nil {
			e.err(err)
			return
		}
		g.request, g.d = rec.url, rec.d
		g.record(&r)
	})
}

// ghReader turns objects into activity. Its memory is one key per repository and per account.
type ghReader struct {
	*emitter
	d       *jsonDecoder // that gave the record
	request string       // that gave the record, in DevLake tables
	repos   map[string]bool
	emails  map[[3]string]bool
}

// record tells what an object is by its keys, most telling first.
func (g *ghReader) record(r *ghRecord) {
	if len(r.Payload) > 0 && r.Actor.Login != "" && strings.HasSuffix(r.Type, "Event") {
		g.event(r)
		return
	}
	repo, named := g.repository(r)
	var ok bool
	switch {
	case r.Event != "" && r.Issue != nil:
		ok = g.issueEvent(r, repo)
	case first(r.SHA, r.OID) != "" && (r.Commit != nil || len(r.Authors) > 0):
		ok = g.commit(r, repo, r.thread(g.request), nil)
	case r.submitted() != "" || r.State == "PENDING" && r.PullURL != "":
		ok = g.review(r, repo, r.thread(g.request), nil)
	case r.DiffHunk != nil:
		ok = g.comment(r, repo, r.thread(g.request), schema.PRComment, "", nil)
	case r.Number > 0 && r.isPull():
		ok = g.pull(r, repo)
	case r.Number > 0 && r.Title != "" && !strings.Contains(r.URL, "/milestones/"):
		ok = g.issue(r, repo)
	case r.IssueURL != "":
		kind := schema.TicketComment
		if strings.Contains(r.HTMLURL, "/pull/") {
			kind = schema.PRComment
		}
		ok = g.comment(r, repo, r.thread(g.request), kind, "", nil)
	case first(r.TagName, r.TagNameC) != "":
		ok = g.deploy(r, repo, "release", first(r.Published, r.PublishedC, r.created()), references(r.Name, r.Body))
	case r.Environment != "":
		ok = g.deploy(r, repo, "deployment", r.created(), references(r.ref(), r.Description))
	case r.Login != "":
		g.account(r)
		ok = true
	default:
		g.reject("object is of no kind that is read", "")
		return
	}
	if ok && !named && r.Login == "" {
		g.notice("the record names no repository (export with url), the file's name is taken")
	}
	if ok {
		g.done()
	}
}

// repository is where a record happened; where nothing in it says so, the file's name stands for it.
func (g *ghReader) repository(r *ghRecord) (repo string, named bool) {
	if repo := r.repository(g.request); repo != "" {
		return repo, true
	}
	return strings.TrimSuffix(g.file, path.Ext(g.file)), false
}

// row is an activity with what is common to all. The account is the repository's owner.
func (g *ghReader) activity(repo string, thread int, what string, kind schema.Kind, at time.Time, who ghUser) *schema.ActivityRow {
	owner, _, ok := strings.Cut(repo, "/")
	if !ok {
		owner = ""
	}
	row := &schema.ActivityRow{At: at, Source: "github", Account: owner, Kind: kind, Actor: who.Login, Container: repo, IsBot: who.Bot}
	if thread > 0 {
		row.Thread = repo + "#" + strconv.Itoa(thread)
		row.NativeID = row.Thread + "/" + what
	} else {
		row.NativeID = repo + "/" + what
	}
	return row
}

// give sends an activity, and once each its repository and its actor. Of several rows of an account the newest stays: a bare mention
// has no time, a name describedAt, and an address, which makes the actor findable, the time of the record it was in.
func (g *ghReader) give(row *schema.ActivityRow, who ghUser) {
	g.row(row)
	if repo := row.Container; strings.Contains(repo, "/") && !g.repos[repo] {
		g.repos[repo] = true
		g.row(&schema.ContainerRow{Source: "github", Account: row.Account, NativeID: repo, Name: repo})
	}
	if who.Login == "" {
		return
	}
	id := schema.IdentityRow{Source: "github", Account: row.Account, NativeID: who.Login, Name: who.Name, Email: who.Email, IsBot: who.Bot}
	if id.Email == "" && id.Name == "" {
		g.mention(id)
		return
	}
	if key := [3]string{row.Account, who.Login, who.Email + "\n" + who.Name}; !g.emails[key] {
		g.emails[key] = true
		g.seen[bare(id)] = true
		if id.Updated = row.At; id.Email == "" {
			id.Updated = describedAt
		}
		g.row(&id)
	}
}

func (g *ghReader) pull(r *ghRecord, repo string) bool {
	at, ok := g.instant("created_at", r.created())
	if !ok {
		return false
	}
	if r.Comments.bad || r.Reviews.bad || r.Commits.bad {
		g.reject("comments, reviews or commits have another shape than expected", "")
		return false
	}
	merged := r.merged()
	if r.PullRequest != nil { // the issues API
		merged = first(merged, r.PullRequest.merged())
	}
	mergedAt := time.Time{}
	if merged != "" && !strings.HasPrefix(merged, "0001-") {
		if mergedAt, ok = g.instant("merged_at", merged); !ok {
			return false
		}
	}
	refs := references(r.Title, r.branch(), r.Body)
	row := g.activity(repo, r.Number, "opened", schema.PROpened, at, r.author())
	row.IncidentRef, row.Size, row.Updated = refs, chars(r.Body), r.updated()
	g.give(row, r.author())
	if !mergedAt.IsZero() {
		who := r.author()
		for _, u := range []ghUser{r.MergedByC, r.MergedBy} {
			if u.Login != "" {
				who = u
			}
		}
		row := g.activity(repo, r.Number, "merged", schema.PRMerged, mergedAt, who)
		row.IncidentRef, row.Updated = refs, r.updated()
		g.give(row, who)
	}
	g.nested(r.Comments.records, repo, r.Number, schema.PRComment, refs)
	reviews, commits := r.Reviews.records, r.Commits.records
	for i := range reviews {
		if reviews[i].State != "PENDING" {
			g.review(&reviews[i], repo, r.Number, refs)
		}
	}
	for i := range commits {
		g.commit(&commits[i], repo, r.Number, refs)
	}
	return true
}

func (g *ghReader) issue(r *ghRecord, repo string) bool {
	at, ok := g.instant("created_at", r.created())
	if !ok {
		return false
	}
	if r.Comments.bad {
		g.reject("comments have another shape than expected", "")
		return false
	}
	refs := references(r.Title, r.Body)
	row := g.activity(repo, r.Number, "opened", schema.TicketCreated, at, r.author())
	row.IncidentRef, row.Size, row.Updated = refs, chars(r.Body), r.updated()
	g.give(row, r.author())
	g.nested(r.Comments.records, repo, r.Number, schema.TicketComment, refs)
	return true
}

// nested sends the comments inside a pull request or an issue. Archives give them no id: then their time is it, with an ordinal where
// one person wrote twice in a second.
func (g *ghReader) nested(comments []ghRecord, repo string, number int, kind schema.Kind, refs []string) {
	used := map[string]int{}
	for i := range comments {
		c := &comments[i]
		id := c.id()
		if id == "" {
			id = c.created()
			key := id + " " + c.author().Login
			if used[key]++; used[key] > 1 {
				id = fmt.Sprintf("%s~%d", id, used[key])
			}
		}
		g.comment(c, repo, number, kind, id, refs)
	}
}

func (g *ghReader) comment(r *ghRecord, repo string, number int, kind schema.Kind, id string, refs []string) bool {
	at, ok := g.instant("created_at", r.created())
	if !ok {
		return false
	}
	row := g.activity(repo, number, "comment/"+first(id, r.id(), r.created()), kind, at, r.author())
	row.IncidentRef, row.Size, row.Updated = join(refs, references(r.Body)), chars(r.Body), r.updated()
	g.give(row, r.author())
	return true
}

// review sends a submitted review. The remarks inside it that archives list are part of it.
func (g *ghReader) review(r *ghRecord, repo string, number int, refs []string) bool {
	if r.State == "PENDING" { // seen by its author alone
		return true
	}
	at, ok := g.instant("submitted_at", first(r.submitted(), r.created()))
	if !ok {
		return false
	}
	row := g.activity(repo, number, "review/"+first(r.id(), r.submitted(), r.created()), schema.Review, at, r.author())
	row.IncidentRef, row.Size, row.Updated = join(refs, references(r.Body)), chars(r.Body), r.updated()
	g.give(row, r.author())
	return true
}

// commit sends a commit at the time it was written. Its actor is the account that GitHub knows by the author's address, else the
// address itself.
func (g *ghReader) commit(r *ghRecord, repo string, number int, refs []string) bool {
	who, stamp, message := r.author(), first(r.AuthoredDate, r.CommittedDate), r.Headline+"\n"+r.MessageBody
	git := ghAuthor{}
	if len(r.Authors) > 0 {
		git = r.Authors[0]
	}
	if r.Commit != nil {
		git, stamp, message = r.Commit.Author, first(r.Commit.Author.Date, r.Commit.Committer.Date), r.Commit.Message
	}
	at, ok := g.instant("author date", stamp)
	if !ok {
		return false
	}
	g.authored(git, &who)
	row := g.activity(repo, 0, "commit/"+first(r.SHA, r.OID), schema.Commit, at, who)
	if number > 0 {
		row.Thread = repo + "#" + strconv.Itoa(number)
	}
	row.IncidentRef, row.Size = join(refs, references(message)), chars(strings.TrimSpace(message))
	g.give(row, who)
	return true
}

// authored adds what Git says of an author: the login, else the address, is the account; addresses that GitHub hides name nobody.
func (g *ghReader) authored(git ghAuthor, who *ghUser) {
	address := email(git.Email)
	hidden := strings.HasSuffix(address, "@users.noreply.github.com") || strings.HasPrefix(address, "noreply@")
	if who.Login == "" {
		who.Login = git.Login
	}
	if who.Login == "" && !hidden {
		who.Login = address
	}
	if who.Login == "" {
		return
	}
	if !hidden {
		who.Email = address
	}
	who.Name = first(who.Name, git.Name)
	who.Bot = who.Bot || strings.HasSuffix(who.Login, "[bot]")
}

func (g *ghReader) deploy(r *ghRecord, repo, what, stamp string, refs []string) bool {
	at, ok := g.instant(what+" time", stamp)
	if !ok {
		return false
	}
	row := g.activity(repo, 0, what+"/"+first(r.id(), r.TagName, r.TagNameC, stamp), schema.Deploy, at, r.author())
	row.IncidentRef, row.Updated = refs, r.updated()
	g.give(row, r.author())
	return true
}

// issueEvents are the events of an issue's timeline that somebody did to it; mentions and subscriptions happen to it.
var issueEvents = []string{"closed", "reopened", "assigned", "unassigned", "labeled", "unlabeled", "milestoned", "demilestoned", "renamed", "transferred"}

func (g *ghReader) issueEvent(r *ghRecord, repo string) bool {
	if r.Issue.isPull() || !contains(issueEvents, r.Event) {
		return true
	}
	at, ok := g.instant("created_at", r.created())
	if !ok {
		return false
	}
	row := g.activity(repo, r.Issue.Number, "event/"+r.id(), schema.TicketChanged, at, r.Actor)
	row.IncidentRef = references(r.Issue.Title, r.Issue.Body)
	g.give(row, r.Actor)
	return true
}

// account sends a user object. It belongs to no owner, so it is given for the request's, where there is one.
func (g *ghReader) account(r *ghRecord) {
	owner, _, _ := strings.Cut(r.repository(g.request), "/")
	account := ghAccount{Login: r.Login, Type: r.Type}
	u := account.user()
	if u.Login == "" {
		return
	}
	id := schema.IdentityRow{Source: "github", Account: owner, NativeID: u.Login, Name: r.Name, Email: email(r.Email), IsBot: u.Bot, Updated: r.updated()}
	if id.Email == "" {
		id.Updated = describedAt
	}
	g.row(&id)
}

// join is a list followed by what another adds to it.
func join(a, b []string) []string {
	out := append([]string(nil), a...)
	for _, s := range b {
		if !contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
