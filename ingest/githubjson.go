package ingest

import (
	"bytes"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	json "github.com/go-json-experiment/json/v1"
)

// ghRecord is the union of GitHub's objects as REST (snake case), the gh tool and GraphQL (camel case) and repository archives
// write them. Keys match without regard to case.
type ghRecord struct {
	ID            ghID   `json:"id"`
	NodeID        string `json:"node_id"`
	Number        int    `json:"number"`
	Title         string `json:"title"`
	Body          string `json:"body"`
	State         string `json:"state"`
	URL           string `json:"url"`
	HTMLURL       string `json:"html_url"`
	RepositoryURL string `json:"repository_url"`
	IssueURL      string `json:"issue_url"`
	PullURL       string `json:"pull_request_url"`

	User    ghUser `json:"user"`
	Author  ghUser `json:"author"`
	Creator ghUser `json:"creator"`
	Actor   ghUser `json:"actor"`

	Created    string `json:"created_at"`
	CreatedC   string `json:"createdAt"`
	Updated    string `json:"updated_at"`
	UpdatedC   string `json:"updatedAt"`
	Submitted  string `json:"submitted_at"`
	SubmittedC string `json:"submittedAt"`
	Published  string `json:"published_at"`
	PublishedC string `json:"publishedAt"`
	Merged     string `json:"merged_at"`
	MergedC    string `json:"mergedAt"`
	MergedBy   ghUser `json:"merged_by"`
	MergedByC  ghUser `json:"mergedBy"`

	Head struct {
		Ref string `json:"ref"`
	} `json:"head"`
	HeadRefName    string `json:"headRefName"`
	BaseRefName    string `json:"baseRefName"`
	BaseRepository ghName `json:"baseRepository"` // "owner/name", an object elsewhere
	Base           struct {
		Repo struct {
			FullName string `json:"full_name"`
		} `json:"repo"`
	} `json:"base"`
	Repository struct {
		FullName string `json:"full_name"`
		URL      string `json:"url"`
	} `json:"repository"`
	PullRequest *ghRecord `json:"pull_request"` // of an issue that is one

	Comments ghList `json:"comments"` // a number in REST, a list elsewhere
	Reviews  ghList `json:"reviews"`
	Commits  ghList `json:"commits"`

	SHA           string     `json:"sha"`
	OID           string     `json:"oid"`
	Commit        *ghCommit  `json:"commit"`
	Authors       []ghAuthor `json:"authors"`
	AuthoredDate  string     `json:"authoredDate"`
	CommittedDate string     `json:"committedDate"`
	Headline      string     `json:"messageHeadline"`
	MessageBody   string     `json:"messageBody"`

	DiffHunk    *string   `json:"diff_hunk"`
	TagName     string    `json:"tag_name"`
	TagNameC    string    `json:"tagName"`
	Environment string    `json:"environment"`
	CommitOID   string    `json:"commitOid"`
	Ref         ghName    `json:"ref"` // a name, an object in GraphQL
	Description string    `json:"description"`
	Event       string    `json:"event"`
	Issue       *ghRecord `json:"issue"`

	Login string `json:"login"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Type  string `json:"type"`

	Repo    json.RawMessage `json:"repo"` // {"name": "owner/name"} in GH Archive
	Payload json.RawMessage `json:"payload"`
}

// ghCommit is the Git part of a commit.
type ghCommit struct {
	Message   string   `json:"message"`
	Author    ghAuthor `json:"author"`
	Committer ghAuthor `json:"committer"`
}

type ghAuthor struct {
	Login string `json:"login"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Date  string `json:"date"`
}

// ghUser is an account: a login, or an object. A deleted account is null, or the placeholder "ghost", and nobody.
type ghUser struct {
	Login string
	Name  string
	Email string
	Bot   bool
}

func (u *ghUser) fromJSON(d *jsonDecoder, i int) int {
	if c := d.s.b[i]; c != '{' && c != '"' {
		if c != '[' && c != 'n' {
			return d.mismatch(i, "an account")
		}
		return d.s.skip(i, 0)
	}
	var o ghAccount
	end := 0
	if d.s.b[i] == '"' {
		o.Login, end = d.text(i)
	} else {
		end = d.into(i, &o)
	}
	*u = o.user()
	return end
}

// ghAccount is the object of an account.
type ghAccount struct {
	Login string `json:"login"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Type  string `json:"type"`
	IsBot bool   `json:"is_bot"`
}

func (o *ghAccount) user() ghUser {
	u := ghUser{Login: o.Login, Name: o.Name, Email: email(o.Email), Bot: o.IsBot || o.Type == "Bot"}
	if name, ok := strings.CutPrefix(u.Login, "app/"); ok { // how gh spells name[bot]
		u.Login, u.Bot = name+"[bot]", true
	}
	u.Bot = u.Bot || strings.HasSuffix(u.Login, "[bot]")
	if strings.EqualFold(u.Login, "ghost") {
		return ghUser{}
	}
	return u
}

// ghID is a number in REST and a text in GraphQL.
type ghID string

func (id *ghID) fromJSON(d *jsonDecoder, i int) int {
	end := d.s.skip(i, 0)
	if end < 0 {
		return end
	}
	*id = ghID(d.word(bytes.Trim(d.s.b[i:end], `"`)))
	if *id == "null" {
		*id = ""
	}
	return end
}

// ghName is a text, or an object with a name.
type ghName struct{ text, name string }

func (n *ghName) fromJSON(d *jsonDecoder, i int) (end int) {
	*n = ghName{}
	switch d.s.b[i] {
	case '"':
		n.text, end = d.text(i)
		return end
	case '{':
		return d.object(i, func(key []byte, i int) int {
			if string(key) == "name" && d.s.b[i] == '"' {
				n.name, i = d.text(i)
				return i
			}
			return d.s.skip(i, 0)
		})
	}
	return d.s.skip(i, 0)
}

// ghList is a list of objects; bad says that something else is in it. What is a count elsewhere is an empty one.
type ghList struct {
	records []ghRecord
	bad     bool
}

func (l *ghList) fromJSON(d *jsonDecoder, i int) int {
	*l = ghList{}
	if d.s.b[i] != '[' {
		return d.s.skip(i, 0)
	}
	outer := d.err
	d.err = nil
	end := d.into(i, &l.records)
	l.bad, d.err = d.err != nil, outer
	return end
}

// first is the first value that says something.
func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// id is the node id, which all of GitHub's interfaces know, else what there is.
func (r *ghRecord) id() string { return first(r.NodeID, string(r.ID)) }

func (r *ghRecord) author() ghUser {
	for _, u := range []ghUser{r.User, r.Author, r.Creator} {
		if u.Login != "" {
			return u
		}
	}
	return ghUser{}
}

func (r *ghRecord) created() string   { return first(r.Created, r.CreatedC) }
func (r *ghRecord) submitted() string { return first(r.Submitted, r.SubmittedC) }
func (r *ghRecord) merged() string    { return first(r.Merged, r.MergedC) }

func (r *ghRecord) updated() time.Time {
	t, _, err := parseStamp(first(r.Updated, r.UpdatedC), time.UTC)
	if err != nil {
		return time.Time{}
	}
	return t
}

func (r *ghRecord) branch() string { return first(r.HeadRefName, r.Head.Ref) }

func (r *ghRecord) ref() string { return first(r.Ref.text, r.Ref.name) }

// ghSegment is the first part of a path, and whether there is one.
func ghSegment(path string) (segment, rest string, ok bool) {
	end := strings.IndexAny(path, "/?# \t\n\f\r")
	if end < 0 {
		end = len(path)
	}
	return path[:end], path[end:], end > 0
}

// ghOwned reads owner/name from the start of a path.
func ghOwned(path string) (name, rest string, ok bool) {
	owner, rest, ok := ghSegment(path)
	if !ok || !strings.HasPrefix(rest, "/") {
		return "", "", false
	}
	repo, rest, ok := ghSegment(rest[1:])
	return owner + "/" + repo, rest, ok
}

// ghAPI is the repository in an address of the API: .../repos/owner/name.
func ghAPI(url string) string {
	for {
		_, rest, found := strings.Cut(url, "/repos/")
		if !found {
			return ""
		}
		if name, _, ok := ghOwned(rest); ok {
			return name
		}
		url = url[len(url)-len(rest)-1:] // the slash may begin the next
	}
}

// ghPages are the parts of the site below a repository.
var ghPages = []string{"/pull", "/issues", "/commit", "/releases", "/tree", "/discussions"}

// ghPage is the repository in the address of a page: https://github.com/owner/name/pull/1.
func ghPage(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok || !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
		return ""
	}
	host, rest, ok := strings.Cut(rest, "/")
	if !ok || host == "" {
		return ""
	}
	name, rest, ok := ghOwned(rest)
	if !ok {
		return ""
	}
	if rest == "" || rest == "/" {
		return name
	}
	for _, page := range ghPages {
		if after, ok := strings.CutPrefix(rest, page); ok && (after == "" || after[0] >= utf8.RuneSelf || !wordByte(after[0])) {
			return name
		}
	}
	return ""
}

// ghNumber is the number of the pull request or issue in an address, "" when there is none.
func ghNumber(url string) string {
	for i := 0; ; i++ {
		k := strings.IndexByte(url[i:], '/')
		if k < 0 {
			return ""
		}
		i += k
		for _, list := range []string{"/pull/", "/pulls/", "/issues/"} {
			if rest, ok := strings.CutPrefix(url[i:], list); ok && rest != "" && isDigit(rest[0]) {
				return rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
			}
		}
	}
}

// repository is "owner/name" from what a record or its request says, "" when nothing does.
func (r *ghRecord) repository(request string) string {
	for _, name := range [...]string{r.BaseRepository.text, r.Base.Repo.FullName, r.Repository.FullName} {
		if owner, repo, ok := strings.Cut(name, "/"); ok && owner != "" && repo != "" {
			return name
		}
	}
	urls := [...]string{r.URL, r.HTMLURL, r.RepositoryURL, r.IssueURL, r.PullURL, request, r.Repository.URL}
	for _, u := range urls {
		if name := ghAPI(u); name != "" {
			return name
		}
	}
	for _, u := range urls {
		if name := ghPage(u); name != "" {
			return name
		}
	}
	return ""
}

// thread is the number of the issue or pull request that a comment or review belongs to, 0 when nothing says.
func (r *ghRecord) thread(request string) int {
	for _, u := range [...]string{r.PullURL, r.IssueURL, r.HTMLURL, r.URL, request} {
		if number := ghNumber(u); number != "" {
			n, _ := strconv.Atoi(number)
			return n
		}
	}
	return 0
}

func (r *ghRecord) isPull() bool {
	return r.PullRequest != nil || r.merged() != "" || r.branch() != "" || r.BaseRefName != "" ||
		strings.Contains(r.HTMLURL, "/pull/") || strings.Contains(r.URL, "/pull/") || strings.Contains(r.URL, "/pulls/")
}
