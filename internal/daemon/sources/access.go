package sources

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
)

// Access is how the process reaches Amazon MSK: one session for every way of being somebody, however many clusters are watched.
// It is safe for concurrent use; make it with NewAccess.
type Access struct {
	// version is the program's, for the user agent.
	version string
	now     func() time.Time
	// accounts keeps what reading each cluster has cost; nil: not kept, for a process that reads next to nothing.
	accounts msk.Accounts
	// paces keep the calls of all clusters within the quotas of their account and region.
	paces *paces

	mu       sync.Mutex
	sessions map[mskHome]*awsconf.Session
	// found are clusters that a discovery has just described, by ARN: their sources need not ask again.
	found map[string]msk.Cluster
	// reading holds a place for each cluster that is read back: a chunk of the past takes up to 64 MB.
	reading chan struct{}
}

// mskHome is an identity and the region in which its roles are assumed.
type mskHome struct {
	as     awsconf.Config
	region string
}

// readBackAtOnce is how many clusters are read back from CloudWatch at the same time.
const readBackAtOnce = 2

// NewAccess has no session yet. The version is named to AWS as the user agent; accounts hold the call budgets.
func NewAccess(version string, accounts msk.Accounts, now func() time.Time) *Access {
	return &Access{
		version: version, accounts: accounts, now: now, paces: newPaces(),
		sessions: map[mskHome]*awsconf.Session{}, found: map[string]msk.Cluster{},
		reading: make(chan struct{}, readBackAtOnce),
	}
}

// Share has this process use its part only of what mskfit may use of AWS's quotas. replicas is how many processes share them at the
// moment. Call it before the first session is opened.
func (a *Access) Share(replicas func() int) { a.paces.replicas = replicas }

// Session returns the session of an identity, opened when it is first needed. It asks AWS nothing.
func (a *Access) Session(ctx context.Context, as awsconf.Config, region string) (*awsconf.Session, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	home := mskHome{as, region}
	if s := a.sessions[home]; s != nil {
		return s, nil
	}
	s, err := awsconf.Open(ctx, as, region, awsconf.Options{Version: a.version})
	if err != nil {
		return nil, fmt.Errorf("open AWS session: %w", err)
	}
	a.sessions[home] = s
	return s, nil
}

// Clients returns what asks about a region.
func (a *Access) Clients(ctx context.Context, as awsconf.Config, region string) (msk.Clients, error) {
	s, err := a.Session(ctx, as, region)
	if err != nil {
		return msk.Clients{}, err
	}
	return msk.NewClients(s.In(region), pace{a.paces, as, region}), nil
}

// Renew forgets a session whose credentials AWS no longer takes, so that files and environment are read again. It reports whether
// err is of that kind.
func (a *Access) Renew(as awsconf.Config, region string, err error) bool {
	switch awsconf.KindOf(err) {
	case awsconf.Expired, awsconf.NotAccepted, awsconf.NoCredentials:
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.sessions, mskHome{as, region})
		return true
	}
	return false
}

// Keep remembers what a discovery has described as an identity, until its source asks for it.
func (a *Access) Keep(as awsconf.Config, all []msk.Cluster) {
	for _, c := range all {
		a.paces.know(as, c.ARN)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range all {
		a.found[c.ARN] = c
	}
}

// find describes a cluster, or takes what a discovery has just described.
func (a *Access) find(ctx context.Context, c msk.Clients, arn, name string) (msk.Cluster, error) {
	a.mu.Lock()
	known, ok := a.found[arn]
	delete(a.found, arn)
	a.mu.Unlock()
	if now := a.now(); ok && now.Sub(known.Posture.ReadAt) < foundFor {
		return known, nil
	}
	return msk.Find(ctx, c, arn, name, a.now())
}

// foundFor is how long a discovery's description is used in place of one that the source asks for.
const foundFor = 5 * time.Minute
