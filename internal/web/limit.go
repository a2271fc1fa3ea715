package web

import (
	"maps"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

const (
	// pagesAtOnce is how many pages and answers of the API are made at once, and streamsAtOnce how many pages are kept up to date.
	// /metrics and the probes are not among them.
	pagesAtOnce   = 32
	streamsAtOnce = 256
	// patience is how long a request waits for one of these places.
	patience = 2 * time.Second
	// wrongTokens is how often an address may send a wrong token in wrongTokensIn; then it is refused until that is over.
	wrongTokens   = 10
	wrongTokensIn = time.Minute
	// mostAddresses bounds the addresses that are remembered.
	mostAddresses = 10_000
)

// limited answers at most n requests at once. One for which no place becomes free in time is refused, so that requests do not
// pile up.
func (s *server) limited(n int) func(http.Handler) http.Handler {
	places := make(chan struct{}, n)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			timer := time.NewTimer(patience)
			defer timer.Stop()
			select {
			case places <- struct{}{}:
				defer func() { <-places }()
				next.ServeHTTP(w, r)
			case <-timer.C:
				s.refuse(w, http.StatusServiceUnavailable, patience, "too many requests at once: try again in a moment")
			case <-r.Context().Done():
			}
		})
	}
}

// refuse says when the request may be sent again.
func (s *server) refuse(w http.ResponseWriter, code int, after time.Duration, why string) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	s.fail(w, code, why)
}

// guesses counts wrong tokens by address. It is safe for concurrent use; the zero value has none.
type guesses struct {
	mu   sync.Mutex
	from map[string]guessing
	// swept is when addresses whose time is over were last forgotten.
	swept time.Time
}

type guessing struct {
	count int
	until time.Time
}

// blocked returns how long the address is still refused; 0: it is not.
func (g *guesses) blocked(address string, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	one := g.from[g.key(address)]
	if one.count < wrongTokens || !now.Before(one.until) {
		return 0
	}
	return one.until.Sub(now)
}

// wrong notes a wrong token.
func (g *guesses) wrong(address string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.from) >= mostAddresses && now.Sub(g.swept) >= wrongTokensIn {
		g.swept = now
		maps.DeleteFunc(g.from, func(_ string, one guessing) bool { return !now.Before(one.until) })
	}
	key := g.key(address)
	one := g.from[key]
	if !now.Before(one.until) {
		one = guessing{until: now.Add(wrongTokensIn)}
	}
	one.count++
	if g.from == nil {
		g.from = map[string]guessing{}
	}
	g.from[key] = one
}

// key is the IP address without its port, the /64 network of IPv6. Addresses for which there is no room share one. The caller
// holds mu.
func (g *guesses) key(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().Is6() {
		if network, err := ip.WithZone("").Prefix(64); err == nil {
			host = network.String()
		}
	} else if err == nil {
		host = ip.Unmap().String()
	}
	if _, known := g.from[host]; !known && len(g.from) >= mostAddresses {
		return "others"
	}
	return host
}
