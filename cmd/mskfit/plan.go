package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/daemon/kept"
	"github.com/mskfit/mskfit/internal/observe"
	planner "github.com/mskfit/mskfit/internal/plan"
	"github.com/mskfit/mskfit/internal/plan/folder"
	"github.com/mskfit/mskfit/internal/workload"
)

// planning is what the flags of mskfit plan say.
type planning struct {
	logging
	file, config, region, requirements, profile string
	option, out, diff                           string
	observe                                     observe.Plan
	kafka                                       *kafkaFlags
	overlay                                     overlayFlag
}

func newPlan() *cobra.Command {
	var p planning
	cmd := &cobra.Command{
		Use:   "plan {-f WORKLOAD.yaml | -b HOST:PORT,… | -c CONFIG.yaml --cluster NAME} --out DIR",
		Short: "Write the files to move to the chosen cluster: Terraform, topics, access, clients, runbook",
		Long: `Write what an engineer needs to move to the chosen cluster, or to another option that carries the workload, into a folder:

  main.tf           the cluster, for terraform apply
  topics.yaml       the topics, and what changes for each and why
  create-topics.sh  creates them with kafka-topics
  acls.md           Kafka ACLs, and the IAM policies that replace them
  clients.md        what each consumer group and producer must change, the riskiest first
  runbook.md        the order of the move, how long the copy takes and what it costs, checks before and after

The workload comes from a file (-f), from a live cluster that is observed for a while (-b), or from the history of mskfit run (-c).
Files are written all at once or not at all, and nothing else happens: no cluster is changed or created.

DIR must be new, empty, or hold an unedited earlier plan. --diff compares with an earlier plan instead, edits included,
and prints the differences; the exit code is 0 whether or not there are any.

` + overlayHelp,
		Example: `  mskfit plan -f ecommerce.yaml --out move
  mskfit plan -f ecommerce.yaml --option express:express.m7g.16xlarge --out move-to-express
  mskfit plan -b kafka:9092 --for 10m --region eu-central-1 --out move
  mskfit plan -c mskfit.yaml --cluster orders --out move
  mskfit plan -f ecommerce.yaml --diff move`,
		Args: cobra.NoArgs,
	}
	f := cmd.Flags()
	f.StringVarP(&p.file, "file", "f", "", "plan for the workload in `WORKLOAD.yaml`; - is stdin")
	f.StringVarP(&p.config, "config", "c", "", "plan on the history of mskfit run with `CONFIG.yaml`; needs --cluster")
	f.StringVar(&p.option, "option", "", "plan for `OPTION` instead of the choice: serverless, serverless_split, express:SIZE[:BROKERS], standard:SIZE[:BROKERS][:tiered]")
	f.StringVar(&p.out, "out", "", "write the plan to the folder `DIR`")
	f.StringVar(&p.diff, "diff", "", "compare with the plan in the folder `DIR`, and print the differences")
	f.DurationVar(&p.observe.For, "for", time.Minute, "observe a live cluster for `DURATION`")
	f.DurationVar(&p.observe.Interval, "interval", 0, "`DURATION` between sweeps (default: a twelfth of --for, 1s to 1m)")
	f.StringVar(&p.region, "region", "us-east-1", "AWS `REGION` of the new cluster, with -b")
	f.StringVarP(&p.requirements, "requirements", "r", "", "YAML `FILE` with what cannot be measured, with -b")
	f.StringVar(&p.profile, "sizing-profile", analyzer.DefaultOptions().Profile,
		"size by profile `NAME`: mskfit, aws-script or aws-guide")
	p.logging.addTo(cmd)
	p.overlay.addTo(cmd, "that of the configuration, or those in the default place")
	p.kafka = addKafka(cmd)
	f.Var((*spanFlag)(&p.kafka.backfill), "backfill", "`DURATION` of the time before to read back from a live cluster; 0 for none")
	complete(cmd, "sizing-profile", []string{"mskfit", "aws-script", "aws-guide"})
	completeRegions(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := errors.Join(p.check(), p.misplaced(cmd)); err != nil {
			return usage(err)
		}
		return p.run(cmd)
	}
	return cmd
}

// check reports flags that cannot work together, and a folder that cannot be written to, before anything is observed.
func (p *planning) check() error {
	errs := []error{p.logging.check()}
	sources := 0
	for _, given := range []bool{p.file != "", p.config != "", len(p.kafka.bootstrap) > 0} {
		if given {
			sources++
		}
	}
	if sources != 1 {
		errs = append(errs, errors.New("which workload? give one of -f WORKLOAD.yaml, -b HOST:PORT and -c CONFIG.yaml"))
	}
	if p.config != "" && p.kafka.cluster == "" {
		errs = append(errs, errors.New("plan: which cluster of the configuration? name it with --cluster"))
	}
	switch {
	case p.out == "" && p.diff == "":
		errs = append(errs, errors.New("plan: where to? name a folder with --out, or an earlier plan to compare with by --diff"))
	case p.out != "":
		errs = append(errs, inFlag("--out", folder.Check(p.out)))
	}
	if p.option != "" {
		_, err := planner.ParseOption(p.option)
		errs = append(errs, inFlag("--option", err))
	}
	return errors.Join(errs...)
}

// misplaced reports flags that would be ignored: a workload file and a configuration have their own region and requirements.
func (p *planning) misplaced(cmd *cobra.Command) error {
	if len(p.kafka.bootstrap) > 0 {
		return nil
	}
	var errs []error
	for _, name := range []string{"region", "requirements"} {
		if cmd.Flags().Changed(name) {
			errs = append(errs, fmt.Errorf("--%[1]s is for a live cluster (-b): with -f and -c write %[1]s in the file", name))
		}
	}
	return errors.Join(errs...)
}

func inFlag(flag string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", flag, err)
}

func (p *planning) run(cmd *cobra.Command) error {
	in, acls, err := p.source(cmd)
	if err != nil {
		return err
	}
	files, err := p.files(in, acls)
	if err != nil {
		return usage(err)
	}
	if p.diff != "" {
		text, err := folder.Diff(p.diff, files)
		if err != nil {
			return usage(inFlag("--diff", err))
		}
		if _, err := io.WriteString(cmd.OutOrStdout(), text); err != nil {
			return failed(err)
		}
	}
	if p.out == "" {
		return nil
	}
	if err := folder.Write(p.out, files); err != nil {
		return failed(err)
	}
	if !p.quiet {
		fmt.Fprintf(cmd.ErrOrStderr(), "wrote the plan to %s: begin with runbook.md\n", p.out)
	}
	return nil
}

// files plans for the wanted option. Where a partition of it carries less than the busiest one, topics get more partitions, and the
// option is decided on again with them.
func (p *planning) files(in analyzer.Input, acls []workload.ACL) ([]planner.File, error) {
	now := time.Now()
	v := analyzer.Analyze(in, now)
	wanted, err := planner.Chosen(v)
	if p.option != "" {
		wanted, err = planner.ParseOption(p.option)
	}
	if err != nil {
		return nil, err
	}
	var raised []analyzer.RaisedTopic
	if in.Workload, raised = analyzer.RaisePartitions(in, wanted.Kind); len(raised) > 0 {
		v = analyzer.Analyze(in, now)
	}
	option, err := planner.Find(v, wanted)
	if err != nil {
		return nil, err
	}
	return planner.Make(planner.Input{Input: in, Verdict: v, Option: option, Raised: raised, ACLs: acls})
}

// source reads the workload from where the flags say, and the ACLs from a live cluster; nil: not read.
func (p *planning) source(cmd *cobra.Command) (analyzer.Input, []workload.ACL, error) {
	switch {
	case p.config != "":
		in, err := p.fromHistory(cmd)
		return in, nil, err
	case p.file != "":
		c, err := p.overlay.open(cmd.ErrOrStderr(), p.quiet, "")
		if err == nil {
			err = oneOf("--sizing-profile", p.profile, profiles(c))
		}
		if err != nil {
			return analyzer.Input{}, nil, usage(err)
		}
		in, err := workloadInput(cmd.InOrStdin(), p.file, p.profile, c)
		if err != nil {
			return in, nil, usage(err)
		}
		return in, nil, nil
	}
	return p.fromCluster(cmd)
}

func (p *planning) fromHistory(cmd *cobra.Command) (analyzer.Input, error) {
	var in analyzer.Input
	cfg, err := loadConfig(p.config)
	if err != nil {
		return in, usage(err)
	}
	cat, err := p.overlay.open(cmd.ErrOrStderr(), p.quiet, cfg.Catalog.Overlay)
	if err == nil {
		err = oneOf("--sizing-profile", p.profile, profiles(cat))
	}
	if err != nil {
		return in, usage(err)
	}
	if cmd.Flags().Changed("sizing-profile") {
		cfg.Agent.Sizing.Profile = p.profile
	}
	log, _ := p.logging.open(cmd.ErrOrStderr())
	if cfg, err = kept.WithFound(cmd.Context(), cfg, currentVersion(), log); err != nil {
		return in, failed(err)
	}
	clusters, err := chosen(cfg, []string{p.kafka.cluster})
	if err != nil {
		return in, usage(err)
	}
	d := deciding{cfg: cfg.Placed(), clusters: clusters, cat: cat, log: log}
	in, err = d.input(cmd.Context(), clusters[0].Name)
	if err != nil {
		return in, failed(err)
	}
	return in, nil
}

// fromCluster observes a live cluster and reads its ACLs.
func (p *planning) fromCluster(cmd *cobra.Command) (analyzer.Input, []workload.ACL, error) {
	var in analyzer.Input
	c, err := p.overlay.open(cmd.ErrOrStderr(), p.quiet, "")
	if err != nil {
		return in, nil, usage(err)
	}
	in, err = observeInput(&output{logging: p.logging, profile: p.profile, table: "topics"}, c, p.region, p.requirements)
	p.observe.Backfill = p.kafka.backfill.Duration()
	cfg, kafkaErr := p.kafka.config()
	if err := errors.Join(kafkaErr, asFlags(p.observe.Validate()), err); err != nil {
		return in, nil, usage(err)
	}
	o := observation{cfg: cfg, plan: p.observe, in: in}
	o.log, o.line = p.logging.open(cmd.ErrOrStderr())
	return o.input(cmd)
}

// input observes the cluster and returns what a verdict on it depends on, with its ACLs; nil: they could not be read.
func (o observation) input(cmd *cobra.Command) (analyzer.Input, []workload.ACL, error) {
	src, err := kafka.New(o.cfg, o.log)
	if err != nil {
		return o.in, nil, usage(err)
	}
	defer src.Close()
	o.plan.Past = &readBack{cfg: o.cfg, log: o.log}
	r, err := observe.Run(cmd.Context(), src, o.plan, time.Now, func(p observe.Progress) { o.line.Show(p.String()) })
	o.line.Erase()
	switch {
	case err != nil:
		return o.in, nil, failed(err)
	case r.Interrupted:
		return o.in, nil, &codedError{code: exitInterrupted,
			err: errors.New("interrupted: no plan is written on half an observation")}
	}
	acls, err := src.ACLs(cmd.Context())
	if err != nil {
		o.log.Warn().Err(err).Msg("ACLs not readable: the plan lists none")
	}
	return observe.Input(r, o.in), acls, nil
}
