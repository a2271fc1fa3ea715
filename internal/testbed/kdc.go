package testbed

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/kerberos"
)

// KDC is a running Kerberos server of the realm TESTBED. A cluster with the mechanism GSSAPI has one of its own.
type KDC struct {
	ConfigFile string // krb5.conf for clients
	Realm      string
	Service    string // service name of the brokers, without host and realm: "kafka"

	t         testing.TB
	dir       string
	env       []string
	passwords map[string]string
	process   *process
}

// StartKDC starts a Kerberos server with the users, by name with their passwords, and the brokers' service principal on
// 127.0.0.1. It ends with the test.
func StartKDC(t testing.TB, users map[string]string) *KDC {
	t.Helper()
	// Debian keeps these where only root's PATH leads.
	krb5kdc := Program(t, "krb5kdc", "/usr/sbin/krb5kdc")
	kdb5util := Program(t, "kdb5_util", "/usr/sbin/kdb5_util")
	kadmin := Program(t, "kadmin.local", "/usr/sbin/kadmin.local")

	dir, port := dataDir(t), freePorts(t, 1)[0]
	k := &KDC{t: t, Realm: "TESTBED", Service: "kafka", dir: dir, ConfigFile: filepath.Join(dir, "krb5.conf"), passwords: users}
	server := filepath.Join(dir, "kdc.conf")
	err := writeFiles(map[string][]byte{
		k.ConfigFile: fmt.Appendf(nil, krb5Conf, port),
		server:       fmt.Appendf(nil, kdcConf, port, dir),
	})
	if err != nil {
		t.Fatalf("set up Kerberos: %v", err)
	}
	k.env = []string{"KRB5_CONFIG=" + k.ConfigFile, "KRB5_KDC_PROFILE=" + server}
	k.run(kdb5util, "create", "-s", "-r", k.Realm, "-P", "testbed")
	for _, name := range slices.Sorted(maps.Keys(users)) {
		k.run(kadmin, "-q", fmt.Sprintf("addprinc -pw %q %s", users[name], name))
		k.run(kadmin, "-q", fmt.Sprintf("ktadd -norandkey -k %s %s", k.Keytab(name), name))
	}
	k.run(kadmin, "-q", "addprinc -randkey "+k.principal())
	k.run(kadmin, "-q", fmt.Sprintf("ktadd -k %s %s", k.Keytab("broker"), k.principal()))

	k.process = start(t, command{name: "Kerberos", log: filepath.Join(dir, "log"), dir: dir, env: k.env, path: krb5kdc,
		args: []string{"-n"}})
	k.process.awaitPort(t, port)
	return k
}

const krb5Conf = `[libdefaults]
 default_realm = TESTBED
 dns_lookup_kdc = false
 dns_lookup_realm = false
 udp_preference_limit = 1
[realms]
 TESTBED = {
  kdc = 127.0.0.1:%d
 }
`

const kdcConf = `[kdcdefaults]
 kdc_listen = ""
 kdc_tcp_listen = 127.0.0.1:%d
[realms]
 TESTBED = {
  database_name = %[2]s/principal
  key_stash_file = %[2]s/stash
  acl_file = %[2]s/acl
  supported_enctypes = aes256-cts:normal aes128-cts:normal
 }
`

// Keytab returns the file with the keys of a user ("broker" for the brokers).
func (k *KDC) Keytab(user string) string { return filepath.Join(k.dir, user+".keytab") }

// principal is that of the brokers.
func (k *KDC) principal() string { return k.Service + "/127.0.0.1@" + k.Realm }

func (k *KDC) run(program string, args ...string) {
	k.t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), k.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		k.t.Fatalf("set up Kerberos: %s %v: %v\n%s", filepath.Base(program), args, err, bytes.TrimSpace(out))
	}
}

// jaas is the brokers' login.
func (k *KDC) jaas() string {
	return fmt.Sprintf("com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true keyTab=%q principal=%q;",
		k.Keytab("broker"), k.principal())
}

// mechanism is a client's login as the user.
func (k *KDC) mechanism(user string) sasl.Mechanism {
	k.t.Helper()
	settings, err := config.Load(k.ConfigFile)
	if err != nil {
		k.t.Fatalf("log in to Kerberos: %v", err)
	}
	login := client.NewWithPassword(user, k.Realm, k.passwords[user], settings, client.DisablePAFXFAST(true))
	return kerberos.Auth{Client: login, Service: k.Service}.AsMechanismWithClose()
}
