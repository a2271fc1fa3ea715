package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/mskfit/mskfit/internal/permissions"
)

const permissionsHead = `# Permissions

The least that mskfit needs with every feature on. Generated; ` + "`mskfit permissions -c mskfit.yaml`" + ` prints the least for a configuration,
and ` + "`mskfit check -c mskfit.yaml`" + ` tries what is granted. What is not granted is a gap with its effect, not an error.

mskfit changes nothing in Kafka or MSK. The Kafka client refuses to send a request whose kind is not in the list at the end. In AWS it
writes only what you configure: an SNS alert target needs ` + "`sns:Publish`" + `, and ` + "`reports.s3`" + ` needs ` + "`s3:PutObject`" + ` and
` + "`s3:DeleteObject`" + ` on the reports.

`

const commandsHead = `# Commands

Generated from the commands' own help. stdout carries only the result; logs and progress go to stderr. Exit status: 0 done, 1 failed,
2 wrong usage or configuration, 3 done but ` + "`--require`" + ` is not met, 130 interrupted.
`

// The documents that are generated from the commands are up to date.
func TestGeneratedDocuments(t *testing.T) {
	var commands bytes.Buffer
	commands.WriteString(commandsHead)
	describeCommands(t, &commands, newRoot(io.Discard, io.Discard))
	for file, want := range map[string][]byte{
		"permissions.md": []byte(permissionsHead + "```\n" + strings.TrimSpace(string(permissions.Every().Text())) + "\n```\n"),
		"commands.md":    commands.Bytes(),
	} {
		path := "../../docs/" + file
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is out of date (error %v): run this test with -update and read the diff", path, err)
		}
	}
}

// describeCommands writes each command that people call, and those below it.
func describeCommands(t *testing.T, b *bytes.Buffer, cmd *cobra.Command) {
	t.Helper()
	cmd.DisableAutoGenTag = true
	if cmd.HasParent() {
		var text bytes.Buffer
		if err := doc.GenMarkdown(cmd, &text); err != nil {
			t.Fatal(err)
		}
		body, _, _ := strings.Cut(text.String(), "### SEE ALSO") // links to files that are not there
		b.WriteString("\n" + strings.TrimSpace(body) + "\n")
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			describeCommands(t, b, sub)
		}
	}
}
