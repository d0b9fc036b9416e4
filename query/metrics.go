package query

// Metrics is the catalogue, in the order in which it is listed. Adding a metric is a .sql, a .go, a golden and a line here.
var Metrics = []Metric{
	chatter,
	chatterCalendar,
	absentChatter,
	incidents,
	incidentPeople,
	incidentChatter,
	tenure,
	vesting,
	vestingHorizon,
	vestingDates,
	dependency,
	dependencyTrend,
	servicePeople,
	people,
	leave,
	onCallReliance,
	onCallHealth,
	coordination,
	teamMatrix,
	durations,
	reviews,
	coverage,
	events,
}
