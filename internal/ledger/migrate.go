package ledger

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migration is one step of the tables' history; steps are never changed once they are released.
type migration struct {
	version int
	sql     string
}

// steps reads the embedded files, which are named NNNN_what.sql from 0001 on without a hole.
func steps() ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var out []migration
	for i, name := range names {
		version, err := strconv.Atoi(strings.TrimPrefix(name, "migrations/")[:4])
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s is not number %d", name, i+1)
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, migration{version, string(text)})
	}
	return out, nil
}

// migrate applies the steps that are missing, all in one transaction.
func (l *Ledger) migrate(ctx context.Context, db *sql.DB) error {
	all, err := steps()
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if l.dialect.lockMigrations != "" {
		if _, err := tx.ExecContext(ctx, l.dialect.lockMigrations); err != nil {
			return err
		}
	}
	version, err := schemaVersion(ctx, tx)
	if err != nil {
		return err
	}
	if version > len(all) {
		return fmt.Errorf("it was written by a newer version of mskfit (schema %d, this one supports up to %d): run that version or a later one", version, len(all))
	}
	for _, m := range all[version:] {
		if err := l.apply(ctx, tx, m); err != nil {
			return fmt.Errorf("bring the tables to version %d: %w", m.version, err)
		}
	}
	return tx.Commit()
}

func schemaVersion(ctx context.Context, tx *sql.Tx) (version int, err error) {
	if _, err := tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL, applied_at BIGINT NOT NULL)"); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version").Scan(&version)
	return version, err
}

func (l *Ledger) apply(ctx context.Context, tx *sql.Tx, m migration) error {
	for _, statement := range strings.Split(l.dialect.words.Replace(m.sql), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO schema_version (version, applied_at) VALUES ($1, $2)", m.version, millis(l.now()))
	return err
}
