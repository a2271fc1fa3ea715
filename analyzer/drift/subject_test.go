package drift

import "testing"

// Keys are in ledgers and in the targets' systems: they keep their form.
func TestSubjects(t *testing.T) {
	for key, want := range map[string]Subject{
		"serverless.ingress_per_cluster":          {OfRule, "serverless.ingress_per_cluster"},
		"forecast/serverless.ingress_per_cluster": {OfForecast, "serverless.ingress_per_cluster"},
		"missing/standard.cpu":                    {OfMissing, "standard.cpu"},
		"daemon/ledger":                           {OfDaemon, "ledger"},
		"test/express.ingress":                    {OfTest, "express.ingress"},
		"choice":                                  {OfChoice, ""},
	} {
		if got := SubjectOf(key); got != want || got.Key() != key {
			t.Errorf("%s is %+v with key %s, want %+v", key, got, got.Key(), want)
		}
	}
}
