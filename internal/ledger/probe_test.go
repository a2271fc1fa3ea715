package ledger

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
)

// A user and password that are renewed in their file are used by the next connection.
func TestPasswordIsReadAgain(t *testing.T) {
	server := testbed.Postgres(t)
	file := filepath.Join(t.TempDir(), "url")
	as := func(user string) {
		t.Helper()
		must(t, os.WriteFile(file, []byte(strings.Replace(server.DSN, "mskfit@", user+":s3cret@", 1)+"\n"), 0o600))
	}
	as("mskfit")
	cfg := DefaultConfig()
	cfg.PostgresURLFile = file
	l, err := Open(t.Context(), cfg, Options{})
	must(t, err)
	defer l.Close()
	_, err = l.db.ExecContext(t.Context(), "CREATE ROLE renewed SUPERUSER LOGIN")
	must(t, err)
	as("renewed")
	admin, err := pgx.Connect(t.Context(), server.DSN)
	must(t, err)
	defer admin.Close(t.Context())
	_, err = admin.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
	must(t, err)
	for range 8 { // as many dead connections as there may be: each fails once
		if l.Ping(t.Context()) == nil {
			break
		}
	}
	var user string
	if err := l.row(t.Context(), "SELECT current_user", nil, &user); err != nil || user != "renewed" {
		t.Errorf("connected as %q, %v, want the renewed user", user, err)
	}
}

// Probe says what is missing and which statement grants it, changes nothing, and never shows the password.
func TestProbe(t *testing.T) {
	server := testbed.Postgres(t)
	ctx := t.Context()
	admin, err := pgx.Connect(ctx, server.DSN)
	must(t, err)
	defer admin.Close(ctx)
	run := func(statements ...string) {
		t.Helper()
		for _, s := range statements {
			_, err := admin.Exec(ctx, s)
			must(t, err)
		}
	}
	as := func(user, database string) Config {
		u, err := url.Parse(server.DSN)
		must(t, err)
		u.User, u.Path = url.UserPassword(user, "hunter2"), database
		cfg := DefaultConfig()
		cfg.PostgresURL = secret.New(u.String())
		return cfg
	}
	run("CREATE ROLE fit LOGIN PASSWORD 'hunter2'", "CREATE DATABASE fleet")
	for _, tt := range []struct {
		name    string
		cfg     Config
		failure string // empty: it connects
	}{
		{"no such database", as("fit", "nowhere"),
			`database "nowhere" does not exist: create it as an administrator: CREATE DATABASE "nowhere" OWNER "fit"`},
		{"no such user", as("nobody", "fleet"), `role "nobody" does not exist: check postgres_url`},
		{"nothing listens", func() Config {
			cfg := DefaultConfig()
			cfg.PostgresURL = secret.New("postgres://fit:hunter2@127.0.0.1:1/fleet")
			return cfg
		}(), "connect to PostgreSQL at 127.0.0.1:1: connect: connection refused: check host and port"},
		{"malformed", func() Config {
			cfg := DefaultConfig()
			cfg.PostgresURL = secret.New("postgres://fit:hunter2@127.0.0.1:port/fleet")
			return cfg
		}(), "postgres_url: not a connection string"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Probe(ctx, tt.cfg)
			if err == nil || !strings.Contains(err.Error(), tt.failure) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want %q", err, tt.failure)
			}
		})
	}
	p, err := Probe(ctx, as("fit", "fleet"))
	must(t, err)
	if want := []string{`GRANT USAGE, CREATE ON SCHEMA "public" TO "fit"`}; !slices.Equal(p.Fix, want) || p.Version != 0 ||
		p.Known == 0 || p.User != "fit" || p.Server == "" {
		t.Errorf("a database that is empty: %+v, want %v", p, want)
	}
	inFleet, err := pgx.Connect(ctx, strings.Replace(server.DSN, "/postgres?", "/fleet?", 1))
	must(t, err)
	defer inFleet.Close(ctx)
	_, err = inFleet.Exec(ctx, p.Fix[0])
	must(t, err)
	p, err = Probe(ctx, as("fit", "fleet"))
	if err != nil || len(p.Missing) > 0 || p.Version != 0 {
		t.Errorf("after the grant: %+v, %v: it must lack nothing and have made nothing", p, err)
	}
	l, err := Open(ctx, as("fit", "fleet"), Options{})
	must(t, err)
	must(t, l.Close())
	_, err = inFleet.Exec(ctx, "REVOKE DELETE ON verdicts FROM fit; REVOKE CREATE ON SCHEMA public FROM fit")
	must(t, err)
	p, err = Probe(ctx, as("fit", "fleet"))
	if want := []string{"DELETE on table verdicts"}; err != nil || !slices.Equal(p.Missing, want) || p.Version != p.Known {
		t.Errorf("tables there, one right revoked: %+v, %v, want %v", p, err, want)
	}
	_, err = inFleet.Exec(ctx, "INSERT INTO schema_version VALUES (99, 0)")
	must(t, err)
	if _, err = Probe(ctx, as("fit", "fleet")); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("newer tables: %v", err)
	}
	run("ALTER DATABASE fleet SET default_transaction_read_only = on")
	if _, err = Probe(ctx, as("fit", "fleet")); err == nil ||
		!strings.Contains(err.Error(), "set postgres_url to the primary server") {
		t.Errorf("a database that can only be read: %v", err)
	}
}
