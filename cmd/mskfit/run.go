package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon"
)

func newRun() *cobra.Command {
	var file, shard string
	var once bool
	var l logging
	cmd := &cobra.Command{
		Use:   "run -c CONFIG.yaml",
		Short: "Watch clusters as a daemon: history, verdicts, alerts, reports",
		Long: `Watch the clusters of a configuration file until stopped: collect every minute, decide and look for
drift every quarter of an hour, report every week, and serve metrics and verdicts on web.listen.

SIGTERM ends it within ten seconds with exit code 0, Ctrl-C with 130. SIGHUP reads the file again: a bad file changes
nothing and is reported in the log, in /healthz and in mskfit_config_last_reload_successful; a good one starts and stops
clusters as needed, and unchanged clusters continue without losing a window. MSK clusters that an msk line finds join
and leave in the same way.

Several processes share the clusters when they have one ledger in PostgreSQL (ledger.postgres_url_file) and one external
history (history.external): each cluster is watched by one of them, and within about a minute by another one should that
one fail.`,
		Example: `  mskfit check -c mskfit.yaml && mskfit run -c mskfit.yaml
  mskfit run -c mskfit.yaml --once               # everything once: for a scheduler of your own`,
		Args: cobra.NoArgs,
	}
	addConfig(cmd, &file)
	cmd.Flags().BoolVar(&once, "once", false, "collect, decide and report once, then exit; 1 when anything failed")
	cmd.Flags().StringVar(&shard, "shard", "", "")
	_ = cmd.Flags().MarkHidden("shard") // it is there to say what to do instead
	l.addTo(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var shardErr error
		if cmd.Flags().Changed("shard") {
			shardErr = errShard
		}
		cfg, err := loadConfig(file)
		if err := errors.Join(l.check(), shardErr, err); err != nil {
			return usage(err)
		}
		l.configured(cmd, cfg.Log)
		daemon.LimitHeap()
		log, line := l.open(cmd.ErrOrStderr())
		d, err := daemon.Open(cmd.Context(), cfg,
			daemon.Options{Version: currentVersion(), File: file, Quiet: once, Line: line, Log: log})
		if err != nil {
			return failed(err)
		}
		return work(cmd.Context(), d, once, log)
	}
	return cmd
}

// errShard says what --shard was replaced by.
var errShard = errors.New("--shard was removed: start every process without it, on one PostgreSQL (ledger.postgres_url_file) and one " +
	"external history (history.external); they share the clusters and take over from one that fails")

// addConfig gives a command the flag that names the configuration file.
func addConfig(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVarP(file, "config", "c", "",
		"the configuration `FILE` (configs/mskfit.yaml shows every key), or env:NAME for an environment variable")
}

func loadConfig(file string) (config.Config, error) {
	if file == "" {
		return config.Config{}, errors.New("which configuration? pass its file with -c CONFIG.yaml; configs/mskfit.yaml shows every key")
	}
	return config.Load(file)
}

// configured takes over what the file says of the log, where no flag says otherwise.
func (l *logging) configured(cmd *cobra.Command, c config.Log) {
	if !cmd.Flags().Changed("log-level") {
		l.level = c.Level
	}
	if !cmd.Flags().Changed("log-format") {
		l.style = c.Format
	}
}

// stopWithin is how long the daemon may take to end. What still runs then is cut off: the history and the ledger stand that, and
// whoever stopped it does not wait for longer.
const stopWithin = 9500 * time.Millisecond

// work runs the daemon until ctx is done, closes it and turns the outcome into an exit code.
func work(ctx context.Context, d *daemon.Daemon, once bool, log zerolog.Logger) error {
	ended := make(chan error, 1)
	go func() { ended <- workAndClose(ctx, d, once, log) }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		select {
		case err = <-ended:
		case <-time.After(stopWithin):
			err = fmt.Errorf("what was still running was stopped after %s", stopWithin)
		}
	}
	switch {
	case ctx.Err() != nil && byCtrlC(ctx):
		return &codedError{code: exitInterrupted, err: err}
	case err != nil:
		return failed(err)
	}
	return nil
}

func workAndClose(ctx context.Context, d *daemon.Daemon, once bool, log zerolog.Logger) error {
	var err error
	if once {
		err = d.Once(ctx)
	} else {
		reload, stop := hangups()
		defer stop()
		err = d.Run(ctx, reload)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil // it was asked to stop, and did
	}
	err = errors.Join(err, d.Close())
	log.Info().AnErr("error", err).Msg("mskfit stopped")
	return err
}

// hangups delivers SIGHUP; several that come close together are one.
func hangups() (<-chan struct{}, func()) {
	signals, out := make(chan os.Signal, 1), make(chan struct{}, 1)
	signal.Notify(signals, syscall.SIGHUP)
	go func() {
		for range signals {
			select {
			case out <- struct{}{}:
			default:
			}
		}
	}()
	return out, func() {
		signal.Stop(signals)
		close(signals)
	}
}
