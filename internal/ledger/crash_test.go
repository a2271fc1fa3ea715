package ledger

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
)

// The child of TestKill is this test binary, which the environment tells what to do instead of testing.
const (
	childFile  = "MSKFIT_LEDGER_CHILD_FILE"
	childDSN   = "MSKFIT_LEDGER_CHILD_DSN"
	childStart = "MSKFIT_LEDGER_CHILD_START"
)

func TestMain(m *testing.M) {
	if os.Getenv(childFile) != "" || os.Getenv(childDSN) != "" {
		if err := commitForEver(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func childConfig(file, dsn string) Config {
	cfg := DefaultConfig()
	cfg.File, cfg.PostgresURL = file, secret.New(dsn)
	return cfg
}

// commitForEver commits a numbered state together with a message of the same number, and writes to stdout which it has.
func commitForEver() error {
	ctx := context.Background()
	start, err := strconv.Atoi(os.Getenv(childStart))
	if err != nil {
		return err
	}
	l, err := Open(ctx, childConfig(os.Getenv(childFile), os.Getenv(childDSN)), Options{})
	if err != nil {
		return err
	}
	fmt.Println("open")
	for n := start; ; n++ {
		state := drift.State{At: t0.Add(time.Duration(n) * time.Second)}
		book, err := json.Marshal(n)
		if err != nil {
			return err
		}
		id := strconv.Itoa(n)
		if err := l.Commit(ctx, Commitment{Cluster: "prod", Drift: &state, AlertLog: book,
			Messages: []Message{{id, "slack", []byte(id)}, {id + "b", "sns", []byte(id)}}}); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// TestKill kills a process that commits at random instants, twenty times (MSKFIT_KILLS for another number): every commit
// that was answered is there, and no state is without its messages, nor a message without its state.
func TestKill(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testKill(t, filepath.Join(t.TempDir(), "ledger.db"), "") })
	t.Run("postgres", func(t *testing.T) { testKill(t, "", schemaOf(t, testbed.Postgres(t).DSN).PostgresURL.Reveal()) })
}

func testKill(t *testing.T, file, dsn string) {
	kills := 20
	if n, err := strconv.Atoi(os.Getenv("MSKFIT_KILLS")); err == nil {
		kills = n
	}
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	next := 1
	for i := range kills {
		told := runAndKill(t, file, dsn, next, time.Duration(rng.IntN(200))*time.Millisecond)
		next = checkConsistent(t, file, dsn, told) + 1
		if t.Failed() {
			t.Fatalf("kill %d: see above", i+1)
		}
	}
	t.Logf("%d kills, %d commits", kills, next-1)
}

func runAndKill(t *testing.T, file, dsn string, start int, after time.Duration) (told int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFile+"="+file, childDSN+"="+dsn, fmt.Sprintf("%s=%d", childStart, start))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("the child did not open the ledger: %v", cmd.Wait())
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	defer timer.Stop()
	told = start - 1
	for lines.Scan() {
		if n, err := strconv.Atoi(strings.TrimSpace(lines.Text())); err == nil {
			told = n
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return told
}

// checkConsistent returns the number of the last commit.
func checkConsistent(t *testing.T, file, dsn string, told int) int {
	t.Helper()
	ctx := t.Context()
	if dsn != "" {
		awaitAlone(t, dsn)
	}
	l, err := Open(ctx, childConfig(file, dsn), Options{})
	must(t, err)
	defer l.Close()
	state, err := l.DriftState(ctx, "prod")
	must(t, err)
	book, err := l.AlertLog(ctx, "prod")
	must(t, err)
	last := 0
	if len(book) > 0 {
		must(t, json.Unmarshal(book, &last))
		if !state.At.Equal(t0.Add(time.Duration(last) * time.Second)) {
			t.Errorf("state of %s and book %d are not of one commit", state.At, last)
		}
	}
	// The one in flight may have been committed without being answered.
	if last < told || last > told+1 {
		t.Errorf("the last commit is %d, the child acknowledged %d", last, told)
	}
	waiting, err := l.Undelivered(ctx, false, 1<<30)
	must(t, err)
	if len(waiting) != 2*last {
		t.Errorf("%d messages for %d commits, want %d", len(waiting), last, 2*last)
	}
	return last
}

// awaitAlone waits until the server has noticed that its client is gone: until then it may commit what was in flight.
func awaitAlone(t *testing.T, dsn string) {
	t.Helper()
	db, err := openPostgres(dsn, nil)
	must(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	for deadline := time.Now().Add(30 * time.Second); ; {
		var others int
		must(t, db.QueryRowContext(t.Context(),
			"SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()").
			Scan(&others))
		if others == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d clients are still connected", others)
		}
		time.Sleep(time.Millisecond)
	}
}
