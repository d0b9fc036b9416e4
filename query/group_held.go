package query

// groupIncidents is a service, an owning team or the organization, and its incidents.
type groupIncidents struct {
	Name      string `ch:"name"` // "" for the incidents of no group
	Incidents uint64 `ch:"incidents"`
	Answered  uint64 `ch:"answered"` // those with a responder
}

// groupHolder is somebody's part in the incidents of a group: a row of sql/include/holders.sql.
type groupHolder struct {
	Name         string `ch:"name"`
	Person       string `ch:"person"`
	Responses    uint64 `ch:"responses"`    // incidents responded to from starts to ends
	Recent       uint64 `ch:"recent"`       // those in the 12 months before ends, which also reach back over starts where groups are services
	Milliseconds uint64 `ch:"milliseconds"` // engaged from starts to ends, none of them twice
}

// holdersOf are the holders by group.
func holdersOf(rows []groupHolder) map[string][]groupHolder {
	of := map[string][]groupHolder{}
	for _, h := range rows {
		of[h.Name] = append(of[h.Name], h)
	}
	return of
}
