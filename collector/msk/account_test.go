package msk

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// memoryAccounts keeps accounts in memory.
type memoryAccounts map[string]Account

func (b memoryAccounts) LoadAccount(_ context.Context, arn string) (Account, error) {
	return b[arn], nil
}

func (b memoryAccounts) UpdateAccount(_ context.Context, arn string, change func(Account) Account) (Account, error) {
	b[arn] = change(b[arn])
	return b[arn], nil
}

// processOf is a source as a new process has it, with the accounts of those before.
func processOf(t *testing.T, server *mskfake.Server, b memoryAccounts, change func(*Config)) *Source {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Regions = []string{"us-east-1"}
	if change != nil {
		change(&cfg)
	}
	c := clientsOf(t, server)
	inv, err := Discover(t.Context(), c, Filter{}, server.Now())
	if err != nil || len(inv.Clusters) != 1 {
		t.Fatalf("%d clusters, %v", len(inv.Clusters), err)
	}
	return NewSource(cfg, inv.Clusters[0], c, zerolog.Nop(), WithClock(server.Now), WithAccounts(b, inv.Clusters[0].Name))
}

// ranOnce is one run of a process: it reads, keeps what it read and ends. asked is what it requested.
func ranOnce(t *testing.T, server *mskfake.Server, b memoryAccounts, change func(*Config)) (samples []workload.Sample, asked int) {
	t.Helper()
	before := server.MetricsAsked()
	s := processOf(t, server, b, change)
	samples = collectAll(t, s)
	s.Kept(t.Context())
	return samples, server.MetricsAsked() - before
}

// A process that is started every quarter of an hour reads each minute once, and pays only for what is due.
func TestAStartReadsOnlyWhatIsMissing(t *testing.T) {
	now, b := noon, memoryAccounts{}
	server := standardServer(func() time.Time { return now })
	plan, err := processOf(t, server, memoryAccounts{}, nil).Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var rated []workload.Sample
	total := 0
	for range 8 { // two hours
		samples, asked := ranOnce(t, server, b, nil)
		for _, one := range samples {
			if one.Totals.IngressBytesPerSec != nil {
				rated = append(rated, one)
			}
		}
		_, again := ranOnce(t, server, b, nil)
		if again > 0 {
			t.Errorf("a second process in the same minute requests %d metrics", again)
		}
		total += asked
		now = now.Add(15 * time.Minute)
	}
	everyMinuteOnce(t, rated)
	if want := 60 + 7*15; len(rated) != want {
		t.Errorf("%d minutes, want %d: an hour, and a quarter of one at each start", len(rated), want)
	}
	if want := 8*plan.Rates.Metrics + 2*plan.Details.Metrics; total != want {
		t.Errorf("%d metrics were requested, want %d: rates every time, details every hour", total, want)
	}
	if got := b[arnOfOnly(server)].Metrics; got != int64(total) {
		t.Errorf("the account has %d metrics, AWS %d", got, total)
	}
}

func arnOfOnly(s *mskfake.Server) string { return s.Clusters[0].ARN() }

// A process that dies before it has kept what it read asks for it again, and that is counted: a loop of crashes ends with the
// budget.
func TestACrashLoopEndsWithTheBudget(t *testing.T) {
	now, b := noon, memoryAccounts{}
	server := standardServer(func() time.Time { return now })
	poor := func(c *Config) { c.CloudWatch.MonthlyBudget = 0.1 }
	b[arnOfOnly(server)] = Account{Month: "2026-11", Metrics: 9_000}
	var gaps []workload.Gap
	for range 100 {
		s := processOf(t, server, b, poor)
		if len(collectAll(t, s)) == 0 {
			one, err := s.Collect(t.Context(), workload.Window{})
			if err != nil {
				t.Fatal(err)
			}
			gaps = one.Gaps
			break
		}
	}
	const allowed = 10_000 * 720 / 730 // November has 720 hours
	if asked := 9_000 + server.MetricsAsked(); asked > allowed || asked < allowed-100 {
		t.Errorf("%d metrics were requested, want no more than the %d that $0.10 pay for", asked, allowed)
	}
	g := gapAbout(t, gaps, "rates since 2026-11-20 10:55 UTC")
	if want := "this month's budget of $0.10 for CloudWatch is spent ($0.10 requested): reading resumes at 2026-12-01 00:00 UTC, or when cloudwatch.monthly_budget_usd is raised"; g.Why != want {
		t.Errorf("gap says %q, want %q", g.Why, want)
	}
	now = time.Date(2026, 12, 1, 0, 10, 0, 0, time.UTC)
	if samples, _ := ranOnce(t, server, b, poor); len(samples) == 0 {
		t.Error("nothing is read in the new month")
	}
}

// What a spent budget does not pay for is not read back either; what was announced once is beside the budget.
func TestReadingBackAgainAndAgainEndsWithTheBudget(t *testing.T) {
	b := memoryAccounts{}
	server := standardServer(at(noon))
	poor := func(c *Config) { c.CloudWatch.MonthlyBudget, c.CloudWatch.Backfill = 0.1, workload.Span(2*time.Hour) }
	stopped := errors.New("killed")
	span := workload.Window{Start: noon.Add(-2 * time.Hour), End: noon}
	b[arnOfOnly(server)] = Account{Month: "2026-11", Metrics: 9_700}
	var err error
	for range 100 {
		err = processOf(t, server, b, poor).ReadBack(t.Context(), span, func(workload.Sample) error { return stopped })
		if !errors.Is(err, stopped) {
			break
		}
	}
	var spent *SpentError
	if !errors.As(err, &spent) {
		t.Fatalf("it ends with %v, want a spent budget", err)
	}
	a := b[arnOfOnly(server)]
	if a.Announced == 0 || a.Back != int64(server.MetricsAsked()) || a.Metrics != 9_700+a.Back-a.Announced {
		t.Errorf("account %+v, AWS counts %d: want what is beyond the announcement in the month", a, server.MetricsAsked())
	}
}

// After a restart the pause is in what Collect reads, and reading back requests nothing.
func TestReadingBackLeavesWhatCollectReads(t *testing.T) {
	now, b := noon, memoryAccounts{}
	server := standardServer(func() time.Time { return now })
	ranOnce(t, server, b, nil)
	now = now.Add(2 * time.Hour)
	s := processOf(t, server, b, nil)
	before := server.MetricsAsked()
	err := s.ReadBack(t.Context(), workload.Window{Start: noon.Add(-10 * time.Minute), End: now}, func(one workload.Sample) error {
		t.Errorf("read back: %v", one.Window)
		return nil
	})
	if err != nil || server.MetricsAsked() != before {
		t.Errorf("%v; %d metrics requested", err, server.MetricsAsked()-before)
	}
	samples := collectAll(t, s)
	first := samples[0].Window.Start
	if want := noon.Add(-5 * time.Minute); !first.Equal(want) {
		t.Errorf("Collect goes on at %v, want %v", first, want)
	}
}

// An answer that comes after the turn has ended is taken in the next one: it is requested, and paid, once.
func TestASlowAnswerIsRequestedOnce(t *testing.T) {
	server := standardServer(at(noon))
	release := make(chan struct{})
	server.Fault = func(operation string, _ int, _ *http.Request) *mskfake.Fault {
		if operation == "GetMetricData" {
			<-release
		}
		return nil
	}
	s := processOf(t, server, memoryAccounts{}, nil)
	turn, end := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, end)
	if _, err := s.CollectAll(turn); !errors.Is(err, context.Canceled) {
		t.Fatalf("the turn ended with %v", err)
	}
	close(release)
	samples := collectAll(t, s)
	if len(samples) == 0 {
		t.Fatal("the answer is lost")
	}
	if got, want := server.MetricsAsked(), len(s.series); got != want {
		t.Errorf("%d metrics were requested, want each of the %d once", got, want)
	}
}

// Two replicas that read a cluster in turn, each with an account that it loaded before the other one spent, stay within one budget:
// neither's account replaces the other's.
func TestTwoReplicasShareOneBudget(t *testing.T) {
	now, b := noon, memoryAccounts{}
	server := standardServer(func() time.Time { return now })
	poor := func(c *Config) { c.CloudWatch.MonthlyBudget = 0.1 }
	b[arnOfOnly(server)] = Account{Month: "2026-11", Metrics: 7_000}
	replicas := []*Source{processOf(t, server, b, poor), processOf(t, server, b, poor)}
	for _, r := range replicas {
		if err := r.purse.open(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	spans := 0
	for turn := range 200 { // a cluster that goes back and forth
		s := replicas[turn%2]
		samples, err := s.CollectAll(t.Context())
		var spent *SpentError
		if err != nil && !errors.As(err, &spent) {
			t.Fatal(err)
		}
		if len(samples) > 0 {
			spans++
		}
		now = now.Add(time.Hour)
		if now.Month() != noon.Month() {
			break
		}
	}
	const allowed = 10_000 * 720 / 730 // November has 720 hours
	if asked := 7_000 + server.MetricsAsked(); asked > allowed || asked < allowed-100 || spans < 4 {
		t.Errorf("%d metrics were requested in %d turns, want no more than the %d that $0.10 pay for", asked, spans, allowed)
	}
	if got := b[arnOfOnly(server)].Metrics; got != int64(7_000+server.MetricsAsked()) {
		t.Errorf("the account has %d metrics, AWS %d", got, 7_000+server.MetricsAsked())
	}
}

// What ends on a replica after the cluster has gone to another one adds its cost, and does not undo the other's account.
func TestALateAnswerKeepsTheNewOwnersAccount(t *testing.T) {
	now, b := noon, memoryAccounts{}
	server := standardServer(func() time.Time { return now })
	late := processOf(t, server, b, nil)
	collectAll(t, late)
	late.Kept(t.Context())
	now = now.Add(30 * time.Minute)
	owner := processOf(t, server, b, nil)
	collectAll(t, owner)
	owner.Kept(t.Context())
	want := b[arnOfOnly(server)]
	late.Kept(t.Context()) // nothing new: nothing is written
	late.purse.extra(5, false)
	late.purse.save(t.Context())
	want.Metrics += 5
	if got := b[arnOfOnly(server)]; got != want {
		t.Errorf("the account is %+v, want %+v", got, want)
	}
}

// A ledger that cannot be read says nothing of what was spent: nothing is requested then.
func TestAnUnknownAccountRequestsNothing(t *testing.T) {
	server := standardServer(at(noon))
	s := processOf(t, server, memoryAccounts{}, nil)
	s.purse.accounts = torn{}
	if _, err := s.CollectAll(t.Context()); err == nil ||
		!strings.Contains(err.Error(), "this month's CloudWatch cost is unknown") {
		t.Errorf("error %v", err)
	}
	if server.MetricsAsked() > 0 {
		t.Errorf("%d metrics were requested", server.MetricsAsked())
	}
}

type torn struct{ memoryAccounts }

func (torn) LoadAccount(context.Context, string) (Account, error) {
	return Account{}, errors.New("the ledger is damaged")
}
