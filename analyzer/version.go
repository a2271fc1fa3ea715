package analyzer

import (
	"strconv"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
)

// version is a Kafka release, compared by its first two numbers: 3.9 and 3.9.1 are one release to MSK.
type version struct{ major, minor int }

// versionOf reads "3.9", "3.9.x", "4.0.1" or "2.8.2.tiered"; false where the first two parts are no numbers.
func versionOf(s string) (version, bool) {
	parts := strings.SplitN(s, ".", 3)
	if len(parts) < 2 {
		return version{}, false
	}
	major, err := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return version{major, minor}, err == nil && err2 == nil && major >= 0 && minor >= 0
}

func (v version) before(o version) bool {
	return v.major < o.major || v.major == o.major && v.minor < o.minor
}

// newest returns the newest version on offer that runs in the mode ("zookeeper", "kraft"; empty: any).
func newest(offered []catalog.KafkaVersion, mode string) (string, bool) {
	best, name, found := version{}, "", false
	for _, o := range offered {
		v, ok := versionOf(o.Version)
		if !ok || mode != "" && !contains(o.Modes, mode) {
			continue
		}
		if !found || best.before(v) {
			best, name, found = v, o.Version, true
		}
	}
	return name, found
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}
