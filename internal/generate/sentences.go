package generate

import (
	"strconv"
	"strings"
)

// piece is a stretch of a sentence: text as it is, or a slot to fill.
type piece struct {
	text string
	slot byte // 0 none, s service, n number, m mention, t ticket, p percent
}

func parse(sentence string) []piece {
	var out []piece
	for {
		i := strings.IndexByte(sentence, '{')
		if i < 0 {
			break
		}
		if i > 0 {
			out = append(out, piece{text: sentence[:i]})
		}
		out = append(out, piece{slot: sentence[i+1]})
		sentence = sentence[i+3:]
	}
	if sentence != "" {
		out = append(out, piece{text: sentence})
	}
	return out
}

func parseAll(sentences string) [][]piece {
	var out [][]piece
	for _, s := range strings.Split(strings.TrimSpace(sentences), "\n") {
		out = append(out, parse(s))
	}
	return out
}

var workTalk = parseAll(`
Can someone review the change to {s}? Should be quick.
I'm seeing {n} retries a minute on {s}, looks harmless so far
{m} do you have ten minutes to pair on the pagination bug?
Staging for {s} is back, sorry about that
Pushed the fix, CI is running
CI took {n} minutes again, the cache step is cold
Deploying {s} now
Deploy of {s} is done, watching the graphs
p99 of {s} dropped by {p}% after the index change
Does anybody remember why we pin that dependency?
I'll be out tomorrow afternoon, {m} covers for me
Standup notes: finished the retry logic, next is the metrics cleanup
Moved {t} to next sprint, we are waiting for the contract change
{m} thanks for the thorough review!
We have {n} open pull requests older than a week, could each of us take one?
The flaky test in the scheduler suite is back
Quick question: is the {s} schema documented somewhere?
Design doc for the new consumer is up, comments welcome until Thursday
I think we can delete the old code path now, traffic on it is at {p}%
Rebased and green, merging
Who owns the dashboard for {s}? One panel queries a metric we renamed
Agreed, let's do the simple thing first
I measured it: {n} ms before, a third of that after
The error budget for {s} is at {p}%, let's slow down on risky changes
Can we move the planning to 10:30? Two of us have a clash
Opened {t} for the leftover work
That runbook is out of date, I'll fix it while I still remember
Reverted, will look at it with fresh eyes tomorrow
Good catch, I missed that the timeout is per attempt
{m} the load test ran through, report is in the folder
Anyone else getting certificate warnings from the internal registry?
We should write down how the failover works before the next rotation
I'd rather not ship this on a Friday
Handing over on call: quiet week, one page for {s}, auto-resolved
The customer can reproduce it with {n} items in the cart
Numbers look right to me now
Could you add a test for the empty case?
Feature flag is on for {p}% of traffic
Works on my machine is not the bar, I know :smile:
Let me check the logs and get back to you`)

var supportTalk = parseAll(`
Customer reports duplicate e-mails, ticket {t}, anyone seen this before?
Queue is at {n}, first response time still under the target
Picking up the escalation from the enterprise account
{m} can you take the call at the top of the hour?
The workaround from yesterday works, I answered {n} tickets with it
Handing over to the next region, three open escalations, notes in {t}
Macro for the refund question is updated
Two more customers with the same symptom on {s}
Status page draft is ready, waiting for a go
Closing the batch from this morning, {p}% solved on first contact
Chat volume is up after the newsletter
Calm shift so far
Could engineering have a look at {t} when there is time? Not urgent`)

var leadTalk = parseAll(`
Headcount plan for next half is in the sheet, please check your rows
{m} let's talk about the on-call load of the team on Monday
Thoughts before the week starts: we have too many projects in flight
The board deck needs one slide on reliability, I can draft it
Offer accepted, they start in {n} weeks
Please finish the calibration notes by Wednesday
Retention looks better than last quarter
I'd like us to decide the reorg question before the offsite
Attrition is at {p}%, about where we planned
{m} can you sponsor the training budget?
Weekly notes are out`)

var chatTalk = parseAll(`
Good morning!
Happy birthday {m}! :tada:
Lunch at half past twelve?
Does anyone know a good dentist near the office?
The coffee machine on the third floor is fixed
Nice weekend everybody
Welcome {m}!
Anyone up for a run after work?
Photo of my dog as promised
I can recommend that book, the second half is great
Train is late again, joining from the phone
Has anyone been to the new ramen place?
Congratulations on the launch, well done all
Found a set of keys in the kitchen
Reminder that the office closes at six tomorrow
We made {n} pancakes for charity this morning
That concert was fantastic`)

var salesTalk = parseAll(`
Signed! Thanks to everybody who helped with the security review
{m} could you join the call with the procurement team?
Pipeline review moved to Tuesday
They ask for a reference in their region, do we have one?
Demo went well, next step is the pilot with {n} seats
Renewal at {p}% uplift
Campaign goes live on Monday
Invoice question from the customer, forwarding to finance
The pricing page has a typo
Interview panel for Thursday is complete`)

// incidentTalk is in the order in which incidents go.
var incidentTalk = parseAll(`
I'm here, reading the graphs
I'm here, what do we know?
{s} error rate is at {p}% and rising
I'll take notes
Seeing the same from the customer side
Confirmed in two regions
{n} merchants affected so far
Looking at the last deploy of {s}
Same graph as last month
Comparing with the last time this happened
{m} you know this service best, any idea?
Could you share the query?
Can somebody with access to the production console check the connections?
The dashboard lags by a few minutes, trust the logs
Traffic is at {p}% of normal
Status page updated
Logs say it began at the top of the hour
I think we are looking at a symptom, not the cause
Rolling back {s}
Rollback is through, no change yet
Who can approve a change to the load balancer?
Draining the bad zone now
Restarted {n} instances, they come up healthy
Found it, fix is in review
Mitigation is in place, error rate going down
Queue is shrinking, about {n} minutes to go
Let's keep this open until the backlog is gone
Errors are back to normal, watching for ten more minutes
All green for {n} minutes now
Thanks everybody, review next week`)

var replyTalk = parseAll(`
Yes
Sounds good
On it
Done
Thanks!
I'll have a look
Not yet, this afternoon
That was me, sorry
Which region?
+1
Good question, let me find out
Agreed
It is in the runbook
Could you send me the link?
{m} yes, exactly
About {n} minutes
No, it is older than that
Perfect, thank you {m}
Let's talk after standup
Same here
I can do it tomorrow`)

// composer composes message texts: as plain text with Slack's markup, and as rich_text elements.
type composer struct {
	o        *org
	text     []byte
	elements []byte
}

// compose fills a sentence. mention is a person, or -1 to leave mentions out.
func (c *composer) compose(r *random, sentence []piece, service string, mention int32, project string) {
	c.text, c.elements = c.text[:0], append(c.elements[:0], `{"type":"text","text":"`...)
	open := true
	for _, p := range sentence {
		from := len(c.text)
		switch p.slot {
		case 0:
			c.text = append(c.text, p.text...)
		case 's':
			c.text = append(c.text, service...)
		case 'n':
			c.text = strconv.AppendInt(c.text, int64(2+r.IntN(58)), 10)
		case 'p':
			c.text = strconv.AppendInt(c.text, int64(1+r.IntN(40)), 10)
		case 't':
			c.text = append(append(c.text, project...), '-')
			c.text = strconv.AppendInt(c.text, int64(100+r.IntN(900)), 10)
		case 'm':
			if mention < 0 {
				c.text = append(c.text, "folks"...)
				break
			}
			id := c.o.people[mention].slackID
			c.text = append(append(append(c.text, "<@"...), id...), '>')
			if open {
				c.elements = append(c.elements, `"},`...)
			}
			c.elements = append(append(append(c.elements, `{"type":"user","user_id":"`...), id...), `"},`...)
			open = false
			continue
		}
		if !open {
			c.elements = append(c.elements, `{"type":"text","text":"`...)
			open = true
		}
		c.elements = append(c.elements, c.text[from:]...)
	}
	if open {
		c.elements = append(c.elements, `"}`...)
	} else {
		c.elements = c.elements[:len(c.elements)-1]
	}
	const empty = `{"type":"text","text":""},`
	if len(c.elements) > len(empty) && string(c.elements[:len(empty)]) == empty {
		c.elements = append(c.elements[:0], c.elements[len(empty):]...)
	}
}
