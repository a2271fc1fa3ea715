package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// PostgresServer is a running PostgreSQL with an empty database.
type PostgresServer struct {
	// DSN is the connection string of the superuser.
	DSN string

	t       testing.TB
	command command
	port    int
	process *process
}

// Postgres starts a PostgreSQL server and returns once it takes connections. It ends with the test. Root must not run
// it, so a test that is root has it run as the user that Debian's package makes, or else as nobody.
func Postgres(t testing.TB) *PostgresServer {
	t.Helper()
	bin := postgresBin(t)
	dir := dataDir(t)
	as := unprivileged(t)
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			t.Fatalf("set up PostgreSQL: %v", err)
		}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "mskfit", "-A", "trust", "-E", "UTF8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: as}
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("set up PostgreSQL: initdb: %v\n%s", err, out)
	}
	port := freePorts(t, 1)[0]
	s := &PostgresServer{t: t, port: port, DSN: fmt.Sprintf("postgres://mskfit@127.0.0.1:%d/postgres?sslmode=disable", port)}
	s.command = command{name: "PostgreSQL", log: filepath.Join(dir, "log"), dir: dir, as: as, path: filepath.Join(bin, "postgres"),
		args: []string{
			"-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
			"-c", "fsync=off", // the machine will not lose power; kill -9 is survived all the same
		}}
	s.Start()
	return s
}

// Start starts the server again after Kill, on its old port with its old data.
func (s *PostgresServer) Start() {
	s.t.Helper()
	s.process = start(s.t, s.command)
	ready := filepath.Join(filepath.Dir(s.command.path), "pg_isready")
	s.process.waitUntil(s.t, time.Minute, func() error {
		return exec.Command(ready, "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(s.port)).Run()
	})
}

// Kill ends the server at once, as a crash would.
func (s *PostgresServer) Kill() { s.process.kill() }

// postgresBin finds the folder of the newest server's programs; Debian keeps it out of PATH.
func postgresBin(t testing.TB) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err == nil && len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	path, err := filepath.EvalSymlinks(Program(t, "initdb"))
	if err != nil {
		t.Fatalf("find PostgreSQL: %v", err)
	}
	return filepath.Dir(path)
}

// unprivileged is who runs what root must not; nil when the test is not root.
func unprivileged(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatalf("find a user that is not root: %v", err)
	}
	uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
	if errUID != nil || errGID != nil {
		t.Fatalf("user %s has ids %s and %s", u.Username, u.Uid, u.Gid)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
