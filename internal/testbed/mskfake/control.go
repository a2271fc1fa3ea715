package mskfake

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Cluster is one cluster in the control plane.
type Cluster struct {
	// Info is the answer of DescribeClusterV2, in the API's own names.
	Info map[string]any
	// Brokers is how many nodes are listed, Bootstrap the answer of GetBootstrapBrokers, Secrets the SCRAM users.
	Brokers   int
	Bootstrap map[string]string
	Secrets   int
	// Unlisted clusters are described, but not in the list; Gone ones are listed, and not there when they are described.
	Unlisted, Gone bool
}

// ARN returns the cluster's ARN.
func (c *Cluster) ARN() string { return c.Info["clusterArn"].(string) }

// Name returns the cluster's name.
func (c *Cluster) Name() string { return c.Info["clusterName"].(string) }

// Provisioned returns an active cluster in us-east-1: size is like "kafka.m5.large".
func Provisioned(name, size string, brokers int) *Cluster {
	subnets := []string{"subnet-a", "subnet-b", "subnet-c"}
	return &Cluster{
		Brokers: brokers,
		Bootstrap: map[string]string{
			"bootstrapBrokerStringTls":     fmt.Sprintf("b-1.%s.kafka.us-east-1.amazonaws.com:9094,b-2.%s.kafka.us-east-1.amazonaws.com:9094", name, name),
			"bootstrapBrokerStringSaslIam": fmt.Sprintf("b-1.%s.kafka.us-east-1.amazonaws.com:9098", name),
		},
		Info: map[string]any{
			"clusterArn": arnOf(name), "clusterName": name, "clusterType": "PROVISIONED", "state": "ACTIVE",
			"creationTime": "2026-01-02T03:04:05Z",
			"tags":         map[string]string{},
			"provisioned": map[string]any{
				"numberOfBrokerNodes": brokers, "enhancedMonitoring": "DEFAULT", "storageMode": "LOCAL",
				"brokerNodeGroupInfo": map[string]any{
					"instanceType": size, "clientSubnets": subnets, "zoneIds": []string{"use1-az1", "use1-az2", "use1-az3"},
					"storageInfo": map[string]any{"ebsStorageInfo": map[string]any{"volumeSize": 1000}},
				},
				"currentBrokerSoftwareInfo": map[string]any{"kafkaVersion": "3.8.x"},
				"clientAuthentication": map[string]any{"sasl": map[string]any{"iam": map[string]any{"enabled": true}},
					"unauthenticated": map[string]any{"enabled": false}},
				"encryptionInfo": map[string]any{"encryptionInTransit": map[string]any{"clientBroker": "TLS",
					"inCluster": true}},
			},
		},
	}
}

// Serverless returns an active Serverless cluster in us-east-1.
func Serverless(name string) *Cluster {
	return &Cluster{
		Bootstrap: map[string]string{"bootstrapBrokerStringSaslIam": "boot-abc.c1.kafka-serverless.us-east-1.amazonaws.com:9098"},
		Info: map[string]any{
			"clusterArn": arnOf(name), "clusterName": name, "clusterType": "SERVERLESS", "state": "ACTIVE",
			"creationTime": "2026-01-02T03:04:05Z",
			"tags":         map[string]string{},
			"serverless": map[string]any{
				"vpcConfigs":           []any{map[string]any{"subnetIds": []string{"subnet-a", "subnet-b", "subnet-c"}}},
				"clientAuthentication": map[string]any{"sasl": map[string]any{"iam": map[string]any{"enabled": true}}},
			},
		},
	}
}

func arnOf(name string) string {
	return "arn:aws:kafka:us-east-1:123456789012:cluster/" + name + "/11111111-2222-3333-4444-555555555555-1"
}

// Set changes part of the description: Set("provisioned.enhancedMonitoring", "PER_BROKER").
func (c *Cluster) Set(path string, value any) *Cluster {
	at := c.Info
	keys := strings.Split(path, ".")
	for _, k := range keys[:len(keys)-1] {
		next, ok := at[k].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[k] = next
		}
		at = next
	}
	at[keys[len(keys)-1]] = value
	return c
}

// control is one call to the control plane.
type control struct {
	operation, arn, revision string
}

func controlOf(r *http.Request) control {
	segments := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	for i := range segments {
		segments[i], _ = url.PathUnescape(segments[i]) // a bad path matches nothing
	}
	at := func(i int) string {
		if i < len(segments) {
			return segments[i]
		}
		return ""
	}
	switch {
	case r.Method != http.MethodGet:
		return control{operation: "Refused" + r.Method}
	case at(0) == "api" && len(segments) == 3:
		return control{operation: "ListClustersV2"}
	case at(0) == "api":
		return control{operation: "DescribeClusterV2", arn: at(3)}
	case at(1) == "configurations" && at(3) == "revisions":
		return control{operation: "DescribeConfigurationRevision", arn: at(2), revision: at(4)}
	}
	switch at(3) {
	case "nodes":
		return control{operation: "ListNodes", arn: at(2)}
	case "bootstrap-brokers":
		return control{operation: "GetBootstrapBrokers", arn: at(2)}
	case "scram-secrets":
		return control{operation: "ListScramSecrets", arn: at(2)}
	}
	return control{}
}

func (s *Server) answerControl(w http.ResponseWriter, r *http.Request, c control) {
	switch c.operation {
	case "ListClustersV2":
		s.listClusters(w, r)
		return
	case "DescribeConfigurationRevision":
		text, ok := s.Configurations[c.arn+"/"+c.revision]
		if !ok {
			refuseJSON(w, &Fault{http.StatusNotFound, "NotFoundException", "no such configuration"})
			return
		}
		revision, _ := strconv.Atoi(c.revision)
		writeJSON(w, map[string]any{"arn": c.arn, "revision": revision,
			"serverProperties": base64.StdEncoding.EncodeToString([]byte(text))})
		return
	}
	cluster := s.cluster(c.arn)
	if cluster == nil || cluster.Gone {
		refuseJSON(w, &Fault{http.StatusNotFound, "NotFoundException", "the cluster does not exist"})
		return
	}
	switch c.operation {
	case "DescribeClusterV2":
		writeJSON(w, map[string]any{"clusterInfo": cluster.Info})
	case "GetBootstrapBrokers":
		writeJSON(w, cluster.Bootstrap)
	case "ListNodes":
		s.page(w, r, "nodeInfoList", nodes(cluster))
	case "ListScramSecrets":
		var secrets []any
		for i := range cluster.Secrets {
			secrets = append(secrets, fmt.Sprintf("arn:aws:secretsmanager:us-east-1:123456789012:secret:AmazonMSK_%d", i))
		}
		s.page(w, r, "secretArnList", secrets)
	default:
		refuseJSON(w, &Fault{http.StatusForbidden, "ForbiddenException",
			"a call that could change something: " + r.Method + " " + r.URL.Path})
	}
}

func (s *Server) listClusters(w http.ResponseWriter, r *http.Request) {
	prefix, kind := r.URL.Query().Get("clusterNameFilter"), r.URL.Query().Get("clusterTypeFilter")
	var out []any
	for _, c := range s.Clusters {
		if !c.Unlisted && strings.HasPrefix(c.Name(), prefix) && (kind == "" || c.Info["clusterType"] == kind) {
			out = append(out, c.Info)
		}
	}
	s.page(w, r, "clusterInfoList", out)
}

func (s *Server) cluster(arn string) *Cluster {
	for _, c := range s.Clusters {
		if c.ARN() == arn {
			return c
		}
	}
	return nil
}

func nodes(c *Cluster) (out []any) {
	for id := 1; id <= c.Brokers; id++ {
		out = append(out, map[string]any{"nodeType": "BROKER", "brokerNodeInfo": map[string]any{
			"brokerId": id, "clientSubnet": fmt.Sprintf("subnet-%c", 'a'+(id-1)%3),
			"endpoints": []string{fmt.Sprintf("b-%d.%s.kafka.us-east-1.amazonaws.com", id, c.Name())},
		}})
	}
	return out
}

// page answers with the items that the request's token asks for.
func (s *Server) page(w http.ResponseWriter, r *http.Request, name string, items []any) {
	q := r.URL.Query()
	size, _ := strconv.Atoi(q.Get("maxResults"))
	if size == 0 {
		size = 10
	}
	if s.PageSize > 0 {
		size = min(size, s.PageSize)
	}
	start, _ := strconv.Atoi(q.Get("nextToken")) // the first page has none
	end := min(start+size, len(items))
	body := map[string]any{name: items[min(start, end):end]}
	if end < len(items) {
		body["nextToken"] = strconv.Itoa(end)
	}
	writeJSON(w, body)
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // a client that hung up needs no answer
}

func refuseJSON(w http.ResponseWriter, f *Fault) {
	w.Header().Set("X-Amzn-ErrorType", f.Code)
	w.WriteHeader(f.Status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": f.Message}) // as above
}
