package workloadfile_test

import (
	"testing"

	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Limits of alerts may lie below AWS's own, which raised_quotas refuses: that is what they are for.
func TestLimitsOfAlerts(t *testing.T) {
	for text, want := range map[string]string{
		"limits: {ingress_per_cluster: 1MBps, consumer_groups: 2, message_size: 1KiB}": "",
		"limits: {ingress_per_cluster: 400MBps}":                                       "",
		"limits: {ingress: 1MBps}":                                                     "c.yaml:1:19: limits.ingress: no quota has this id: mskfit catalog lists them",
		"limits: {ingress_per_cluster: 5}":                                             "c.yaml:1:31: limits.ingress_per_cluster: the quota is in MBps: write a rate with its unit, like 300MBps",
		"limits: {consumer_groups: 0}":                                                 "c.yaml:1:27: limits.consumer_groups: 0 must be above 0",
	} {
		var f struct {
			Limits workloadfile.Limits `yaml:"limits"`
		}
		doc, _ := yamlfile.Decode("c.yaml", []byte(text), &f)
		got := ""
		if err := doc.Report(yamlfile.Under("limits", f.Limits.Validate())); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if l := (workloadfile.Limits)(nil); l.Base() != nil || l.Validate() != nil {
		t.Error("no limits are some")
	}
}
