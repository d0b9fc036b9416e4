package generate

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
)

const ticketsPerDay = .11 // created by a member of an engineering or support team on a working day

var ticketSummaries = list("Pagination skips the last page,Clean up unused flags,Retry on 503 from upstream,Customer cannot change the billing address,Export times out for large accounts,Add alert on consumer lag,Document the failover,Slow query on the orders table,Update the runbook,Flaky integration test,Support bulk actions,Wrong time zone in the report,Upgrade the base image,Rotate the signing keys,Reduce log volume,Improve the error page,Deduplicate events,Import fails on empty rows,Login loop on mobile,Add audit trail")
var ticketTypes = list("Story,Task,Bug,Bug,Task")
var ticketComments = list("I can reproduce it,Moved to the next sprint,Waiting for the other team,Fixed on staging,Please verify,Customer confirmed,The same as last month,Needs a decision,Deployed this morning")

// jira writes each team's project as the pages of a REST search, with changelogs and comments.
type jira struct {
	o       *org
	dir     string
	r       *random
	tallies tallies
	team    int
	number  int
	ids     int
	buf     []byte
	tickets [][]byte // a project's, kept because each page states the total
}

func (j *jira) write(ctx context.Context, progress func(done, total int)) error {
	o := j.o
	j.r = newRandom(0, "")
	repairs := o.incidentsByTeam(func(in *incident) bool { return in.ticket })
	teams := append(o.codeTeams(), o.byFunction[support]...)
	for i, t := range teams {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := j.project(t, repairs[t]); err != nil {
			return err
		}
		progress(i+1, len(teams))
	}
	return nil
}

func (j *jira) project(t int, repairs []int) error {
	o, r := j.o, j.r
	j.team, j.number, j.tickets = t, 0, j.tickets[:0]
	r.reset(o.seed, "jira", t)
	var members []int32
	var steps []step
	for d := o.first; d < o.end; d++ {
		if d == o.first || d.weekday() == 0 {
			members = o.onTeam(t, d.monday(), members)
		}
		for ; len(repairs) > 0 && unixDay(o.incidents[repairs[0]].start) <= d; repairs = repairs[1:] {
			in := &o.incidents[repairs[0]]
			steps = o.timeline(in, steps)
			j.incidentTicket(in, steps)
			if len(members) > 0 && !in.nearMiss && r.chance(.6) {
				j.everyday(unixDay(in.resolved)+2+day(r.IntN(9)), members, "Follow-up from "+in.ref()+": "+pick(r, list("add an alert,automate the renewal,write the runbook,test the failover,limit the blast radius,agree on ownership")))
			}
		}
		rate := ticketsPerDay * float64(len(members)) * o.volume
		if d.weekday() >= 5 {
			rate *= .05
		}
		for range r.poisson(rate) {
			j.everyday(d, members, pick(r, ticketSummaries))
		}
	}
	return j.flush()
}

// change is a step of a ticket's status, comment one of its comments.
type change struct {
	at       int64
	who      int32
	from, to string
}

type ticket struct {
	summary, kind     string
	creator, assignee int32
	created           int64
	changes           []change
	comments          []change
}

var statuses = list("To Do,In Progress,In Review,Done")

func (j *jira) everyday(d day, members []int32, summary string) {
	o, r := j.o, j.r
	if d >= o.end {
		return
	}
	creator := pick(r, members)
	created, ok := o.workTime(r, creator, d.unix(), (d + 1).unix())
	if !ok {
		return
	}
	t := ticket{summary: summary, kind: pick(r, ticketTypes), creator: creator, assignee: pick(r, members), created: created}
	at := created
	for k := range 3 {
		from := at + 1200
		next, ok := o.workTime(r, t.assignee, from, min(from+int64(3600+r.ExpFloat64()*2.5*daySeconds), o.end.unix()))
		if !ok {
			break
		}
		t.changes = append(t.changes, change{next, t.assignee, statuses[k], statuses[k+1]})
		at = next
	}
	for range r.poisson(.8) {
		who := pick(r, members)
		if when, ok := o.workTime(r, who, created+60, min(at+7200, o.end.unix())); ok {
			t.comments = append(t.comments, change{at: when, who: who})
		}
	}
	j.add(&t)
}

// incidentTicket writes the ticket that was opened during an incident.
func (j *jira) incidentTicket(in *incident, steps []step) {
	t := ticket{summary: in.ref() + ": " + j.o.titleOf(in), kind: "Incident", creator: -1}
	for _, s := range steps {
		switch s.kind {
		case stepTicket:
			t.creator, t.assignee, t.created = s.who, s.who, s.at
		case stepTicketChange:
			t.changes = append(t.changes, change{s.at, s.who, statuses[1], statuses[3]})
		case stepTicketComment:
			t.comments = append(t.comments, change{at: s.at, who: s.who})
		}
	}
	if t.creator >= 0 {
		j.add(&t)
	}
}

func jiraTime(b []byte, key string, unix int64) []byte {
	b = append(appendKey(b, key), '"')
	return append(utc(unix).AppendFormat(b, "2006-01-02T15:04:05.000-0700"), '"')
}

func (j *jira) user(b []byte, key string, who int32) []byte {
	p := &j.o.people[who]
	b = append(appendKey(b, key), '{')
	b = field(b, "accountId", p.account)
	b = field(b, "emailAddress", p.email)
	b = field(b, "displayName", p.name)
	b = fieldBool(b, "active", p.end == never)
	b = field(b, "timeZone", j.o.zones[p.zone].name)
	b = field(b, "accountType", "atlassian")
	return append(b, '}')
}

func named(b []byte, key, name string) []byte {
	return append(field(append(appendKey(b, key), '{'), "name", name), '}')
}

func (j *jira) add(t *ticket) {
	o := j.o
	j.number++
	j.ids++
	key := o.teams[j.team].project + "-" + strconv.Itoa(j.number)
	id := strconv.Itoa(10000 + j.ids)
	status, updated := statuses[0], t.created
	if n := len(t.changes); n > 0 {
		status, updated = t.changes[n-1].to, t.changes[n-1].at
	}
	for _, c := range t.comments {
		updated = max(updated, c.at)
	}
	b := append(j.buf[:0], '{')
	b = field(b, "expand", "operations,versionedRepresentations,editmeta,changelog,renderedFields")
	b = field(b, "id", id)
	b = field(b, "self", "https://"+jiraHost+"/rest/api/2/issue/"+id)
	b = field(b, "key", key)
	b = append(appendKey(b, "fields"), '{')
	b = field(b, "summary", t.summary)
	b = named(b, "issuetype", t.kind)
	b = append(appendKey(b, "project"), '{')
	b = field(field(b, "key", o.teams[j.team].project), "name", o.teams[j.team].name)
	b = append(b, '}')
	b = named(b, "priority", pick(j.r, list("High,Medium,Medium,Low")))
	b = named(b, "status", status)
	b = jiraTime(b, "created", t.created)
	b = jiraTime(b, "updated", updated)
	if status == statuses[3] {
		b = named(b, "resolution", "Done")
		b = jiraTime(b, "resolutiondate", t.changes[len(t.changes)-1].at)
	} else {
		b = fieldNull(fieldNull(b, "resolution"), "resolutiondate")
	}
	b = j.user(b, "creator", t.creator)
	b = j.user(b, "reporter", t.creator)
	b = j.user(b, "assignee", t.assignee)
	b = fieldRaw(b, "labels", "[]")
	b = fieldNull(b, "description")
	b = append(appendKey(b, "comment"), `{"comments":[`...)
	for i, c := range t.comments {
		if i > 0 {
			b = append(b, ',')
		}
		b = field(append(b, '{'), "id", id+strconv.Itoa(i))
		b = j.user(b, "author", c.who)
		b = field(b, "body", pick(j.r, ticketComments))
		b = jiraTime(b, "created", c.at)
		b = append(jiraTime(b, "updated", c.at), '}')
		j.tallies[aTicketComment]++
	}
	n := strconv.Itoa(len(t.comments))
	b = append(b, `],"maxResults":`+n+`,"total":`+n+`,"startAt":0}}`...)
	n = strconv.Itoa(len(t.changes))
	b = append(appendKey(b, "changelog"), `{"startAt":0,"maxResults":`+n+`,"total":`+n+`,"histories":[`...)
	for i, c := range t.changes {
		if i > 0 {
			b = append(b, ',')
		}
		b = field(append(b, '{'), "id", id+"7"+strconv.Itoa(i))
		b = j.user(b, "author", c.who)
		b = jiraTime(b, "created", c.at)
		b = append(appendKey(b, "items"), "[{"...)
		b = field(b, "field", "status")
		b = field(b, "fieldtype", "jira")
		b = field(b, "from", strconv.Itoa(len(c.from)))
		b = field(b, "fromString", c.from)
		b = field(b, "to", strconv.Itoa(len(c.to)))
		b = field(b, "toString", c.to)
		b = append(b, "}]}"...)
		j.tallies[aTicketChanged]++
	}
	b = append(b, "]}}"...)
	j.buf = b
	j.tallies[aTicketCreated]++
	j.tickets = append(j.tickets, bytes.Clone(b))
}

func (j *jira) flush() error {
	const limit = 100
	for from := 0; from < len(j.tickets); from += limit {
		f, err := create(j.dir, fmt.Sprintf("jira/%s-%04d.json", j.o.teams[j.team].project, from/limit+1))
		if err != nil {
			return err
		}
		f.print(fmt.Sprintf(`{"expand":"schema,names","startAt":%d,"maxResults":%d,"total":%d,"issues":[`, from, limit, len(j.tickets)))
		for i, t := range j.tickets[from:min(from+limit, len(j.tickets))] {
			if i > 0 {
				f.print(",\n")
			}
			f.Write(t)
		}
		f.print("]}\n")
		if err := f.close(); err != nil {
			return err
		}
	}
	return nil
}
