package check

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// fleetFile has a cluster of every way to be let in.
const fleetFile = `
clusters:
  - name: scram
    kafka:
      bootstrap: [b-1:9096]
      tls: {enabled: true}
      sasl: {mechanism: SCRAM-SHA-512, username: fit, password: s3cret}
      sample_batches: false
  - name: tokens
    kafka:
      bootstrap: [b-2:9094]
      sasl: {mechanism: OAUTHBEARER, oauth: {token_file: token}}
  - name: iam
    region: cn-north-1
    kafka:
      bootstrap: [b-3:9098]
      tls: {enabled: true}
      sasl: {mechanism: AWS_MSK_IAM}
`

// closedPort is where nothing can listen.
const closedPort = "127.0.0.1:1"

// mskFile writes a configuration that keeps everything in a folder of its own.
func mskFile(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "mskfit.yaml")
	text = fmt.Sprintf("data_directory: %q\nweb: {listen: 127.0.0.1:0}\n", filepath.Join(dir, "data")) + text
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
