package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// TestMain lets the scripts run mskfit as a command of their own, in a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mskfit": main})
}

// TestScripts runs testdata/script, which reads as a manual of the commands: a file a subject.
func TestScripts(t *testing.T) {
	workloads, err := filepath.Abs("../../configs/workloads")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("WORKLOADS", workloads)
			env.Setenv("TZ", "UTC")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": cmdExits, "field": cmdField},
	})
}

// cmdExits runs a command that must end with the exit code: "exits 3 mskfit decide …". What it wrote is there for the
// script's commands stdout and stderr.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS…")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// cmdField reads a field of a JSON file: "field out.json choice.kind express"; list elements are numbers.
func cmdField(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: field FILE PATH VALUE")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	for _, key := range strings.Split(args[1], ".") {
		switch node := v.(type) {
		case map[string]any:
			v = node[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(node) {
				ts.Fatalf("%s has no element %s of %s", args[0], key, args[1])
			}
			v = node[i]
		default:
			v = nil
		}
	}
	if same := fmt.Sprint(v) == args[2]; same == neg {
		ts.Fatalf("%s of %s is %v, want %s", args[1], args[0], v, args[2])
	}
}
