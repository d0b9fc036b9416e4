package dashboard

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/orgheat/orgheat/dashboard/auth"
)

// madePage is a page as it is sent, and whom it names, for the audit log.
type madePage struct {
	gzip []byte
	seen *named
	of   dataState
}

// dataState is what is loaded, as far as a page shows it.
type dataState struct {
	seq uint64 // of the derived tables
	log string // of the log of loads; "" where the page shows nothing but derived tables
}

// state is that of the data now, within Stable that which is read.
func (r *request) state(ctx context.Context) (of dataState, err error) {
	if of.seq, err = r.s.DB.Version(ctx); err == nil && r.page.Raw {
		of.log, err = r.s.Schema.LogStamp(ctx)
	}
	return of, err
}

// keptPages remembers pages that were made of the present state of the data: whoever comes back to one waits for nothing but the look whether
// the state is still that. As with query's answers, what is kept belongs to the sequence number under which it was read, and is gone with it.
type keptPages struct {
	mu    sync.Mutex
	seq   uint64 // of all of them
	pages map[pageKey]madePage
	bytes int // of pages
}

// mostKept bounds the memory that kept pages take, bytes.
const mostKept = 16 << 20

// pageKey is all that a page depends on but the data: who asks, since pages show what the role may see and who is logged in; the address; and
// the day, from which ranges count back.
type pageKey struct {
	user             auth.User
	path, query, day string
}

// get is the page kept under a key, if it is of that state.
func (k *keptPages) get(of dataState, key pageKey) (madePage, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	m, ok := k.pages[key]
	return m, ok && m.of == of
}

// has says whether a page is kept under a key, of whatever state.
func (k *keptPages) has(key pageKey) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, ok := k.pages[key]
	return ok
}

// put keeps a page. Those of an older sequence number go, and all where there is no room.
func (k *keptPages) put(key pageKey, m madePage) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if m.of.seq < k.seq || len(m.gzip) > mostKept/16 {
		return
	}
	if k.pages == nil || m.of.seq > k.seq || k.bytes+len(m.gzip) > mostKept {
		k.seq, k.pages, k.bytes = m.of.seq, map[pageKey]madePage{}, 0
	}
	k.bytes += len(m.gzip) - len(k.pages[key].gzip)
	k.pages[key] = m
}

// keptLists remembers what panels read of raw tables and of the log of loads, of one state of the data.
type keptLists struct {
	mu    sync.Mutex
	of    dataState
	lists map[string]any
}

// keptList is ask, done once for a state of the data and a key, which says what is asked. The list is shared: do not change it.
func keptList[T any](r *request, key string, ask func() ([]T, error)) ([]T, error) {
	k := &r.s.lists
	k.mu.Lock()
	list, ok := k.lists[key].([]T)
	ok = ok && k.of == r.of
	k.mu.Unlock()
	if ok {
		return list, nil
	}
	list, err := ask()
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.lists == nil || k.of != r.of {
		k.of, k.lists = r.of, map[string]any{}
	}
	k.lists[key] = list
	return list, nil
}

// gzips are writers to be used again: one takes a megabyte.
var gzips = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, 5) // a level that there is
	return w
}}

// squeeze is the page compressed.
func squeeze(html []byte) []byte {
	var b bytes.Buffer
	w := gzips.Get().(*gzip.Writer)
	defer gzips.Put(w)
	w.Reset(&b)
	_, _ = w.Write(html) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// send sends the page, compressed to whom can read that.
func (m madePage) send(c echo.Context) error {
	h := c.Response().Header()
	h.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
		h.Set(echo.HeaderContentEncoding, "gzip")
		return c.HTMLBlob(http.StatusOK, m.gzip)
	}
	r, err := gzip.NewReader(bytes.NewReader(m.gzip))
	if err != nil {
		return err
	}
	html, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, html)
}
