package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/alert/targets"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon/discovery"
	"github.com/mskfit/mskfit/internal/daemon/sources"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/web"
)

// checker tries what a daemon would use. It leaves nothing behind.
type checker struct {
	cfg      config.Config
	version  string
	log      zerolog.Logger
	now      func() time.Time
	sendTest bool
	say      func(string)
	access   *sources.Access
	mu       sync.Mutex
	plans    []msk.Plan // what reading each MSK cluster costs
	// running is a daemon of ours that answers where this configuration would listen; nil: none does.
	running *web.Daemon
}

// Options say how to check.
type Options struct {
	// Version is the program's, for AWS.
	Version string
	// SendTest sends a message to every alert target.
	SendTest bool
	// Progress is called with how far the check has come; nil: none watches.
	Progress func(string)
	Now      func() time.Time
	Log      zerolog.Logger
}

// Run tries what a daemon with this configuration would use, and changes nothing. The results come in the order of the file.
func Run(ctx context.Context, cfg config.Config, o Options) []Result {
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	c := checker{cfg: cfg.Placed(), version: o.Version, log: o.Log, now: o.Now, sendTest: o.SendTest, say: o.Progress,
		access: sources.NewAccess(o.Version, nil, o.Now)}
	return c.all(ctx)
}

// all tries everything; the clusters come in the order of the file.
func (c *checker) all(ctx context.Context) []Result {
	c.running = askDaemon(ctx, c.cfg.Web)
	out := []Result{{Part: "configuration", What: configuredText(c.cfg), State: OK}}
	out = append(out, c.catalog(), c.dataDir(), c.history(ctx), c.ledger(ctx))
	out = append(out, c.web()...)
	out = append(out, c.problems()...)
	out = append(out, c.alerts(ctx)...)
	found, lines := c.discovered(ctx)
	out = append(out, lines...)
	out = append(out, c.clusters(ctx, found)...)
	return append(out, c.costs()...)
}

func configuredText(cfg config.Config) string {
	text := fmt.Sprintf("%d clusters", len(cfg.Clusters))
	if len(cfg.Clusters) == 1 {
		text = "1 cluster"
	}
	if len(cfg.MSK) > 0 {
		text += ", and the MSK clusters that are found"
	}
	return text
}

// Outcome is a result of an error; nil is ok.
func Outcome(part, what, detail string, err error, fix string) Result {
	if err != nil {
		return Result{Part: part, What: what, State: Failed, Detail: err.Error(), Fix: fix}
	}
	return Result{Part: part, What: what, State: OK, Detail: detail}
}

func (c *checker) catalog() Result {
	cat, err := catalog.InForce(c.cfg.Catalog.Overlay)
	if err == nil {
		for _, cluster := range c.cfg.Clusters {
			if _, regionErr := cat.Region(cluster.Region); regionErr != nil {
				err = errors.Join(err, fmt.Errorf("cluster %s: %w", cluster.Name, regionErr))
			}
		}
		for _, s := range discovery.Spots(c.cfg) {
			if _, regionErr := cat.Region(s.Region); regionErr != nil {
				err = errors.Join(err, fmt.Errorf("msk[%d]: %w", s.Line, regionErr))
			}
		}
	}
	if err != nil {
		return Outcome("catalog", "quotas and prices", "", err, "")
	}
	return catalogAge(cat, c.cfg.Agent.Drift.CatalogMaxAge, c.now())
}

// catalogAge warns of quotas or prices that are older than the limit; 0: never.
func catalogAge(cat *catalog.Catalog, limit time.Duration, now time.Time) Result {
	r := Result{Part: "catalog", What: "quotas and prices", State: OK}
	r.Detail = fmt.Sprintf("quotas of %s, prices of %s", cat.QuotasDate, cat.PricesDate)
	for _, date := range []string{cat.QuotasDate, cat.PricesDate} {
		if at, err := time.Parse(time.DateOnly, date); err == nil && limit > 0 && now.Sub(at) > limit {
			r.State, r.Fix = Warning, "run mskfit catalog refresh: AWS may have changed them since"
		}
	}
	return r
}

func (c *checker) dataDir() Result {
	return Outcome("data directory", c.cfg.DataDir, "writable by this user", config.UsableDir(c.cfg.DataDir), "")
}

// history opens nothing for writing: a daemon may have it open.
func (c *checker) history(ctx context.Context) Result {
	const part = "history"
	if c.cfg.History.External.InUse() {
		store, err := history.Open(c.cfg.History, history.Options{Log: c.log})
		if err == nil {
			err = store.Ping(ctx)
			err = errors.Join(err, store.Close())
		}
		return Outcome(part, "external server", "answers queries; writing is tried when the daemon runs", err,
			"check history.external: query_url, credentials, TLS")
	}
	store, err := history.OpenReader(c.cfg.History, history.Options{Log: c.log})
	if err == nil {
		err = store.Close()
	}
	return Outcome(part, c.cfg.History.Dir, c.inUse("can be read"), err, "")
}

func (c *checker) inUse(otherwise string) string {
	if c.running != nil {
		return otherwise + "; a running mskfit uses it"
	}
	return otherwise
}

// ledger looks at only the file: opening it would bring its tables up to date.
func (c *checker) ledger(ctx context.Context) Result {
	const part = "ledger"
	if !c.cfg.Ledger.PostgresURL.IsZero() || c.cfg.Ledger.PostgresURLFile != "" {
		return c.postgres(ctx)
	}
	err := config.UsableDir(filepath.Dir(c.cfg.Ledger.File))
	if _, missing := os.Stat(c.cfg.Ledger.File); err == nil && missing == nil {
		var f *os.File
		if f, err = os.OpenFile(c.cfg.Ledger.File, os.O_RDWR, 0); err == nil {
			err = f.Close()
		}
	}
	return Outcome(part, c.cfg.Ledger.File, c.inUse("can be written"), err, "give the file to the user that runs mskfit")
}

func (c *checker) web() []Result {
	out := []Result{c.listening()}
	switch open, err := c.cfg.Web.Exposed(); {
	case err != nil:
		out = append(out, Outcome("web", "authentication", "", err, ""))
	case open:
		out = append(out, Result{Part: "web", What: "no authentication", State: Warning, Detail: web.ExposedAdvice})
	}
	return out
}

func (c *checker) listening() Result {
	const part = "web"
	if c.running != nil {
		return Outcome(part, c.cfg.Web.Listen, "a running mskfit "+c.running.Version+" answers", nil, "")
	}
	l, err := web.Listen(c.cfg.Web)
	if err == nil {
		err = l.Close()
	}
	return Outcome(part, c.cfg.Web.Listen, "free", err, "")
}

// askDaemon returns the daemon that answers at the address; nil when none of ours does.
func askDaemon(ctx context.Context, cfg web.Config) *web.Daemon {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil || port == "0" {
		return nil
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/api/v1/status", nil)
	if err != nil {
		return nil
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var d web.Daemon
	if json.NewDecoder(resp.Body).Decode(&d) != nil || d.Version == "" {
		return nil
	}
	return &d
}

func (c *checker) alerts(ctx context.Context) []Result {
	const part = "alerts"
	built, err := c.cfg.Alerts.Build(ctx, targets.Deps{Now: c.now,
		AWS: awsconf.ByRegion(c.cfg.AWS, awsconf.Options{Version: c.version}), Log: c.log})
	if err != nil {
		return []Result{Outcome(part, "targets", "", err, "")}
	}
	if len(built) == 0 {
		return []Result{Outcome(part, "no target", "alerts are sent nowhere; they are in /api/v1/clusters and in the metrics", nil,
			"")}
	}
	var out []Result
	if !c.sendTest {
		for _, name := range slices.Sorted(maps.Keys(built)) {
			out = append(out, Outcome(part, name, "configured; --send-test sends a message", c.cfg.Alerts.Readable(name), ""))
		}
		return out
	}
	for _, r := range targets.SendTest(ctx, built, c.cfg.Alerts.ExternalURL, c.now()) {
		out = append(out, Outcome(part, r.Target, "took the test message", r.Err, ""))
	}
	return out
}

// clusters tries all clusters, a few at a time: those of the file and those that were found.
func (c *checker) clusters(ctx context.Context, found []config.Cluster) []Result {
	wanted := slices.Concat(c.cfg.Clusters, found)
	all := make([][]Result, len(wanted))
	var group errgroup.Group
	group.SetLimit(c.cfg.Agent.Parallel)
	var mu sync.Mutex
	done := 0
	for i, cluster := range wanted {
		group.Go(func() error {
			for _, w := range sources.Of(cluster, c.access) {
				if w.Name == sources.CloudWatch {
					all[i] = append(all[i], c.cloudwatch(ctx, cluster, i < len(c.cfg.Clusters))...)
					continue
				}
				all[i] = append(all[i], c.source(ctx, cluster, w)...)
			}
			if cluster.CostExplorer != nil {
				all[i] = append(all[i], c.bill(ctx, cluster))
			}
			mu.Lock()
			defer mu.Unlock()
			done++
			c.say(fmt.Sprintf("%d of %d clusters tried", done, len(all)))
			return nil
		})
	}
	_ = group.Wait() // always nil: what fails is a result
	var out []Result
	for _, of := range all {
		out = append(out, of...)
	}
	return out
}
