package schema_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/orgheat/orgheat/schema"
	"github.com/orgheat/orgheat/schema/schematest"
)

var benchRows = flag.Int("activities", 1_000_000, "activities of BenchmarkRebuild")

// The synthetic organization: 2,000 people with three identities each, a roster every quarter of three years, 200 services, 5,000
// incidents, most with a channel of their own, 200 weekly rotas, two grants each, and activity of which a tenth belongs to incidents.
const (
	benchPeople    = 2_000
	benchIncidents = 5_000
	benchServices  = 200
)

// benchOrg writes it straight into the raw tables. h(n, salt) spreads numbers evenly.
func benchOrg(b *testing.B, db *schema.DB, activities int) {
	b.Helper()
	const h = "cityHash64"
	days := 1096
	start := "toDateTime64('2023-01-01 00:00:00', 6, 'UTC')"
	person := func(n string) string { return fmt.Sprintf("concat('p', toString(%s), '@example.org')", n) }
	service := func(n string) string { return fmt.Sprintf("concat('service-', toString(%s))", n) }
	incidentStart := func(i string) string {
		return fmt.Sprintf("%s + toIntervalSecond(%s(%s, 1) %% %d)", start, h, i, (days-2)*86400)
	}
	zone := "['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'UTC', 'America/Los_Angeles', 'Australia/Sydney'][1 + " + h + "(number % " + fmt.Sprint(benchPeople) + ", 2) % 6]"
	exec := func(sql string, args ...any) {
		b.Helper()
		if err := db.Conn.Exec(context.Background(), fmt.Sprintf(sql, args...)); err != nil {
			b.Fatal(err)
		}
	}
	for _, source := range []string{"slack", "pagerduty", "github"} {
		exec(`INSERT INTO identities SELECT '%s', 'acme', concat('%c', toString(number)), '', '', %s, %s, false, 1 FROM numbers(%d)`, source, source[0], person("number"), zone, benchPeople)
	}
	exec(`INSERT INTO identities SELECT 'vesting', '', %s, '', '', %s, '', false, 1 FROM numbers(%d)`, person("number"), person("number"), benchPeople)
	exec(`INSERT INTO people_history SELECT addMonths(toDate32('2023-01-01'), 3 * intDiv(number, %d)) AS as_of, %s, 'N', 'L', 'T', concat('team-', toString(%s(number %% %d, as_of < '2024-06-01') %% 60)),
		['engineering', 'sre', 'support', 'sales'][1 + number %% 4], '', '', %s, toDate32('2015-01-01') + %s(number %% %d) %% 3500, NULL, 1 FROM numbers(%d)`,
		benchPeople, person(fmt.Sprintf("number %% %d", benchPeople)), h, benchPeople, zone, h, benchPeople, 12*benchPeople)
	exec(`INSERT INTO incidents (source, native_id, record, title, started_at, resolved_at, services, channels, severity, ver)
		SELECT 'incidents', concat('INC-', toString(number)), 'incident', 'broken', %s AS s, if(number %% 20 = 0, NULL, s + toIntervalSecond(1800 + %s(number, 3) %% 10000)), [%s],
		[if(number %% 10 = 0, 'ops', concat('inc-', toString(number)))], 'sev2', 1 FROM numbers(%d)`, incidentStart("number"), h, service(fmt.Sprintf("number %% %d", benchServices)), benchIncidents)
	exec(`INSERT INTO containers SELECT 'slack', 'acme', concat('C', toString(number)), if(number %% 10 = 0, concat('ops', if(number = 0, '', toString(number))), concat('inc-', toString(number))),
		arrayMap(k -> concat('s', toString(%s(number, k) %% %d)), range(30)), 1 FROM numbers(%d)`, h, benchPeople, benchIncidents)
	exec(`INSERT INTO service_ownership SELECT %s, concat('team-', toString(%s(number) %% 60)), toDate32('2023-01-01') + 300 * intDiv(number, %d), 1 FROM numbers(%d)`,
		service(fmt.Sprintf("number %% %d", benchServices)), h, benchServices, 3*benchServices)
	exec(`INSERT INTO oncall_shifts SELECT 'pagerduty', 'acme', toString(number), concat('rota ', toString(number %% %d)), '', [%s], '', concat('p', toString(%s(number) %% %d)),
		%s + toIntervalDay(7 * intDiv(number, %d)) AS s, s + toIntervalDay(7), 1, 1 FROM numbers(%d)`, benchServices, service(fmt.Sprintf("number %% %d", benchServices)), h, benchPeople, start, benchServices, benchServices*157)
	exec(`INSERT INTO grants SELECT 'vesting', toString(number), %s, toDate32('2019-01-01') + %s(number) %% 2000, 12, 48, 3, 1000, 1 FROM numbers(%d)`,
		person(fmt.Sprintf("number %% %d", benchPeople)), h, 2*benchPeople)
	// One of ten activities is an incident's: in its channel (or a page for it), in its first two hours, by one of 25 people.
	exec(`INSERT INTO activity WITH number %% 10 = 0 AS linked, %[1]s(number, 4) %% %[2]d AS i, number %% 40 = 0 AS paging, if(linked, %[1]s(i, %[1]s(number, 5) %% 25), %[1]s(number, 6)) %% %[3]d AS who
		SELECT if(linked, %[4]s + toIntervalSecond(%[1]s(number, 7) %% 7200), %[5]s + toIntervalSecond(%[1]s(number, 8) %% %[6]d)) AS at, if(paging, 'pagerduty', 'slack'), 'acme', toString(number),
			if(paging, if(number %% 80 = 0, 'page', 'ack'), ['message', 'message', 'reply', 'reaction'][1 + %[1]s(number, 9) %% 4]), concat(if(paging, 'p', 's'), toString(who)), '',
			if(paging, 'svc', if(linked, concat('C', toString(if(i %% 10 = 0, 0, i))), concat('G', toString(%[1]s(number, 10) %% 3000)))), if(paging, concat('Q', toString(i)), ''),
			if(number %% 7 = 0, 'eyes', ''), if(paging, [concat('INC-', toString(i))], []), 40, false, 1 FROM numbers(%[7]d) SETTINGS max_partitions_per_insert_block = 0`,
		h, benchIncidents, benchPeople, incidentStart("i"), start, (days-1)*86400, activities)
	exec(`INSERT INTO pending SELECT DISTINCT toYYYYMM(at), 1 FROM activity`)
}

// cpuSeconds is how long the engine's threads have been running so far.
func cpuSeconds(b *testing.B, db *schema.DB) (s float64) {
	b.Helper()
	if err := db.Conn.QueryRow(context.Background(), "SELECT sum(value) / 1e6 FROM system.events WHERE event IN ('UserTimeMicroseconds', 'SystemTimeMicroseconds')").Scan(&s); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkRebuild reports the seconds of a rebuild of everything, those of each derived table that takes more than a fiftieth of it, and
// the seconds of CPU, which other work on the machine does not change.
// The bar is 60 s for 10 million activities on two cores: go test ./schema -run - -bench Rebuild -benchtime 1x -activities 10000000
func BenchmarkRebuild(b *testing.B) {
	db := schematest.Open(b)
	benchOrg(b, db, *benchRows)
	for b.Loop() {
		type took struct {
			table string
			time  time.Duration
		}
		var steps []took
		last := time.Now()
		began, busy := last, cpuSeconds(b, db)
		if _, err := db.Rebuild(context.Background(), true, func(table string) {
			if n := len(steps); n > 0 {
				steps[n-1].time = time.Since(last)
			}
			last = time.Now()
			steps = append(steps, took{table: table})
		}); err != nil {
			b.Fatal(err)
		}
		total := time.Since(began)
		slices.SortStableFunc(steps, func(x, y took) int { return int(y.time - x.time) })
		for _, s := range steps {
			if s.time > total/50 {
				b.ReportMetric(s.time.Seconds(), "s/"+s.table)
			}
		}
		b.ReportMetric(total.Seconds(), "s/rebuild")
		b.ReportMetric(cpuSeconds(b, db)-busy, "cpu-s/rebuild")
	}
	var participants, incidents uint64
	if err := db.Conn.QueryRow(context.Background(), "SELECT sum(participants), count() FROM incident_facts").Scan(&participants, &incidents); err != nil {
		b.Fatal(err)
	}
	if incidents != benchIncidents || participants < benchIncidents*5 {
		b.Fatalf("%d incidents with %d participants were derived", incidents, participants)
	}
	b.ReportMetric(float64(participants), "participants")
}
