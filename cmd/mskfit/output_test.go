package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/yamlfile"
	"github.com/mskfit/mskfit/verdict"
)

func TestCommonFlagsNameWhatIsKnown(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ args, want string }{
		{"--format=pdf", `--format "pdf" is not supported: use text, markdown, html, json or csv`},
		{"--require=kinesis", `--require "kinesis" is not supported: use serverless, serverless_split, standard, express or provisioned`},
		{"--sizing-profile=mine", `--sizing-profile "mine" is not supported: use aws-guide, aws-script or mskfit`},
		{"--log-level=loud", `--log-level "loud" is not supported: use debug, info, warn or error`},
		{"--log-format=xml", `--log-format "xml" is not supported: use console or json`},
		{"--format=json", ""},
	} {
		cmd := &cobra.Command{}
		out := addOutput(cmd)
		if err := cmd.ParseFlags([]string{test.args}); err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := out.check(c); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.args, got, test.want)
		}
	}
}

func TestFormatFollowsTheFile(t *testing.T) {
	for _, test := range []struct{ format, file, want, refused string }{
		{format: "", file: "", want: "text"},
		{format: "", file: "-", want: "text"},
		{format: "", file: "a", want: "text"},
		{format: "", file: "a.html", want: "html"},
		{format: "", file: "a.MD", want: "markdown"},
		{format: "", file: "a.json", want: "json"},
		{format: "", file: "a.csv", want: "csv"},
		{format: "json", file: "a.html", want: "json"},
		{format: "text", file: "a.out", want: "text"},
		{format: "", file: "a.out", refused: "mskfit writes no .out files: name it .txt, .md, .html, .json or .csv, or give --format"},
	} {
		o := output{logging: logging{level: "warn", style: "console"}, format: test.format, file: test.file, table: "topics"}
		err := o.check(nil)
		switch {
		case test.refused != "":
			if err == nil || !strings.Contains(err.Error(), test.refused) {
				t.Errorf("--format %q --out %q: %v, want %q", test.format, test.file, err, test.refused)
			}
		case err != nil || o.format != test.want:
			t.Errorf("--format %q --out %q: %q, %v, want %q", test.format, test.file, o.format, err, test.want)
		}
	}
}

func TestRequire(t *testing.T) {
	is := func(k verdict.Kind) verdict.Verdict {
		return verdict.Verdict{Cluster: "c", Choice: &verdict.Choice{Kind: k}}
	}
	for _, test := range []struct {
		require string
		v       verdict.Verdict
		met     bool
	}{
		{"", verdict.Verdict{}, true},
		{"serverless", is(verdict.Serverless), true},
		{"serverless", is(verdict.ServerlessSplit), false},
		{"serverless", is(verdict.Express), false},
		{"serverless", verdict.Verdict{}, false}, // undecided meets nothing
		{"provisioned", is(verdict.Express), true},
		{"provisioned", is(verdict.Standard), true},
		{"provisioned", is(verdict.Serverless), false},
		{"standard", is(verdict.Express), false},
	} {
		if err := unmet(test.require, test.v); (err == nil) != test.met {
			t.Errorf("--require %q of %+v: %v, want met %v", test.require, test.v.Choice, err, test.met)
		}
	}
}

func TestComplainListsEveryProblem(t *testing.T) {
	file := yamlfile.Problems{{File: "w.yaml", Line: 3, Column: 5, Field: "a", Message: "wrong"},
		{File: "w.yaml", Line: 9, Column: 1, Field: "b", Message: "worse"}}
	for _, test := range []struct {
		err  error
		want string
	}{
		{errors.New("x"), "mskfit: x\n"},
		{errors.Join(errors.New("x")), "mskfit: x\n"},
		{usage(file[:1]), "mskfit: w.yaml:3:5: a: wrong\n"},
		{usage(errors.Join(errors.New("x"), file)), "mskfit: 3 problems:\nx\nw.yaml:3:5: a: wrong\nw.yaml:9:1: b: worse\n"},
	} {
		var b bytes.Buffer
		complain(&b, test.err)
		if b.String() != test.want {
			t.Errorf("complain(%v) wrote %q, want %q", test.err, b.String(), test.want)
		}
	}
}

func TestLogIsAsLoudAsAsked(t *testing.T) {
	for _, test := range []struct {
		l    logging
		want string
	}{
		{logging{level: "info", style: "json"}, `{"level":"info"`},
		{logging{level: "info", style: "console", noColor: true}, "INF swept"},
		{logging{level: "warn", style: "json"}, ""},
		{logging{level: "info", style: "json", quiet: true}, ""},
	} {
		var b bytes.Buffer
		log, line := test.l.open(&b)
		log.Info().Msg("swept")
		line.Show("sweep 2 of 6")
		if got := b.String(); !strings.Contains(got, test.want) || (test.want == "") != (got == "") {
			t.Errorf("%+v wrote %q, want %q", test.l, got, test.want)
		}
		if strings.Contains(b.String(), "sweep 2") {
			t.Errorf("%+v drew progress on what is no terminal", test.l)
		}
	}
}
