package msk

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

func TestFindsTheClusterThatIsMeant(t *testing.T) {
	going := mskfake.Provisioned("orders", "kafka.m5.large", 3).Set("state", "DELETING")
	going.Set("clusterArn", strings.Replace(going.ARN(), "1111", "0000", 1))
	for name, c := range map[string]struct {
		clusters  []*mskfake.Cluster
		arn, name string
		want, err string
	}{
		"by name, among those that begin with it": {clusters: []*mskfake.Cluster{mskfake.Serverless("orders-eu"),
			mskfake.Provisioned("orders", "kafka.m5.large", 3)}, name: "orders", want: "orders"},
		"by ARN, without a list": {clusters: []*mskfake.Cluster{{Info: mskfake.Serverless("clicks").Info,
			Unlisted: true}}, arn: mskfake.Serverless("clicks").ARN(), name: "clicks", want: "clicks"},
		"the successor of one that goes": {clusters: []*mskfake.Cluster{going,
			mskfake.Provisioned("orders", "kafka.m7g.large", 3)}, name: "orders", want: "orders"},
		"one that goes": {clusters: []*mskfake.Cluster{going}, name: "orders",
			err: "cluster orders: it is being deleted"},
		"one that comes": {clusters: []*mskfake.Cluster{mskfake.Serverless("new").Set("state", "CREATING")}, name: "new",
			err: "cluster new: it is being created: it will be watched once it is ACTIVE"},
		"none": {name: "orders", err: "find cluster orders: the account has no cluster of this name in us-east-1: check the name, the region and the account"},
		"only longer names": {clusters: []*mskfake.Cluster{mskfake.Serverless("orders-us"), mskfake.Serverless("orders-eu")},
			name: "orders",
			err:  "find cluster orders: the account has no cluster of this name in us-east-1: there is orders-eu, orders-us"},
		"none of the ARN": {arn: mskfake.Serverless("clicks").ARN(), name: "clicks",
			err: "find cluster clicks: kafka:DescribeClusterV2 us-east-1 cluster clicks: not found: the cluster does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			server := &mskfake.Server{Now: at(noon), Clusters: c.clusters, PageSize: 1}
			got, err := Find(t.Context(), clientsTrying(t, server, 1), c.arn, c.name, noon)
			switch {
			case c.err != "" && (err == nil || err.Error() != c.err):
				t.Errorf("got  %v\nwant %s", err, c.err)
			case c.err == "" && (err != nil || got.Name != c.want || got.State != "ACTIVE"):
				t.Errorf("got %+v, %v, want %s", got.MSKCluster, err, c.want)
			}
			if c.arn != "" && server.Calls("ListClustersV2") > 0 {
				t.Error("clusters were listed for one that is named by its ARN")
			}
		})
	}
}

func TestTryingCostsOneMetric(t *testing.T) {
	server := standardServer(at(noon))
	s := sourceOf(t, server, nil)
	if published, err := s.Try(t.Context()); err != nil || !published || server.MetricsAsked() != 1 {
		t.Errorf("published %t, %v, %d metrics asked for", published, err, server.MetricsAsked())
	}
	server.Fault = func(op string, _ int, _ *http.Request) *mskfake.Fault {
		if op == "GetMetricData" {
			return mskfake.Denied("cloudwatch:GetMetricData")
		}
		return nil
	}
	if _, err := s.Try(t.Context()); awsconf.KindOf(err) != awsconf.Denied {
		t.Errorf("got %v, want that it is denied", err)
	}
	server.Fault, server.Metrics = nil, nil
	if published, err := s.Try(t.Context()); err != nil || published {
		t.Errorf("published %t, %v, want nothing published", published, err)
	}
}
