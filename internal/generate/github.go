package generate

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

const pullsPerDay = .2 // merged pull requests of an engineer on a working day

var pullVerbs = list("Add,Fix,Remove,Refactor,Simplify,Cache,Validate,Retry,Speed up,Document,Rename,Migrate,Log,Test,Upgrade")
var pullObjects = list("pagination of the list endpoint,timeout handling,the retry budget,currency rounding,the connection pool,stale feature flags,schema validation,idempotency keys,the consumer offsets,health checks,error messages,metrics labels,the nightly job,request signing,locale fallbacks,the rate limiter,dead letter handling,index hints,the client library,access checks,batch inserts,the settings page,webhook signatures,search filters,the deploy script")
var reviewTexts = list("Looks good to me,Nice cleanup,One question inline otherwise fine,Could we cover the empty case?,Approving with a small nit,Thanks for the tests,Let's not log the whole payload")

// gitHub writes, for every team's repository, the pull requests, their reviews and their comments as the REST API lists them.
type gitHub struct {
	o       *org
	dir     string
	merges  []int64 // by day of the history
	tallies tallies
	r       *random
	team    int
	slug    string
	number  int
	ids     int64
	pulls   *array
	reviews *array
	talk    *array
	buf     []byte
}

func (g *gitHub) write(ctx context.Context, progress func(done, total int)) error {
	o := g.o
	g.merges = make([]int64, o.end-o.first)
	g.r = newRandom(0, "")
	fixes := o.incidentsByTeam(func(in *incident) bool { return in.pr })
	teams := o.codeTeams()
	for i, t := range teams {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := g.repository(t, fixes[t]); err != nil {
			return err
		}
		progress(i+1, len(teams))
	}
	return nil
}

func (g *gitHub) repository(t int, fixes []int) (err error) {
	o, r := g.o, g.r
	g.team, g.slug, g.number = t, o.teams[t].slug, 0
	for _, a := range []struct {
		to   **array
		name string
	}{{&g.pulls, "pulls"}, {&g.reviews, "reviews"}, {&g.talk, "comments"}} {
		if *a.to, err = createArray(g.dir, "github/"+g.slug+"-"+a.name+".json"); err != nil {
			return err
		}
	}
	r.reset(o.seed, "github", t)
	var members []int32
	var steps []step
	for d := o.first; d < o.end; d++ {
		if d == o.first || d.weekday() == 0 {
			members = o.onTeam(t, d.monday(), members)
		}
		for ; len(fixes) > 0 && unixDay(o.incidents[fixes[0]].start) <= d; fixes = fixes[1:] {
			in := &o.incidents[fixes[0]]
			steps = o.timeline(in, steps)
			g.incidentFix(in, steps)
		}
		rate := pullsPerDay * float64(len(members)) * o.volume * o.calendar.mergeRate(d)
		if d.weekday() >= 5 {
			rate *= .06
		}
		for range r.poisson(rate) {
			g.everyday(d, members)
		}
		if d.weekday() == 1 && len(members) > 0 {
			g.dependencyUpdate(d)
		}
	}
	for _, a := range []*array{g.pulls, g.reviews, g.talk} {
		if e := a.close(); err == nil {
			err = e
		}
	}
	return err
}

// pull is a pull request while it is written; merged is 0 for one closed without merging.
type pull struct {
	author         int32 // -1: the dependency bot
	title, branch  string
	body           string
	opened, merged int64
	closed         int64
}

func (g *gitHub) everyday(d day, members []int32) {
	o, r := g.o, g.r
	author := pick(r, members)
	done, ok := o.workTime(r, author, d.unix(), (d + 1).unix())
	if !ok {
		return
	}
	from := max(done-int64(1800+r.ExpFloat64()*1.3*daySeconds), o.first.unix(), o.people[author].start.unix())
	opened, ok := o.workTime(r, author, from, from+min(4*3600, done-from))
	if !ok {
		opened = max(done-1500, from)
		if o.quiet(int(author), opened) {
			return
		}
	}
	verb, object := pick(r, pullVerbs), pick(r, pullObjects)
	p := pull{author: author, title: verb + " " + object, branch: o.people[author].login + "/" + asciiSlug(verb+" "+object, '-'), opened: opened, merged: done, closed: done}
	if r.chance(.04) {
		p.merged = 0
	} else {
		g.merges[d-o.first]++
	}
	g.pull(&p)
	for k := range 1 + r.IntN(3)/2 {
		who := pick(r, members)
		if who == author {
			continue
		}
		if at, ok := o.workTime(r, who, opened, done); ok {
			g.review(who, at, k == 0)
		}
	}
	for range r.poisson(.7) {
		who := pick(r, members)
		if at, ok := o.workTime(r, who, opened, done); ok {
			if r.chance(.02) {
				who = int32(-2 - r.IntN(len(contractors)))
			}
			g.comment(who, at)
		}
	}
}

// incidentFix writes the pull request that repaired an incident and says so.
func (g *gitHub) incidentFix(in *incident, steps []step) {
	p := pull{author: -1}
	for _, s := range steps {
		switch s.kind {
		case stepPROpened:
			p.author, p.opened = s.who, s.at
		case stepPRMerged:
			p.merged, p.closed = s.at, s.at
		}
	}
	if p.author < 0 {
		return
	}
	what := pick(g.r, list("Raise the limit,Roll back the change,Guard against the empty answer,Renew and reload,Drop the bad entry,Lower the timeout,Disable the flag"))
	p.title = in.ref() + ": " + what
	p.branch = "hotfix/" + in.ref() + "-" + asciiSlug(what, '-')
	p.body = "Mitigates " + in.ref() + "."
	if p.merged > 0 {
		g.merges[min(unixDay(p.merged), g.o.end-1)-g.o.first]++
	} else {
		p.closed = p.opened + 7200
	}
	g.pull(&p)
	for _, s := range steps {
		if s.kind == stepReview {
			g.review(s.who, s.at, true)
		}
	}
}

// dependencyUpdate is a bot's weekly pull request.
func (g *gitHub) dependencyUpdate(d day) {
	at := d.unix() + int64(g.r.IntN(4*3600))
	g.pull(&pull{author: -1, title: "chore(deps): update dependency " + pick(g.r, list("grpc,protobuf,react,netty,jackson,kafka-client,redis-client,testcontainers")), branch: "renovate/dependencies", opened: at, merged: at + 3000, closed: at + 3000})
	g.merges[d-g.o.first]++
}

// contractors are people outside the roster, without e-mail or alias: every organization has identities that stay unmatched.
// Contractor k is person -2-k.
var contractors = list("a-lindgren-ext,vendor-tomasz,pixelforge-mia")

func (g *gitHub) user(b []byte, key string, who int32) []byte {
	login, kind := "renovate[bot]", "Bot"
	switch {
	case who >= 0:
		login, kind = g.o.people[who].login, "User"
	case who < -1:
		login, kind = contractors[-2-who], "User"
	}
	b = append(appendKey(b, key), '{')
	b = field(b, "login", login)
	b = fieldInt(b, "id", 4000000+int64(who)*37)
	b = field(b, "html_url", "https://github.com/"+strings.TrimSuffix(login, "[bot]"))
	b = field(b, "type", kind)
	b = fieldBool(b, "site_admin", false)
	return append(b, '}')
}

func (g *gitHub) api(path string) string {
	return "https://api.github.com/repos/" + githubOrg + "/" + g.slug + "/" + path + "/" + strconv.Itoa(g.number)
}

func (g *gitHub) page() string {
	return "https://github.com/" + githubOrg + "/" + g.slug + "/pull/" + strconv.Itoa(g.number)
}

func (g *gitHub) nextID() int64 {
	g.ids += 7
	return 800000000 + g.ids
}

func (g *gitHub) pull(p *pull) {
	g.number++
	repo := githubOrg + "/" + g.slug
	b := append(g.buf[:0], '{')
	b = field(b, "url", g.api("pulls"))
	b = fieldInt(b, "id", g.nextID())
	b = field(b, "html_url", g.page())
	b = field(b, "issue_url", g.api("issues"))
	b = fieldInt(b, "number", int64(g.number))
	b = field(b, "state", "closed")
	b = fieldBool(b, "locked", false)
	b = field(b, "title", p.title)
	b = g.user(b, "user", p.author)
	if p.body == "" {
		b = fieldNull(b, "body")
	} else {
		b = field(b, "body", p.body)
	}
	b = fieldISO(b, "created_at", p.opened)
	b = fieldISO(b, "updated_at", p.closed)
	b = fieldISO(b, "closed_at", p.closed)
	if p.merged > 0 {
		b = fieldISO(b, "merged_at", p.merged)
		b = field(b, "merge_commit_sha", sha(mixKey(g.o.seed, "sha", g.team, g.number)))
	} else {
		b = fieldNull(b, "merged_at")
		b = fieldNull(b, "merge_commit_sha")
	}
	b = fieldBool(b, "draft", false)
	for _, side := range [2]string{"head", "base"} {
		ref := p.branch
		if side == "base" {
			ref = "main"
		}
		b = append(appendKey(b, side), '{')
		b = field(b, "label", githubOrg+":"+ref)
		b = field(b, "ref", ref)
		b = append(appendKey(b, "repo"), '{')
		b = field(b, "name", g.slug)
		b = field(b, "full_name", repo)
		b = append(b, "}}"...)
	}
	b = field(b, "author_association", "MEMBER")
	g.buf = append(b, '}')
	g.pulls.add(g.buf)
	if p.author < 0 {
		g.tallies[aBot]++
		return
	}
	g.tallies[aPROpened]++
	if p.merged > 0 {
		g.tallies[aPRMerged]++
	}
}

// sha spells a number as a commit hash.
func sha(x uint64) string {
	b := binary.BigEndian.AppendUint64(nil, x)
	b = binary.BigEndian.AppendUint64(b, mix(x+1))
	b = binary.BigEndian.AppendUint32(b, uint32(mix(x+2)))
	return hex.EncodeToString(b)
}

func (g *gitHub) review(who int32, at int64, approves bool) {
	id := g.nextID()
	page := g.page() + "#pullrequestreview-" + strconv.FormatInt(id, 10)
	b := append(g.buf[:0], '{')
	b = fieldInt(b, "id", id)
	b = g.user(b, "user", who)
	b = field(b, "body", pick(g.r, reviewTexts))
	b = field(b, "state", map[bool]string{true: "APPROVED", false: "COMMENTED"}[approves])
	b = field(b, "html_url", page)
	b = field(b, "pull_request_url", g.api("pulls"))
	b = field(b, "author_association", "MEMBER")
	b = fieldISO(b, "submitted_at", at)
	g.buf = append(b, '}')
	g.reviews.add(g.buf)
	g.tallies[aReview]++
}

func (g *gitHub) comment(who int32, at int64) {
	id := g.nextID()
	b := append(g.buf[:0], '{')
	b = field(b, "url", "https://api.github.com/repos/"+githubOrg+"/"+g.slug+"/issues/comments/"+strconv.FormatInt(id, 10))
	b = field(b, "html_url", g.page()+"#issuecomment-"+strconv.FormatInt(id, 10))
	b = field(b, "issue_url", g.api("issues"))
	b = fieldInt(b, "id", id)
	b = g.user(b, "user", who)
	b = fieldISO(b, "created_at", at)
	b = fieldISO(b, "updated_at", at)
	b = field(b, "author_association", "MEMBER")
	b = field(b, "body", pick(g.r, reviewTexts))
	g.buf = append(b, '}')
	g.talk.add(g.buf)
	g.tallies[aPRComment]++
}
