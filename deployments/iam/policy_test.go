// Package iam holds the IAM policies that mskfit needs, ready to attach, and tests that they are those that it prints. It has
// no code of its own.
package iam

import (
	"flag"
	"os"
	"testing"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/bill"
)

var update = flag.Bool("update", false, "rewrite the policies")

// The files are for those who attach a policy before there is a configuration; mskfit permissions -c prints the least for one.
func TestPoliciesAreThoseThatAreAskedFor(t *testing.T) {
	for file, want := range map[string][]byte{
		"watch-msk.json":           msk.IAMPolicy(msk.PolicyOptions{}),
		"watch-msk-and-kafka.json": msk.IAMPolicy(msk.PolicyOptions{Kafka: true, ReadBatches: true}),
		"read-bills.json":          awsconf.Policy([]awsconf.Statement{bill.Statement()}),
	} {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not what mskfit asks for: run this test with -update\ngot  %s\nwant %s", file, got, want)
		}
	}
}
