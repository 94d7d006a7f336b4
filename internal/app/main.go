// Package app builds the program out of its parts, starts and stops it. It is
// the only package that knows everyone: who listens to which events, which
// interface is met by which store, is said here, in plain calls.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"kept/internal/config"
)

// commands is the command line. Every flag also reads KEPT_<FLAG>.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Run the program."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema up to date."`
	Doctor  doctorCommand  `cmd:"" help:"Check database, keys and schema."`
	Backup  backupCommand  `cmd:"" help:"Copy the database to a new file, while it is in use."`
	Restore restoreCommand `cmd:"" help:"Put a backup in the place of the database."`
	Version versionCommand `cmd:"" help:"Tell the version."`
	Rotate  struct {
		Master   rotateMaster   `cmd:"" help:"Turn the master key."`
		Business rotateBusiness `cmd:"" help:"Turn the key of a business."`
		Client   rotateClient   `cmd:"" help:"Turn the keys of a client."`
	} `cmd:"" help:"Turn keys, while the program runs."`
	Business struct {
		Create businessCreate `cmd:"" help:"Found a business."`
	} `cmd:"" help:"Businesses."`
	User struct {
		Create userCreate `cmd:"" help:"Add somebody who can sign in."`
	} `cmd:"" help:"Users."`
	Key struct {
		Create keyCreate `cmd:"" help:"Make an API key and print it."`
	} `cmd:"" help:"API keys."`
	Audit struct {
		Verify auditVerify `cmd:"" help:"Prove that the record of who did and saw what is as it was written."`
	} `cmd:"" help:"The record of who did and saw what."`
}

// stage is what every command gets.
type stage struct {
	ctx      context.Context //nolint:containedctx // the life of one command
	version  string
	out, err io.Writer
}

type serveCommand struct{ config.Serve }

type exit int

// Main runs the program and gives its exit status: 0, 1 for a failure, 2 for
// a wrong call.
func Main(ctx context.Context, version string, args []string, out, errOut io.Writer) (status int) {
	var c commands
	parser, err := kong.New(&c,
		kong.Name("kept"), kong.Description("Appointments that are kept."), kong.DefaultEnvars("KEPT"),
		kong.Writers(out, errOut), kong.Exit(func(code int) { panic(exit(code)) }),
	)
	if err != nil {
		fmt.Fprintln(errOut, "kept:", err)
		return 1
	}
	defer func() {
		if code, ok := recover().(exit); ok { // help was asked for
			status = int(code)
		}
	}()
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(errOut, "kept:", err)
		return 2
	}
	if err := chosen.Run(&stage{ctx: ctx, version: version, out: out, err: errOut}); err != nil {
		if !errors.Is(err, context.Canceled) {
			fmt.Fprintln(errOut, "kept:", strings.TrimPrefix(err.Error(), "kept: "))
		}
		return 1
	}
	return 0
}
