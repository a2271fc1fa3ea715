package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

// maxClusterName is the longest name that MSK takes.
const maxClusterName = 64

// clustersOf names the clusters to create.
func clustersOf(in *Input) []cluster {
	name := clusterName(in.Workload.Cluster)
	if in.Option.Kind != verdict.ServerlessSplit {
		return []cluster{{Name: name, Label: "this"}}
	}
	var out []cluster
	for i, part := range in.Verdict.Split {
		suffix := fmt.Sprintf("-%d", i+1)
		out = append(out, cluster{Name: strings.TrimRight(name[:min(len(name), maxClusterName-len(suffix))], "-") + suffix,
			Label: fmt.Sprintf("part_%d", i+1), Topics: part.Topics})
	}
	return out
}

// clusterName makes a name that MSK takes: letters, digits and hyphens, a letter or digit first, at most 64.
func clusterName(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name := strings.TrimRight(b.String()[:min(b.Len(), maxClusterName)], "-")
	if name == "" {
		return "kafka"
	}
	return name
}

// authentication lists the methods of the target: those in use that it has, and IAM where none is left.
func authentication(in *Input) []string {
	var out []string
	for _, m := range inUse(in) {
		if slices.Contains(supported(in), m) {
			out = append(out, m)
		}
	}
	// Plain TLS is encryption without a name, which an unauthenticated listener needs as well.
	if len(out) == 0 || slices.Equal(out, []string{"tls"}) && !slices.Contains(supported(in), "tls") {
		out = append(out, "iam")
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// inUse are the methods that clients use: declared, or those that the listeners offer.
func inUse(in *Input) []string {
	methods := in.Requirements.Authentication
	if methods == nil && in.Workload.Posture != nil {
		methods = in.Workload.Posture.Authentication
	}
	return methods
}

func supported(in *Input) []string {
	switch in.Option.Kind {
	case verdict.Standard:
		return in.Catalog.Standard.Authentication
	case verdict.Express:
		return in.Catalog.Express.Authentication
	}
	return in.Catalog.Serverless.Authentication
}
