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
	return c.script("kafka-topics.sh", "org.apache.kafka.tools.TopicCommand")
}

// ACLCommand returns the path of a script that is the newest release's kafka-acls. On a SASL listener it logs in by PLAIN as
// "admin".
func (c *Cluster) ACLCommand() string {
	c.t.Helper()
	login := filepath.Join(c.dir, "admin.properties")
	text := fmt.Sprintf("security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"+
		"sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\" password=%q;\n",
		c.Options.Users["admin"])
	if err := os.WriteFile(login, []byte(text), 0o600); err != nil {
		c.t.Fatalf("write the login of kafka-acls: %v", err)
	}
	return c.script("kafka-acls", "org.apache.kafka.tools.AclCommand", "--command-config", login)
}

// script writes a script that runs a class of the release with the arguments and those of the caller.
func (c *Cluster) script(name, class string, args ...string) string {
	c.t.Helper()
	args = append(append(append([]string{"java", "-cp", c.classPath}, jvmFlags...), quiet, class), args...)
	for i, a := range args {
		args[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
	}
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, fmt.Appendf(nil, "#!/bin/sh\nexec %s \"$@\"\n", strings.Join(args, " ")), 0o755); err != nil {
		c.t.Fatalf("write %s: %v", name, err)
	}
	return path
}
