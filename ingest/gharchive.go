package ingest

import (
	"strings"

	"github.com/orgheat/orgheat/schema"
)

// ghPayload is what a GH Archive event is about. Since late 2025 its objects hold little more than ids and numbers: then the
// event's own time and actor stand in.
type ghPayload struct {
	Action      string    `json:"action"`
	Number      int       `json:"number"`
	PullRequest *ghRecord `json:"pull_request"`
	Issue       *ghRecord `json:"issue"`
	Review      *ghRecord `json:"review"`
	Comment     *ghRecord `json:"comment"`
	Release     *ghRecord `json:"release"`
	Commits     []struct {
		SHA     string   `json:"sha"`
		Message string   `json:"message"`
		Author  ghAuthor `json:"author"`
	} `json:"commits"`
}

// event reads one event of GH Archive. Stars, forks, branches and other events say nothing about work and give no row.
func (g *ghReader) event(r *ghRecord) {
	var repo struct {
		Name string `json:"name"`
	}
	var p ghPayload
	if g.d.decode(r.Repo, &repo) != nil || !strings.Contains(repo.Name, "/") {
		g.reject("event names no repository", string(r.Repo))
		return
	}
	if err := g.d.decode(r.Payload, &p); err != nil {
		g.reject("payload has another shape than expected", err.Error())
		return
	}
	for _, part := range []*ghRecord{p.PullRequest, p.Issue, p.Review, p.Comment, p.Release} {
		if part == nil {
			continue
		}
		if part.created() == "" {
			part.Created = r.Created
		}
		if part.author().Login == "" {
			part.User = r.Actor
		}
	}
	if p.PullRequest != nil && p.PullRequest.Number == 0 {
		p.PullRequest.Number = p.Number
	}
	if g.action(r, &p, repo.Name) {
		g.done()
	}
}

// action sends the rows of an event; false when it was rejected.
func (g *ghReader) action(r *ghRecord, p *ghPayload, repo string) bool {
	merged := p.Action == "merged" || p.Action == "closed" && p.PullRequest != nil && p.PullRequest.merged() != ""
	switch {
	case r.Type == "PullRequestEvent" && p.PullRequest != nil && p.PullRequest.Number > 0 && (p.Action == "opened" || merged):
		pr := p.PullRequest
		kind, what, stamp, who := schema.PROpened, "opened", pr.created(), pr.author()
		if merged {
			kind, what, stamp, who = schema.PRMerged, "merged", first(pr.merged(), r.Created), r.Actor
			if pr.MergedBy.Login != "" {
				who = pr.MergedBy
			}
		}
		at, ok := g.instant(what+" at", stamp)
		if !ok {
			return false
		}
		row := g.activity(repo, pr.Number, what, kind, at, who)
		row.IncidentRef, row.Updated = references(pr.Title, pr.branch(), pr.Body), pr.updated()
		if !merged {
			row.Size = chars(pr.Body)
		}
		g.give(row, who)
	case r.Type == "PullRequestReviewEvent" && p.PullRequest != nil && p.Review != nil && p.Action != "dismissed":
		return g.review(p.Review, repo, p.PullRequest.Number, references(p.PullRequest.Title, p.PullRequest.branch(), p.PullRequest.Body))
	case r.Type == "PullRequestReviewCommentEvent" && p.PullRequest != nil && p.Comment != nil && p.Action == "created":
		return g.comment(p.Comment, repo, p.PullRequest.Number, schema.PRComment, "", references(p.PullRequest.Title, p.PullRequest.branch(), p.PullRequest.Body))
	case r.Type == "IssueCommentEvent" && p.Issue != nil && p.Comment != nil && p.Action == "created":
		kind := schema.TicketComment
		if p.Issue.isPull() {
			kind = schema.PRComment
		}
		return g.comment(p.Comment, repo, p.Issue.Number, kind, "", references(p.Issue.Title, p.Issue.Body))
	case r.Type == "IssuesEvent" && p.Issue != nil && p.Issue.Number > 0 && p.Action == "opened":
		return g.issue(p.Issue, repo)
	case r.Type == "IssuesEvent" && p.Issue != nil && p.Issue.Number > 0 && contains(issueEvents, p.Action):
		at, ok := g.instant("created_at", r.Created)
		if !ok {
			return false
		}
		row := g.activity(repo, p.Issue.Number, "event/"+r.id(), schema.TicketChanged, at, r.Actor)
		row.IncidentRef = references(p.Issue.Title, p.Issue.Body)
		g.give(row, r.Actor)
	case r.Type == "ReleaseEvent" && p.Release != nil && (p.Action == "published" || p.Action == "released"):
		return g.deploy(p.Release, repo, "release", first(p.Release.Published, p.Release.created()), references(p.Release.Name, p.Release.Body))
	case r.Type == "PushEvent":
		at, ok := g.instant("created_at", r.Created)
		if !ok {
			return false
		}
		for _, c := range p.Commits { // pushed by the actor; who wrote each is only an address
			if c.SHA == "" {
				continue
			}
			who := ghUser{}
			g.authored(c.Author, &who)
			if who.Login == "" {
				who = r.Actor
			}
			row := g.activity(repo, 0, "commit/"+c.SHA, schema.Commit, at, who)
			row.IncidentRef, row.Size = references(c.Message), chars(c.Message)
			g.give(row, who)
		}
	}
	return true
}
