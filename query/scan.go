package query

import (
	"fmt"
	"hash/fnv"
	"sync"

	"github.com/orgheat/orgheat/query/stat"
	"github.com/orgheat/orgheat/schema"
)

// scans remembers the scans of org events, which several metrics of one page ask for. They are kept by what they were made of, so they
// cannot grow stale.
type scans struct {
	mu   sync.Mutex
	kept map[uint64]*scanOnce
}

type scanOnce struct {
	once    sync.Once
	results []stat.ScanResult
	err     error
}

// mostScans bounds the memory: a page needs one and one per category, and a handful of people look at once.
const mostScans = 64

// scan compares incidents with the events of all categories and with the declared windows. The results are shared: do not change them.
func (db *DB) scan(h history) ([]stat.ScanResult, error) {
	return db.scanned("curves", stat.Scan, h.incidentDays(), withDeclared(h.categories(h.first), db.Settings.Hypotheses), h.seed())
}

// scanned is a scan (stat.Scan or stat.ScanWindows, of that name) of fully observed days, done once.
func (db *DB) scanned(name string, scan func(stat.Daily, []stat.Category, uint64) ([]stat.ScanResult, error), d daily, cats []stat.Category, seed uint64) ([]stat.ScanResult, error) {
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%s %x %d %x", name, seed, d.first, d.values)
	for _, c := range cats {
		fmt.Fprintf(sum, " %q %d %v", c.Name, c.Days, c.Declared)
	}
	key := sum.Sum64()
	db.scans.mu.Lock()
	if db.scans.kept == nil || len(db.scans.kept) >= mostScans {
		db.scans.kept = map[uint64]*scanOnce{}
	}
	s := db.scans.kept[key]
	if s == nil {
		s = &scanOnce{}
		db.scans.kept[key] = s
	}
	db.scans.mu.Unlock()
	s.once.Do(func() { s.results, s.err = scan(fullyObserved(d.values), cats, seed) })
	return s.results, s.err
}

// withDeclared adds, behind each category, the one with the window that was declared for it.
func withDeclared(cats []stat.Category, hypotheses []schema.Hypothesis) []stat.Category {
	var out []stat.Category
	for _, c := range cats {
		out = append(out, c)
		for _, hyp := range hypotheses {
			if hyp.Category == c.Name {
				c.Declared = &stat.Window{Start: hyp.From, Len: hyp.To - hyp.From + 1}
				out = append(out, c)
			}
		}
	}
	return out
}
