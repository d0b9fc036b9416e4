package query

import "context"

// Pages to people by the hour: all of them, or, with services or severities, only those linked to such incidents. Hour bands are read at whole hours, on
// the clock of the person paged: an hour belongs to the band that holds its start.
const (
	pagesAsleep = `WITH toHour(local_hour) * 60 AS minute_of_day,
	if({sleep_from:UInt32} < {sleep_to:UInt32}, minute_of_day >= {sleep_from:UInt32} AND minute_of_day < {sleep_to:UInt32},
		minute_of_day >= {sleep_from:UInt32} OR minute_of_day < {sleep_to:UInt32}) AS asleep`

	pagesOfAll = `
FROM page_hourly WHERE `

	pagesOfIncidents = `
FROM incident_hourly
WHERE kind = 'page' AND person != '' AND hasAny(incidents, (
		SELECT groupArray(incident) FROM incident_facts
		WHERE (empty({services:Array(String)}) OR hasAny(services, {services:Array(String)})) AND (empty({severities:Array(String)}) OR severity IN {severities:Array(String)})))
	AND `

	pagesAsked = `org_hour >= {from_wall:DateTime('UTC')} AND org_hour < {to_wall:DateTime('UTC')}
	AND (empty({teams:Array(String)}) OR team IN {teams:Array(String)}) AND (empty({functions:Array(String)}) OR function IN {functions:Array(String)})
	AND (empty({sources:Array(String)}) OR source IN {sources:Array(String)}) AND (empty({persons:Array(String)}) OR person IN {persons:Array(String)})
GROUP BY `
)

// onlyLinkedPages says that the filter is of incidents, so that pages count only with them.
func (f Filter) onlyLinkedPages() bool { return len(f.Services)+len(f.Severities) > 0 }

// loaded is what tells what nobody did apart from what nobody knows.
type loaded struct {
	Shifts    bool `ch:"shifts"`
	Ownership bool `ch:"ownership"`
}

func (db *DB) loaded(ctx context.Context) (loaded, error) {
	return remember(ctx, db, "loaded", nil, func() (l loaded, err error) {
		err = db.conn.QueryRow(ctx, "SELECT (SELECT count() FROM shift) > 0, (SELECT count() FROM ownership) > 0").Scan(&l.Shifts, &l.Ownership)
		return l, err
	})
}
