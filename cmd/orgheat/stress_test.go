package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/orgheat/orgheat/query"
)

// served is the program serving a data directory.
type served struct {
	url string
	pid int
	log *watched
}

// watched is a process's standard error: kept, and searched for the address.
type watched struct {
	mu    sync.Mutex
	b     bytes.Buffer
	found chan string
}

var servedAt = regexp.MustCompile(`orgheat: (https?://\S+) \(`)

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b.Write(p)
	if m := servedAt.FindSubmatch(w.b.Bytes()); m != nil && w.found != nil {
		w.found <- string(m[1])
		w.found = nil
	}
	return len(p), nil
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// serve starts the program and ends it with the test.
func serve(t *testing.T, data string, env []string, args ...string) served {
	t.Helper()
	found := make(chan string, 1)
	c := orgheat(data, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	c.Env = append(c.Env, env...)
	s := served{log: &watched{found: found}}
	c.Stderr = s.log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		if err := <-ended; err != nil {
			t.Errorf("serve ended with %v: %s", err, s.log)
		}
	})
	select {
	case s.url = <-found:
	case err := <-ended:
		ended <- err
		t.Fatalf("serve: %v: %s", err, s.log)
	case <-time.After(time.Minute):
		t.Fatalf("serve does not serve: %s", s.log)
	}
	s.pid = c.Process.Pid
	return s
}

// The probe is a source of its own. Load k adds, for each of its people, a message at one instant of six months; in the last month they are
// of incident PROBE-k, too. So every number of the probe says how many loads it has seen.
const (
	probePeople = 5
	probeMonths = 6
)

func writeProbe(t *testing.T, dir string, k int) {
	t.Helper()
	var b bytes.Buffer
	for m := 1; m <= probeMonths; m++ {
		for a := range probePeople {
			fmt.Fprintf(&b, `{"at":"2026-%02d-10T10:30:00Z","source":"probe","account":"p","native_id":"%d-%d","kind":"message","actor":"p%d","container":"room","size":1`, m, k, m, a)
			if m == probeMonths {
				fmt.Fprintf(&b, `,"incident_ref":["PROBE-%d"]`, k)
			}
			b.WriteString("}\n")
		}
	}
	incident := fmt.Sprintf("id,title,severity,started_at,resolved_at,services\nPROBE-%d,Probe %d,SEV3,2026-%02d-10T10:00:00Z,2026-%02d-10T11:00:00Z,probe\n", k, k, probeMonths, probeMonths)
	for name, text := range map[string]string{"probe.ndjson": b.String(), "probe-incidents.csv": incident} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// asked is a question of the stress: a path, and what its answer says about the number of loads seen. An error is a torn answer.
type asked struct {
	path string
	seen func(body []byte) (k int, err error)
}

// multiple is n/per, which has to be whole.
func multiple(what string, n, per int) (int, error) {
	if n%per != 0 {
		return 0, fmt.Errorf("%s: %d is no multiple of %d", what, n, per)
	}
	return n / per, nil
}

// metricOf reads the JSON of a metric: rows as maps by column.
func metricOf(body []byte) (rows []map[string]any, err error) {
	var r struct {
		Columns []struct{ Name string }
		Rows    [][]any
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	for _, row := range r.Rows {
		m := map[string]any{}
		for i, c := range r.Columns {
			m[c.Name] = row[i]
		}
		rows = append(rows, m)
	}
	return rows, nil
}

// allRowsSay reads rows whose column is per for every load, and says how many loads that is.
func allRowsSay(column string, per, rows int) func([]byte) (int, error) {
	return func(body []byte) (int, error) {
		list, err := metricOf(body)
		if err != nil || len(list) == 0 {
			return 0, err
		}
		if len(list) != rows {
			return 0, fmt.Errorf("%d rows instead of %d", len(list), rows)
		}
		first := int(list[0][column].(float64))
		for _, row := range list {
			if n := int(row[column].(float64)); n != first {
				return 0, fmt.Errorf("rows of %d and of %d", first, n)
			}
		}
		return multiple(column, first, per)
	}
}

var (
	heatWords     = regexp.MustCompile(`([\d,]+) actions · each person`)
	calendarWords = regexp.MustCompile(`([\d,]+) actions on (\d+) days`)
)

func number(b []byte) int {
	n, _ := strconv.Atoi(strings.ReplaceAll(string(b), ",", ""))
	return n
}

// probes are the questions whose answers are known.
var probes = []asked{
	{"/api/v1/metrics/chatter-calendar.json?source=probe", allRowsSay("count", probePeople, probeMonths)},
	{"/api/v1/metrics/coverage.json?source=probe", allRowsSay("rows", probePeople, probeMonths)},
	{"/api/v1/metrics/chatter.json?source=probe&by=person&clock=utc", func(body []byte) (int, error) {
		rows, err := metricOf(body)
		sum := 0
		for _, r := range rows {
			sum += int(r["count"].(float64))
		}
		if err != nil || sum == 0 {
			return 0, err
		}
		return multiple("sum of chatter", sum, probePeople*probeMonths)
	}},
	{"/api/v1/metrics/incidents.json?service=probe", func(body []byte) (int, error) { // incident_facts, participation, incident_base
		rows, err := metricOf(body)
		for _, r := range rows {
			if r["responders"].(float64) != probePeople {
				return 0, fmt.Errorf("%v has %v responders", r["incident"], r["responders"])
			}
		}
		return len(rows), err
	}},
	{"/chatter?source=probe", func(body []byte) (int, error) { // two panels of one page
		heat, calendar := heatWords.FindSubmatch(body), calendarWords.FindSubmatch(body)
		if heat == nil && calendar == nil {
			return 0, nil
		}
		if heat == nil || calendar == nil || number(heat[1]) != number(calendar[1]) || number(calendar[2]) != probeMonths {
			return 0, fmt.Errorf("the heat map has %q, the calendar %q", heat, calendar)
		}
		return multiple("actions", number(heat[1]), probePeople*probeMonths)
	}},
}

// everything is every page and every metric, in its formats and breakdowns.
func everything(incident, person string) (list []asked) {
	for _, p := range []string{"/", "/chatter", "/chatter?by=person", "/chatter/events?weekday=2&hour=10", "/incidents", "/incidents/" + url.PathEscape(incident), "/dependency", "/dependency?person=" + url.QueryEscape(person),
		"/tenure", "/oncall", "/coordination", "/events", "/themes", "/planning", "/reviews", "/report", "/data", "/readyz", "/api/v1/metrics"} {
		list = append(list, asked{path: p})
	}
	for _, m := range query.Metrics {
		v := url.Values{}
		for _, r := range m.Requires {
			v.Set(r, map[string]string{"incident": incident, "person": person}[r])
		}
		list = append(list, asked{path: "/api/v1/metrics/" + m.ID + ".csv?" + v.Encode()})
		for _, by := range m.By {
			v.Set("by", by)
			list = append(list, asked{path: "/api/v1/metrics/" + m.ID + ".json?" + v.Encode()})
		}
	}
	return list
}

// timings are how long answers took, by route.
type timings struct {
	mu sync.Mutex
	of map[string][]time.Duration
}

func (t *timings) add(route string, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.of[route] = append(t.of[route], d)
}

func (t *timings) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "answers\tp50\tp90\tp99\tmost\t  of")
	var all []time.Duration
	for _, list := range t.of {
		all = append(all, list...)
	}
	line := func(name string, list []time.Duration) {
		slices.Sort(list)
		at := func(q float64) time.Duration {
			return list[min(len(list)-1, int(q*float64(len(list))))].Round(time.Millisecond)
		}
		fmt.Fprintf(w, "%d\t%v\t%v\t%v\t%v\t  %s\n", len(list), at(.5), at(.9), at(.99), at(1), name)
	}
	for _, route := range slices.Sorted(maps.Keys(t.of)) {
		line(route, t.of[route])
	}
	if len(all) > 0 {
		line("everything", all)
	}
	w.Flush()
	return b.String()
}

// resident is what a process holds in memory now, and at most so far, in MiB.
func resident(t *testing.T, pid int) (now, most int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); f[0] == "VmRSS:" {
			now, _ = strconv.Atoi(f[1])
		} else if f[0] == "VmHWM:" {
			most, _ = strconv.Atoi(f[1])
		}
	}
	return now >> 10, most >> 10
}

// TestStress: clients ask for every page and metric at once while loads run beside them. No answer is an error, none is of a state between
// two loads, and the memory of the server and the engine is bounded. By default it is short; make stress sets ORGHEAT_STRESS=1m and
// ORGHEAT_STRESS_CLIENTS=200.
func TestStress(t *testing.T) {
	needEngine(t)
	lasts, clients := 4*time.Second, 20
	if s := os.Getenv("ORGHEAT_STRESS"); s != "" {
		var err error
		if lasts, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := strconv.Atoi(os.Getenv("ORGHEAT_STRESS_CLIENTS")); err == nil {
		clients = n
	}
	org, err := smallOrg()
	if err != nil {
		t.Fatal(err)
	}
	data, probe := t.TempDir(), t.TempDir()
	must(t, orgheat(data, "load", org))
	s := serve(t, data, nil)
	engine := enginePID(t, data)
	questions := everything(firstOf(t, s.url, "incidents", "incident"), firstOf(t, s.url, "people", "person"))

	var begun, finished, torn, wrong, checked atomic.Int64
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 2 * time.Minute}
	times := &timings{of: map[string][]time.Duration{}}
	fail := func(count *atomic.Int64, format string, args ...any) {
		if count.Add(1) <= 5 {
			t.Errorf(format, args...)
		}
	}
	ask := func(q asked) {
		before, start := finished.Load(), time.Now()
		status, body, err := fetchAll(client, s.url+q.path)
		took, after := time.Since(start), begun.Load()
		route, _, _ := strings.Cut(q.path, "?")
		if strings.HasPrefix(route, "/api/") {
			route = "/api"
		}
		times.add(route, took)
		if err != nil || status != http.StatusOK || bytes.Contains(body, []byte("This panel could not be shown")) {
			fail(&wrong, "%s after %v: %d %v %s", q.path, took, status, err, failure(body))
			return
		}
		if q.seen == nil {
			return
		}
		checked.Add(1)
		if k, err := q.seen(body); err != nil {
			fail(&torn, "%s is torn: %v", q.path, err)
		} else if int64(k) < before || int64(k) > after {
			fail(&torn, "%s is of load %d, but %d had ended before the question and %d begun before the answer", q.path, k, before, after)
		}
	}

	ctx, stop := context.WithTimeout(context.Background(), lasts)
	defer stop()
	var running sync.WaitGroup
	for i := range clients {
		running.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 9))
			for ctx.Err() == nil {
				if random.IntN(4) == 0 {
					ask(probes[random.IntN(len(probes))])
				} else {
					ask(questions[random.IntN(len(questions))])
				}
			}
		})
	}
	serverBefore, _ := resident(t, s.pid)
	engineBefore, _ := resident(t, engine)
	for k := 1; ctx.Err() == nil || k == 1; k++ {
		writeProbe(t, probe, k)
		begun.Add(1)
		must(t, orgheat(data, "load", probe))
		finished.Add(1)
	}
	running.Wait()
	// At rest, every probe has seen every load.
	for _, q := range probes {
		ask(q)
	}
	serverNow, serverMost := resident(t, s.pid)
	engineNow, engineMost := resident(t, engine)
	t.Logf("%d clients for %v on %d cores: %d loads beside them, %d answers checked against them\n%s", clients, lasts, runtime.NumCPU(), finished.Load(), checked.Load(), times)
	t.Logf("resident memory in MiB: server %d before, %d after, %d at most; engine %d, %d, %d", serverBefore, serverNow, serverMost, engineBefore, engineNow, engineMost)
	t.Logf("%d errors, %d torn answers", wrong.Load(), torn.Load())
	if serverMost > 512 || engineMost > 3072 {
		t.Error("memory is not bounded by 512 MiB for the server and 3 GiB for the engine")
	}
	if enginePID(t, data) != engine {
		t.Error("the engine died on the way")
	}
	if checked.Load() < int64(len(probes)) {
		t.Error("nothing was checked")
	}
}

// failure is what an answer says went wrong.
func failure(body []byte) string {
	if i := bytes.Index(body, []byte("This panel could not be shown")); i >= 0 {
		body = body[i:]
	} else if i := bytes.Index(body, []byte("<main")); i >= 0 {
		body = body[i:]
	}
	return string(body[:min(len(body), 400)])
}

func fetchAll(c *http.Client, address string) (status int, body []byte, err error) {
	resp, err := c.Get(address)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// firstOf is the value of a column in the first row of a metric.
func firstOf(t *testing.T, server, metric, column string) string {
	t.Helper()
	_, body, err := fetchAll(http.DefaultClient, server+"/api/v1/metrics/"+metric)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := metricOf(body)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: %v %.200s", metric, err, body)
	}
	return rows[0][column].(string)
}

// enginePID is the process of the engine that a data directory started last.
func enginePID(t *testing.T, data string) int {
	t.Helper()
	var info struct{ PID int }
	b, err := os.ReadFile(filepath.Join(data, "engine", "engine.json"))
	if err == nil {
		err = json.Unmarshal(b, &info)
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.PID
}

// TestEngineKilledUnderLoad: while clients ask, the engine is killed, and then kept from starting again. Pages and API say so, and nothing
// else; when it can start, they recover without anybody's help.
func TestEngineKilledUnderLoad(t *testing.T) {
	needEngine(t)
	org, err := smallOrg()
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	must(t, orgheat(data, "load", org))
	// The library is named by a link, so that it can be taken away.
	library, found := libraryOf(t)
	if !found {
		t.Skip("the engine is not the library of node_modules: it cannot be taken away here")
	}
	link := filepath.Join(t.TempDir(), "libchdb.so")
	if err := os.Symlink(library, link); err != nil {
		t.Fatal(err)
	}
	s := serve(t, data, []string{"ORGHEAT_LIBCHDB=" + link})
	questions := everything(firstOf(t, s.url, "incidents", "incident"), firstOf(t, s.url, "people", "person"))
	questions = slices.DeleteFunc(questions, func(q asked) bool { return q.path == "/api/v1/metrics" }) // the list needs no engine
	const always = "/api/v1/metrics/chatter.json"
	_, before, err := fetchAll(http.DefaultClient, s.url+always)
	if err != nil {
		t.Fatal(err)
	}

	var statuses sync.Map
	var bad atomic.Int64
	client := &http.Client{Timeout: time.Minute}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for i := range 20 {
		running.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 10))
			for ctx.Err() == nil {
				q := questions[random.IntN(len(questions))]
				status, body, err := fetchAll(client, s.url+q.path)
				n, _ := statuses.LoadOrStore(status, &atomic.Int64{})
				n.(*atomic.Int64).Add(1)
				ok := err == nil && (status == 200 && !bytes.Contains(body, []byte("This panel could not be shown")) || status == 503 && bytes.Contains(body, []byte("database engine does not answer")))
				if status == 503 && strings.HasPrefix(q.path, "/api/") {
					var e struct{ Error string }
					ok = ok && json.Unmarshal(body, &e) == nil && e.Error != ""
				}
				if !ok && bad.Add(1) <= 5 {
					t.Errorf("%s: %d %v %s", q.path, status, err, failure(body))
				}
			}
		})
	}
	count := func(status int) int64 {
		n, ok := statuses.Load(status)
		if !ok {
			return 0
		}
		return n.(*atomic.Int64).Load()
	}
	waitFor := func(what string, ready func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !ready(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				stop()
				running.Wait()
				t.Fatalf("%s did not happen within a minute; the log: %.2000s", what, s.log)
			}
		}
	}
	more := func(status int, n int64) func() bool {
		from := count(status)
		return func() bool { return count(status) >= from+n }
	}
	waitFor("answers", more(200, 20))
	for range 2 { // killed, and started again by whoever asks next
		pid := enginePID(t, data)
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		waitFor("another engine", func() bool { return enginePID(t, data) != pid })
		waitFor("answers after the engine was killed", more(200, 20))
	}
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(enginePID(t, data), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	waitFor("pages that say so", more(503, 40))
	if err := os.Symlink(library, link); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	waitFor("answers after the engine can start again", more(200, 40))
	t.Logf("40 answers within %v of the engine's return; %d answers of 200, %d of 503", time.Since(begun).Round(time.Millisecond), count(200), count(503))
	stop()
	running.Wait()
	if status, after, err := fetchAll(client, s.url+always); err != nil || status != 200 || !bytes.Equal(after, before) {
		t.Errorf("afterwards %s answers %d %v, with other numbers: %v", always, status, err, !bytes.Equal(after, before))
	}
}

// libraryOf finds the library as the program does.
func libraryOf(t *testing.T) (file string, found bool) {
	t.Helper()
	if f := os.Getenv("ORGHEAT_LIBCHDB"); f != "" {
		return f, true
	}
	f, err := filepath.Abs(filepath.Join("..", "..", "node_modules", "@chdb", "lib-linux-x64-gnu", "libchdb.so"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = os.Stat(f)
	return f, err == nil
}
