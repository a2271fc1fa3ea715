package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/verdict"
)

func newDecide() *cobra.Command {
	var file string
	var overlay overlayFlag
	cmd := &cobra.Command{
		Use:   "decide -f WORKLOAD.yaml",
		Short: "Decide for a workload described in a file; no cluster is needed",
		Long: `Decide which Amazon MSK cluster fits a workload described in a YAML file, at what price and why. It needs no cluster and
no network: quotas, sizes and prices are compiled in (see mskfit catalog). What the file does not contain stays unknown,
and the verdict says where that matters.

` + overlayHelp,
		Example: `  mskfit decide -f ecommerce.yaml
  mskfit decide -f ecommerce.yaml --sizing-profile aws-script --out ecommerce.html
  mskfit decide -f ecommerce.yaml --format json | jq .choice
  mskfit decide -f ecommerce.yaml --overlay our-contract.yaml
  mskfit decide -f game.yaml --require serverless || echo "no longer fits"
  generate-workload | mskfit decide -f -`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("decide %s: pass the workload file with -f %[1]s", args[0])
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "", "the `WORKLOAD.yaml` to decide for; - is stdin")
	overlay.addTo(cmd, "the default ones")
	out := addOutput(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := overlay.open(cmd.ErrOrStderr(), out.quiet, "")
		if err != nil {
			return usage(err)
		}
		v, err := decide(cmd.InOrStdin(), file, out, c, time.Now())
		if err != nil {
			return usage(err)
		}
		return out.print(cmd, answer{verdict: v})
	}
	return cmd
}

// decide reads the file and analyzes it. Its errors are all about what the user wrote.
func decide(stdin io.Reader, file string, out *output, c *catalog.Catalog, now time.Time) (verdict.Verdict, error) {
	if err := out.check(c); err != nil {
		return verdict.Verdict{}, err
	}
	in, err := workloadInput(stdin, file, out.profile, c)
	if err != nil {
		return verdict.Verdict{}, err
	}
	return analyzer.Analyze(in, now), nil
}

// workloadInput reads a workload file. Its errors are all about what the user wrote.
func workloadInput(stdin io.Reader, file, profile string, c *catalog.Catalog) (analyzer.Input, error) {
	in := analyzer.Input{Catalog: c, Options: analyzer.DefaultOptions()}
	in.Options.Profile = profile
	name, data, err := readInput(stdin, file)
	if err != nil {
		return in, err
	}
	if in.Workload, in.Requirements, err = workloadfile.Parse(name, data); err != nil && config.Resembles(data) {
		return in, fmt.Errorf("%s is a configuration of mskfit run, not a workload: check it with mskfit check -c %[1]s", name)
	} else if err != nil {
		return in, err
	}
	_, regionErr := c.Region(in.Workload.Region)
	if err := errors.Join(regionErr, analyzer.Validate(in)); err != nil {
		return in, fmt.Errorf("%s: %w", name, err)
	}
	return in, nil
}

// readInput reads a file or, for "-", stdin.
func readInput(stdin io.Reader, file string) (name string, data []byte, err error) {
	switch file {
	case "":
		return "", nil, errors.New("which workload? pass its file with -f WORKLOAD.yaml, or -f - for stdin")
	case "-":
		data, err = io.ReadAll(stdin)
		return "stdin", data, err
	}
	if data, err = os.ReadFile(file); err != nil {
		return "", nil, fmt.Errorf("read the workload: %w", err)
	}
	return file, data, nil
}
