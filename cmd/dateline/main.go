// Command dateline reads news agencies' feeds and keeps what they publish: every article once, its clean text, who
// wrote and licensed it, and how that is known.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"dateline/storage"
)

// version is in the User-Agent and in `dateline --version`.
const version = "0.1.0"

// Exit codes. They are a promise to scripts; README and every help text list them.
const (
	exitOK          = 0
	exitFailure     = 1 // wrong usage, wrong configuration, all else
	exitSome        = 3 // some feeds or pages failed, the rest is stored
	exitStore       = 4
	exitInterrupted = 130
)

const exitHelp = `
Exit status: 0 all went well; 1 wrong usage or configuration, or any other failure; 3 some feeds or pages
failed, the rest is stored; 4 the store can't be opened or is damaged; 130 interrupted.`

// commands are all subcommands, in the order of the help text; each lives in the file of its name.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.ingestCommand(),
		a.runCommand(),
		a.reprocessCommand(),
		a.exportCommand(),
		a.releaseCommand(),
		a.feedsCommand(),
		a.showCommand(),
		a.explainCommand(),
		a.forgetCommand(),
		a.extractCommand(),
		a.feedCommand(),
		a.configCommand(),
		a.dbCommand(),
		a.demoCommand(),
	}
}

func main() { os.Exit(dateline(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// dateline runs one command and gives its exit code. The first SIGINT or SIGTERM cancels the context; a second one
// ends the process at once.
func dateline(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // from then on a signal does what it does by default

	a := newApp(stdin, stdout, stderr)
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	return a.finish(ctx, err)
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "dateline",
		Short: "Read news agencies' feeds and keep what they publish",
		Long: `dateline reads news agencies' feeds and keeps what they publish: every article once, its clean text, who
wrote and licensed it, and how that is known. dateline demo shows the whole job without a network.
` + exitHelp,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	flags := root.PersistentFlags()
	flags.StringVar(&a.configPath, "config", "", "the configuration `file` (default: dateline.toml here, else in the user's configuration folder, else built in)")
	flags.StringVar(&a.dbPath, "db", "dateline.db", "the database `file`")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log every step")
	for _, c := range a.commands() {
		for _, c := range append(c.Commands(), c) {
			c.Long += "\n" + exitHelp
		}
		root.AddCommand(c)
	}
	return root
}

// exitError is an error with an exit code of its own.
type exitError struct {
	code int
	err  error // nil: everything was said already
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// finish says what went wrong, and gives the exit code.
func (a *app) finish(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		a.say("interrupted")
		return exitInterrupted
	}
	code := exitFailure
	var exit *exitError
	if errors.Is(err, storage.ErrDamaged) && !errors.As(err, &exit) { // found while it was read
		err = a.storeError(err)
	}
	if errors.As(err, &exit) {
		code = exit.code
		if exit.err == nil {
			return code
		}
	}
	a.fail(err)
	return code
}
