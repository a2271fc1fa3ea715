package config

import "go.yaml.in/yaml/v3"

// Resembles reports whether a YAML file that is no workload is a configuration of the daemon: it names clusters to watch, or where
// the daemon keeps its data.
func Resembles(data []byte) bool {
	var top map[string]yaml.Node
	if yaml.Unmarshal(data, &top) != nil {
		return false
	}
	has := func(key string) bool { _, ok := top[key]; return ok }
	return !has("workload") && (has("clusters") || has("msk") || has("data_directory"))
}
