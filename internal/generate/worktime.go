package generate

// workTime draws an instant in [from, to) at which the person is at work, with the shape of their week; false if there was
// none in a number of tries.
func (o *org) workTime(r *random, who int32, from, to int64) (int64, bool) {
	if to <= from {
		return 0, false
	}
	p := &o.people[who]
	z := &o.zones[p.zone]
	for range 40 {
		t := from + r.Int64N(to-from)
		d, weekday, hour := z.local(t)
		if p.employed(d) && r.chance(profiles[p.fn][weekday][hour]/.13) {
			return t, true
		}
	}
	return 0, false
}

// onTeam lists who is on a team for the whole week that begins on the Monday.
func (o *org) onTeam(t int, monday day, buf []int32) []int32 {
	buf = buf[:0]
	for _, m := range o.teams[t].members {
		p := &o.people[m]
		if p.employed(monday) && p.end >= monday+7 && p.teamAt(monday) == t && p.teamAt(monday+7) == t {
			buf = append(buf, int32(m))
		}
	}
	return buf
}

// incidentsByTeam lists, for each team, the incidents whose repair happened in its repository or project.
func (o *org) incidentsByTeam(has func(*incident) bool) [][]int {
	list := make([][]int, len(o.teams))
	for k := range o.incidents {
		in := &o.incidents[k]
		if has(in) {
			t := o.services[in.service].ownerAt(unixDay(in.start))
			list[t] = append(list[t], k)
		}
	}
	return list
}

// codeTeams are the teams with a repository.
func (o *org) codeTeams() []int {
	return append(append([]int(nil), o.byFunction[engineering]...), o.byFunction[sre]...)
}
