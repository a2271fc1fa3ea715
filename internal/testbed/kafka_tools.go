package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// TopicCommand returns the path of a script that is the release's kafka-topics. It takes versions with kafka-tools: 3.9.1 and
// newer.
func (c *Cluster) TopicCommand() string {
	c.t.Helper()
	args := append(append([]string{"java", "-cp", c.classPath}, jvmFlags...), quiet, "org.apache.kafka.tools.TopicCommand")
	for i, a := range args {
		args[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
	}
	path := filepath.Join(c.dir, "kafka-topics.sh")
	if err := os.WriteFile(path, fmt.Appendf(nil, "#!/bin/sh\nexec %s \"$@\"\n", strings.Join(args, " ")), 0o755); err != nil {
		c.t.Fatalf("write kafka-topics: %v", err)
	}
	return path
}
