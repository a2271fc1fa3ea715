package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Alertmanager starts an Alertmanager with the text as its configuration file, and returns its address,
// "http://127.0.0.1:port", once it is ready. With an empty text it keeps alerts and sends nothing on. It ends with the test.
func Alertmanager(t testing.TB, config string) (url string) {
	t.Helper()
	program := Program(t, "prometheus-alertmanager", "alertmanager")
	dir := dataDir(t)
	if config == "" {
		config = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
	}
	file := filepath.Join(dir, "alertmanager.yml")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatalf("set up Alertmanager: %v", err)
	}
	port := freePorts(t, 1)[0]
	p := start(t, command{name: "Alertmanager", log: filepath.Join(dir, "log"), dir: dir, path: program, args: []string{
		"--config.file=" + file,
		"--storage.path=" + filepath.Join(dir, "data"),
		"--cluster.listen-address=", // no gossip
		fmt.Sprintf("--web.listen-address=127.0.0.1:%d", port),
	}})
	url = fmt.Sprintf("http://127.0.0.1:%d", port)
	p.awaitHTTP(t, url+"/-/ready")
	return url
}
