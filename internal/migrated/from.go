package migrated

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/bill"
)

// Migration says how one cluster came to be.
type Migration struct {
	// From is the verdict that it was migrated on.
	From From
	// Bill says which part of the AWS bill is the cluster's; nil: bills are not compared.
	Bill *bill.Config
	// Region is the AWS region of the cluster.
	Region string
}

// From names the verdict that a cluster was migrated on. The zero value names none.
type From struct {
	// Cluster is the name of the cluster that the verdict is about.
	Cluster string
	// By is the time of the verdict: the newest one that is not newer counts. Zero: the newest one before the first data of the
	// migrated cluster.
	By time.Time
}

// ClusterName is the form of the name of a cluster in the configuration.
var ClusterName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// Parse reads "orders-old", "orders-old@2026-06-01" (the last verdict of that day) or "orders-old@2026-06-01T06:00:00Z".
func Parse(s string) (From, error) {
	name, when, named := strings.Cut(s, "@")
	f := From{Cluster: name}
	if !ClusterName.MatchString(name) {
		return From{}, fmt.Errorf("%q does not name a cluster: write its name, or its name and the time of a verdict: orders-old@2026-06-01", s)
	}
	if !named {
		return f, nil
	}
	if day, err := time.Parse(time.DateOnly, when); err == nil {
		f.By = day.AddDate(0, 0, 1).Add(-time.Millisecond)
		return f, nil
	}
	at, err := time.Parse(time.RFC3339, when)
	if err != nil {
		return From{}, fmt.Errorf("%q is not a time of a verdict: write a day (%s@2026-06-01) or a time (%s@2026-06-01T06:00:00Z)",
			when, name, name)
	}
	f.By = at.UTC()
	return f, nil
}

// String is what Parse reads.
func (f From) String() string {
	if f.By.IsZero() {
		return f.Cluster
	}
	return f.Cluster + "@" + f.By.Format(time.RFC3339Nano)
}
