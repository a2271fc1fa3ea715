// Command mskfit watches Kafka clusters and says which Amazon MSK cluster each one needs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// Exit codes, as section "Exit status" of the README fixes them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitUnmet       = 3
	exitInterrupted = 130
)

func main() {
	ctx, stop := untilSignal()
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program but for the process: tests drive it with their own streams.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	var coded *codedError
	if !errors.As(err, &coded) {
		coded = &codedError{code: exitUsage, err: err} // cobra's own errors are about usage
	}
	if coded.err != nil {
		complain(stderr, coded.err)
	}
	return coded.code
}

// codedError carries the exit code of a failure; a nil err says nothing on stderr.
type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *codedError) Unwrap() error { return e.err }

func failed(err error) error { return &codedError{code: exitFailed, err: err} }
func usage(err error) error  { return &codedError{code: exitUsage, err: err} }

func newRoot(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:           "mskfit",
		Short:         "Which Amazon MSK cluster does this Kafka workload need, at what price and why",
		Version:       versionLine(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Version}}")
	root.SetOut(stdout)
	root.SetErr(stderr)
	describe(root)
	root.AddCommand(newDemo(), newObserve(), newDecide(), newRun(), newReport(), newPlan(), newCheck(), newAlert(),
		newPermissions(), newCatalog(), newHealthcheck(), newMan(), newVersion())
	return root
}
