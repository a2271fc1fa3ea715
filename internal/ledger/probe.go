package ledger

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mskfit/mskfit/internal/secret"
)

// Probed is what Probe has found.
type Probed struct {
	// Server is the version of the server ("15.6"), User and Database are those of the connection.
	Server, User, Database string
	// Version is that of the tables, 0 when there are none yet; Known is the one that this program works with.
	Version, Known int
	// Missing is what the user lacks, in words, and Fix the statements that grant it; both may be empty.
	Missing []string
	Fix     []string
}

// Probe connects to the configured PostgreSQL database and looks whether a ledger could work there. It changes nothing. The error
// says why there is no connection, or that no grant would help.
func Probe(ctx context.Context, cfg Config) (Probed, error) {
	dsn, err := secret.Resolve(cfg.PostgresURL, cfg.PostgresURLFile)
	if err != nil {
		return Probed{}, fmt.Errorf("postgres_url: %w", err)
	}
	parsed, err := pgx.ParseConfig(dsn.Reveal())
	if err != nil {
		return Probed{}, errMalformed
	}
	conn, err := pgx.ConnectConfig(ctx, parsed)
	if err != nil {
		return Probed{}, explainConnect(parsed, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // it was asked alone
	all, err := steps()
	if err != nil {
		return Probed{}, err
	}
	p := Probed{User: parsed.User, Database: parsed.Database, Known: len(all)}
	if err := p.inspect(ctx, conn); err != nil {
		return p, fmt.Errorf("database %q on %s: %w", parsed.Database, at(parsed), err)
	}
	return p, nil
}

func at(c *pgx.ConnConfig) string { return net.JoinHostPort(c.Host, fmt.Sprint(c.Port)) }

// explainConnect says what to look at. It shows host, user and database, never the connection string.
func explainConnect(c *pgx.ConnConfig, err error) error {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		var network *net.OpError
		if errors.As(err, &network) {
			return fmt.Errorf("connect to PostgreSQL at %s: %w: check host and port of postgres_url, and that the server listens there", at(c), network.Err)
		}
		return fmt.Errorf("connect to PostgreSQL at %s: %w: check postgres_url, and sslmode in it", at(c), lastCause(err))
	}
	hint := "check postgres_url and the server's pg_hba.conf"
	switch answer.Code {
	case "28P01":
		hint = "check user and password of postgres_url"
	case "3D000":
		hint = fmt.Sprintf("create it as an administrator: CREATE DATABASE %s OWNER %s", quoted(c.Database), quoted(c.User))
	case "53300":
		hint = "the server accepts no more connections: raise max_connections"
	}
	return fmt.Errorf("connect to PostgreSQL at %s as %q: %s: %s", at(c), c.User, answer.Message, hint)
}

// lastCause is the innermost error: what is around it repeats the address.
func lastCause(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// inspect asks the server what the user may do.
func (p *Probed) inspect(ctx context.Context, conn *pgx.Conn) error {
	var schema *string
	var readOnly bool
	err := conn.QueryRow(ctx, `SELECT current_setting('server_version'), current_user, current_schema(),
		pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'`).Scan(&p.Server, &p.User, &schema, &readOnly)
	switch {
	case err != nil:
		return err
	case readOnly:
		return errors.New("it is read-only: set postgres_url to the primary server, not a standby or a read replica")
	case schema == nil:
		return errors.New("no schema of the search path exists or may be used: GRANT USAGE, CREATE ON SCHEMA public TO " +
			quoted(p.User))
	}
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT to_regclass('schema_version') IS NOT NULL").Scan(&exists); err != nil {
		return err
	}
	if exists {
		if err := p.tables(ctx, conn, *schema); err != nil {
			return err
		}
	}
	return p.mayCreate(ctx, conn, *schema)
}

// tables looks at those that are there.
func (p *Probed) tables(ctx context.Context, conn *pgx.Conn, schema string) error {
	rows, err := conn.Query(ctx, `SELECT t, p FROM unnest($1::text[]) t, unnest($2::text[]) p
		WHERE to_regclass(t) IS NOT NULL AND NOT has_table_privilege(to_regclass(t), p) ORDER BY t, p`,
		[]string{"schema_version", "verdicts", "runs", "alert_states", "outbox", "maintenance", "documents", "replicas", "leases"},
		[]string{"SELECT", "INSERT", "UPDATE", "DELETE"})
	if err != nil {
		return err
	}
	lacking := map[string][]string{}
	var tables []string
	var table, privilege string
	_, err = pgx.ForEachRow(rows, []any{&table, &privilege}, func() error {
		if lacking[table] == nil {
			tables = append(tables, table)
		}
		lacking[table] = append(lacking[table], privilege)
		return nil
	})
	if err != nil {
		return err
	}
	for _, t := range tables {
		p.Missing = append(p.Missing, strings.Join(lacking[t], ", ")+" on table "+t)
	}
	if len(tables) > 0 {
		p.Fix = append(p.Fix, fmt.Sprintf("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %s TO %s", quoted(schema),
			quoted(p.User)))
	}
	if slices.Contains(lacking["schema_version"], "SELECT") {
		return nil // which version they have is not to be seen
	}
	if err := conn.QueryRow(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version").Scan(&p.Version); err != nil {
		return err
	}
	if p.Version > p.Known {
		return fmt.Errorf("its tables were written by a newer version of mskfit (schema %d, this one supports up to %d): run that version or a later one", p.Version, p.Known)
	}
	return nil
}

// mayCreate looks whether tables that have to be made can be.
func (p *Probed) mayCreate(ctx context.Context, conn *pgx.Conn, schema string) error {
	if p.Version == p.Known {
		return nil
	}
	var may bool
	if err := conn.QueryRow(ctx, "SELECT has_schema_privilege($1, 'CREATE')", schema).Scan(&may); err != nil {
		return err
	}
	if !may {
		p.Missing = append(p.Missing, "CREATE on schema "+schema+", to create the tables")
		p.Fix = append(p.Fix, fmt.Sprintf("GRANT USAGE, CREATE ON SCHEMA %s TO %s", quoted(schema), quoted(p.User)))
	}
	return nil
}
