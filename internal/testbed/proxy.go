package testbed

import (
	"bytes"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"time"
)

// Proxy is a TCP proxy in front of one address. It can harm the connections through it, and knows the kinds of Kafka requests that
// went through it unencrypted.
type Proxy struct {
	// Address is host:port where it listens.
	Address string

	to       string
	listener net.Listener
	mu       sync.Mutex
	trouble  Trouble
	pairs    map[*pair]bool
	apis     map[int16]int
	tasks    sync.WaitGroup
}

// Trouble is what a proxy does to the connections through it. The zero value passes everything on at once.
type Trouble struct {
	// Latency delays every piece of data, in both directions.
	Latency time.Duration
	// BytesPerSec limits each connection's answers; 0: no limit.
	BytesPerSec int
	// Refuse closes new connections at once.
	Refuse bool
	// Swallow accepts connections and data, and passes nothing on.
	Swallow bool
	// HalfAnswers passes half of an answer on, waits that long, and closes the connection.
	HalfAnswers time.Duration
}

// pair is a client's connection and the one behind it.
type pair struct {
	client, server net.Conn
	dead           bool // half-open: nothing goes through any more
}

// NewProxy listens on the address ("127.0.0.1:0" for a free port) and connects to another one for each connection. It ends with
// the test.
func NewProxy(t testing.TB, listen, to string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		t.Fatalf("start a proxy for %s: %v", to, err)
	}
	p := &Proxy{Address: l.Addr().String(), to: to, listener: l, pairs: map[*pair]bool{}, apis: map[int16]int{}}
	p.tasks.Go(p.accept)
	t.Cleanup(p.Close)
	return p
}

// Close ends the proxy and all connections through it.
func (p *Proxy) Close() {
	_ = p.listener.Close() // it may be closed
	p.Cut()
	p.tasks.Wait()
}

// Set changes what happens to connections from now on, open ones included.
func (p *Proxy) Set(t Trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble = t
}

// Cut closes all open connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pairs {
		c.close()
	}
}

// HalfOpen leaves all open connections open and passes nothing through them any more; new ones work.
func (p *Proxy) HalfOpen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pairs {
		c.dead = true
	}
}

// APIs returns the keys of all Kafka requests that were sent, in ascending order.
func (p *Proxy) APIs() []int16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.apis))
}

// Forget begins the list of APIs anew.
func (p *Proxy) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.apis)
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		p.tasks.Go(func() { p.serve(client) })
	}
}

func (p *Proxy) serve(client net.Conn) {
	if p.troubleOf(nil).Refuse {
		_ = client.Close()
		return
	}
	server, err := net.DialTimeout("tcp", p.to, 5*time.Second)
	if err != nil {
		_ = client.Close() // as the server's machine would refuse
		return
	}
	c := &pair{client: client, server: server}
	p.mu.Lock()
	p.pairs[c] = true
	p.mu.Unlock()
	defer func() {
		c.close()
		p.mu.Lock()
		delete(p.pairs, c)
		p.mu.Unlock()
	}()
	var both sync.WaitGroup
	both.Go(func() { p.requests(c) })
	p.answers(c)
	c.close()
	both.Wait()
}

func (c *pair) close() {
	_, _ = c.client.Close(), c.server.Close() // either may be closed
}

// troubleOf is what happens to a connection now.
func (p *Proxy) troubleOf(c *pair) Trouble {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.trouble
	if c != nil && c.dead {
		t.Swallow = true
	}
	return t
}

// requests passes on what the client sends.
func (p *Proxy) requests(c *pair) {
	defer c.close()
	buf := make([]byte, 32<<10)
	var seen frames
	late, done := delayed(c.server)
	defer done()
	for {
		n, err := c.client.Read(buf)
		if err != nil {
			return
		}
		t := p.troubleOf(c)
		if t.Swallow {
			continue
		}
		p.note(seen.keys(buf[:n]))
		late <- piece{time.Now().Add(t.Latency), bytes.Clone(buf[:n])}
	}
}

func (p *Proxy) note(keys []int16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, key := range keys {
		p.apis[key]++
	}
}

// answers passes on what the server sends.
func (p *Proxy) answers(c *pair) {
	buf := make([]byte, 32<<10)
	late, done := delayed(c.client)
	defer done()
	for {
		size := len(buf)
		if limit := p.troubleOf(c).BytesPerSec; limit > 0 {
			size = min(size, max(1, limit/20))
		}
		n, err := c.server.Read(buf[:size])
		if err != nil {
			return
		}
		t := p.troubleOf(c)
		switch {
		case t.Swallow:
			continue
		case t.HalfAnswers > 0:
			late <- piece{time.Now(), bytes.Clone(buf[:n/2])}
			time.Sleep(t.HalfAnswers)
			return
		case t.BytesPerSec > 0:
			time.Sleep(time.Duration(n) * time.Second / time.Duration(t.BytesPerSec))
		}
		late <- piece{time.Now().Add(t.Latency), bytes.Clone(buf[:n])}
	}
}

// piece is data that is due at an instant.
type piece struct {
	due  time.Time
	data []byte
}

// delayed writes each piece when it is due. What comes behind it waits for it and for no longer: a long way is not a slow one.
// Done returns when all that was given to it is written.
func delayed(to net.Conn) (late chan<- piece, done func()) {
	pieces, ended := make(chan piece, 1024), make(chan struct{})
	go func() {
		defer close(ended)
		for p := range pieces {
			time.Sleep(time.Until(p.due))
			_, _ = to.Write(p.data) // a connection that is closed ends the reading, too
		}
	}()
	return pieces, func() { close(pieces); <-ended }
}

// frames finds the API key of each Kafka request in a stream: four bytes of length, then two of the key.
type frames struct {
	head []byte
	skip int
}

func (f *frames) keys(b []byte) (keys []int16) {
	for len(b) > 0 {
		if f.skip > 0 {
			n := min(f.skip, len(b))
			f.skip, b = f.skip-n, b[n:]
			continue
		}
		f.head, b = append(f.head, b[0]), b[1:]
		if h := f.head; len(h) == 6 {
			length := int(h[0])<<24 | int(h[1])<<16 | int(h[2])<<8 | int(h[3])
			keys = append(keys, int16(h[4])<<8|int16(h[5]))
			f.head, f.skip = f.head[:0], length-2
		}
	}
	return keys
}

// Proxy returns the proxy in front of broker i (from 1) for one of Options.Proxied.
func (c *Cluster) Proxy(l Listener, i int) *Proxy {
	c.t.Helper()
	p := c.brokers[i-1].proxies[l]
	if p == nil {
		c.t.Fatalf("broker %d has no proxy for listener %s", i, l)
	}
	return p
}

// startProxies puts a proxy in front of each proxied listener of a broker.
func (c *Cluster) startProxies(b *broker) {
	c.t.Helper()
	b.proxies = map[Listener]*Proxy{}
	for _, l := range c.Options.Proxied {
		b.proxies[l] = NewProxy(c.t, "127.0.0.1:0", fmt.Sprintf("127.0.0.1:%d", b.ports[string(l)]))
	}
}

// advertised is host:port that the broker advertises for a listener.
func (c *Cluster) advertised(b *broker, l Listener) string {
	p, port := b.proxies[l], b.ports[string(l)]
	if p == nil {
		return fmt.Sprintf("127.0.0.1:%d", port)
	}
	return p.Address
}
