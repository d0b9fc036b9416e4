package ingest

// Sources lists every kind of export, in the order in which detection asks them: trees first, then formats that name
// themselves, then tables by their columns. Adding a loader is a file, its testdata and a line here.
var Sources = []Source{
	slackSource,
	pagerDuty,
	opsgenie,
	statuspage,
	jira,
	incidents,
}

// SourceNamed returns the source with that name.
func SourceNamed(name string) (Source, bool) {
	for _, s := range Sources {
		if s.Name == name {
			return s, true
		}
	}
	return Source{}, false
}
