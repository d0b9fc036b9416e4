package generate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// writeIncidents writes the organization's own incident records.
func (o *org) writeIncidents(dir string) error {
	header := list("id,title,severity,status,started_at,detected_at,declared_at,mitigated_at,resolved_at,services,owning_team,channel,alerts,url,trigger,themes,near_miss,backfilled,commander")
	return writeCSV(dir, "incidents.csv", header, func(emit func(...string)) {
		for i := range o.incidents {
			in := &o.incidents[i]
			started, channel, commanded := iso(in.start), "", ""
			if in.startUnknown {
				started = ""
			}
			if in.channel != "" {
				channel = "#" + in.channel
			}
			services := []string{o.services[in.service].name}
			for _, s := range in.also {
				services = append(services, o.services[s].name)
			}
			var alerts []string
			for k := range in.alerts {
				alerts = append(alerts, o.alertID(in, k))
			}
			for _, p := range in.parts {
				if p.role == commander {
					commanded = o.email(int(p.person))
				}
			}
			lessons := themes[in.theme].name
			if in.second >= 0 {
				lessons += ";" + secondThemes[in.second]
			}
			emit(in.ref(), o.titleOf(in), "SEV"+strconv.Itoa(in.severity), "resolved", started, iso(in.detected), iso(in.declared),
				iso(in.mitigated), iso(in.resolved), strings.Join(services, ";"), o.teams[o.services[in.service].ownerAt(unixDay(in.start))].name,
				channel, strings.Join(alerts, ";"), "https://incidents."+domain+"/"+in.ref(), themes[in.theme].trigger, lessons,
				strconv.FormatBool(in.nearMiss), strconv.FormatBool(in.backfilled), commanded)
		}
	})
}

// Attendance by choice grows from the first share to the last over the history.
const (
	voluntaryFirst = .18
	voluntaryLast  = .5
	readersFirst   = 6
	readersLast    = 24
)

// writeReviews writes the incident reviews: of every severe incident and a quarter of the others, a week later.
func (o *org) writeReviews(dir string) error {
	out, err := createArray(dir, "reviews.json")
	if err != nil {
		return err
	}
	r := newRandom(o.seed, "reviews")
	var steps []step
	var attended, chosen [2]int // first and last year
	var b []byte
	for k := range o.incidents {
		in := &o.incidents[k]
		if in.backfilled || in.severity > 2 && !r.chance(.25) {
			continue
		}
		steps = o.timeline(in, steps)
		firsts := responders(steps)
		if len(firsts) == 0 {
			continue
		}
		facilitator := o.people[o.teams[o.services[in.service].ownerAt(unixDay(in.start))].manager]
		d := unixDay(in.resolved) + 5 + day(r.IntN(5))
		if d.weekday() >= 5 {
			d += 2
		}
		if d >= o.end {
			continue
		}
		var required, attendees []string
		for i, f := range firsts {
			p := &o.people[f.who]
			if i >= 5 || !p.employed(d) {
				continue
			}
			required = append(required, p.email)
			if r.chance(.92) {
				attendees = append(attendees, p.email)
			}
		}
		progress := float64(d-o.first) / float64(o.end-o.first)
		share := voluntaryFirst + (voluntaryLast-voluntaryFirst)*progress
		volunteers := r.poisson(float64(len(attendees)) * share / (1 - share))
		n := 0
		for tries := 0; n < volunteers && tries < 40*volunteers; tries++ {
			p := &o.people[r.IntN(len(o.people))]
			if p.fn > management || !p.employed(d) || slices.Contains(attendees, p.email) || slices.Contains(required, p.email) {
				continue
			}
			attendees = append(attendees, p.email)
			n++
		}
		if d < o.first+365 {
			attended[0] += len(attendees)
			chosen[0] += n
		}
		if d >= o.end-365 {
			attended[1] += len(attendees)
			chosen[1] += n
		}
		actions := r.poisson(2.2)
		done := 0
		for range actions {
			if r.chance(min(.9, float64(o.end-d)/120)) {
				done++
			}
		}
		b = append(b[:0], '{')
		b = field(b, "incident", in.ref())
		b = fieldISO(b, "held_at", o.zones[sanFrancisco].at(d, 9*3600))
		b = field(b, "facilitator", facilitator.email)
		for _, l := range []struct {
			key  string
			list []string
		}{{"attendees", attendees}, {"required", required}} {
			b = append(appendKey(b, l.key), '[')
			for i, e := range l.list {
				if i > 0 {
					b = append(b, ',')
				}
				b = appendString(b, e)
			}
			b = append(b, ']')
		}
		b = fieldInt(b, "readers", int64(len(attendees)+r.poisson(readersFirst+(readersLast-readersFirst)*progress)))
		b = fieldInt(b, "actions_open", int64(actions-done))
		b = fieldInt(b, "actions_done", int64(done))
		out.add(append(b, '}'))
		o.truth.Reviews.Reviews++
	}
	o.truth.Reviews.VoluntaryFirst, o.truth.Reviews.VoluntaryLast = ratio(chosen[0], attended[0]), ratio(chosen[1], attended[1])
	return out.close()
}

// writeSeries writes daily series: the traffic of the product, deploys, and the merges that are in the repositories' files.
func (o *org) writeSeries(dir string, merges []int64) error {
	r := newRandom(o.seed, "series")
	return writeCSV(dir, "series.csv", list("at,name,value"), func(emit func(...string)) {
		for d := o.first; d < o.end; d++ {
			years := float64(d-o.first) / 365.25
			traffic := 4.2e6 * math.Pow(1.25, years) * math.Exp(.15*math.Sin(2*math.Pi*float64(d.time().YearDay()-300)/365.25+math.Pi/2)+.04*r.NormFloat64())
			if d.weekday() >= 5 {
				traffic *= .72
			}
			n := merges[d-o.first]
			emit(d.String(), "traffic", strconv.FormatInt(int64(traffic), 10))
			emit(d.String(), "deploys", strconv.Itoa(r.poisson(float64(n)*.6)))
			emit(d.String(), "merges", strconv.FormatInt(n, 10))
		}
	})
}

var spokenSentences = list("Okay so what do we know so far.,The error rate is still going up.,I am looking at the broker logs now.,Can you share your screen?,The certificate was valid until midnight.,Who has access to the key store?,Let me try the other region.,I restarted one of them and it came back.,Are the consumers reconnecting?,Yes they are slowly.,Let's wait five more minutes.,I will post an update in the channel.,Do we know why nobody got the warning?,That alert went to the old team.,Thank you everybody.")

// speakers lists who speaks on the recorded calls, each once.
func (o *org) speakers() []int {
	var who []int
	var steps []step
	for k := range o.incidents {
		if in := &o.incidents[k]; o.spoken(in) {
			steps = o.timeline(in, steps)
			for _, s := range steps {
				if s.kind == stepSpeech && !slices.Contains(who, int(s.who)) {
					who = append(who, int(s.who))
				}
			}
		}
	}
	return who
}

func cueTime(ms int64) string {
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}

// writeTranscripts writes the recorded calls as Zoom leaves them, and the table that says which incident each belongs to.
func (o *org) writeTranscripts(dir string, t *tallies) error {
	type meeting struct {
		file, incident, start string
	}
	var meetings []meeting
	var steps []step
	for k := range o.incidents {
		in := &o.incidents[k]
		if !o.spoken(in) {
			continue
		}
		r := newRandom(o.seed, "transcript", in.id)
		steps = o.timeline(in, steps)
		folder := "transcripts/" + in.channel
		vtt, err := create(dir, folder+"/transcript.vtt")
		if err != nil {
			return err
		}
		chat, err := create(dir, folder+"/chat.txt")
		if err != nil {
			vtt.close()
			return err
		}
		vtt.print("WEBVTT\n")
		start := o.callStart(in)
		cue := 0
		for _, s := range steps {
			if s.kind != stepSpeech {
				continue
			}
			cue++
			ms := (s.at-start)*1000 + int64(r.IntN(1000))
			vtt.print(fmt.Sprintf("\n%d\n%s --> %s\n%s: %s\n", cue, cueTime(ms), cueTime(ms+int64(1500+r.IntN(5000))), o.people[s.who].name, pick(r, spokenSentences)))
			t[aCallSpoke]++
		}
		for i := 0; i < len(in.parts) && i < 3; i++ {
			if p := &in.parts[i]; p.messages > 0 {
				chat.print(fmt.Sprintf("00:%02d:%02d\t%s:\t%s\n", 1+5*i, r.IntN(60), o.people[p.person].name, pick(r, list("link to the dashboard is in the channel,I have to drop in five minutes,brb,audio problems; one moment"))))
			}
		}
		if err := vtt.close(); err != nil {
			return err
		}
		if err := chat.close(); err != nil {
			return err
		}
		meetings = append(meetings, meeting{folder + "/transcript.vtt", in.ref(), iso(start)})
	}
	return writeCSV(dir, "transcripts/meetings.csv", list("file,incident,start"), func(emit func(...string)) {
		for _, m := range meetings {
			emit(strings.TrimPrefix(m.file, "transcripts/"), m.incident, m.start)
		}
	})
}
