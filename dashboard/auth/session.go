package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"sync"
	"time"

	"github.com/orgheat/orgheat/query"
)

// sessions are kept by the hash of their token: whoever reads this memory cannot log in with it.
type sessions struct {
	mu    sync.Mutex
	byKey map[[32]byte]session
	life  time.Duration
	clock func() time.Time
}

type session struct {
	name       string
	role       query.Role // of a session that no users file backs
	hash       string     // of the password at login
	byPassword bool
	until      time.Time
}

// mostSessions bounds memory; the oldest give way.
const mostSessions = 20_000

func newSessions(life time.Duration, clock func() time.Time) *sessions {
	return &sessions{byKey: map[[32]byte]session{}, life: life, clock: clock}
}

const cookieName = "orgheat_session"

func (s *sessions) find(r *http.Request) (session, bool) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return session{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sha256.Sum256([]byte(c.Value))
	found, ok := s.byKey[key]
	if ok && !s.clock().Before(found.until) {
		delete(s.byKey, key)
		ok = false
	}
	return found, ok
}

func (s *sessions) start(w http.ResponseWriter, secure bool, x session) {
	token := rand.Text() + rand.Text() // 260 bits
	s.mu.Lock()
	now := s.clock()
	x.until = now.Add(s.life)
	if len(s.byKey) >= mostSessions {
		s.drop(now)
	}
	s.byKey[sha256.Sum256([]byte(token))] = x
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: token, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode, MaxAge: int(s.life.Seconds())})
}

// drop removes what is over, and if that is nothing the one that ends first.
func (s *sessions) drop(now time.Time) {
	var first [32]byte
	var until time.Time
	for key, x := range s.byKey {
		if !now.Before(x.until) {
			delete(s.byKey, key)
		} else if until.IsZero() || x.until.Before(until) {
			first, until = key, x.until
		}
	}
	if len(s.byKey) >= mostSessions {
		delete(s.byKey, first)
	}
}

func (s *sessions) end(w http.ResponseWriter, r *http.Request, secure bool) {
	if c, err := r.Cookie(cookieName); err == nil {
		s.mu.Lock()
		delete(s.byKey, sha256.Sum256([]byte(c.Value)))
		s.mu.Unlock()
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode, MaxAge: -1})
}
