// Command bode is a municipality's service desk on WhatsApp.
//
// Output rules: what was asked for goes to standard output, everything else
// to standard error. An error says what is wrong, where, and what to do.
// Exit codes: 0 good, 1 faults found or the work failed, 2 wrong use.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // Europe/Amsterdam also where the system has no zone files

	"github.com/alecthomas/kong"
)

// The exit codes.
const (
	exitGood   = 0
	exitFaults = 1
	exitUse    = 2
)

// commands is the command line; each field is one subcommand in a file of its own.
type commands struct {
	Demo           demoCmd           `cmd:"" help:"Try the example flows: a phone in your browser beside the flow's picture. Needs nothing."`
	Chat           chatCmd           `cmd:"" help:"The same conversation in this terminal."`
	Serve          serveCmd          `cmd:"" help:"Run the service: webhooks, answers, erasure, metrics."`
	Check          checkCmd          `cmd:"" help:"Name every fault of a bundle of flows."`
	Test           testCmd           `cmd:"" help:"Play the dialogues that test a bundle, and tell what they do not visit."`
	Draw           drawCmd           `cmd:"" help:"Draw a flow as SVG or Mermaid."`
	Schema         schemaCmd         `cmd:"" help:"Print the JSON Schema of flow files, for completion in an editor."`
	Publish        publishCmd        `cmd:"" help:"Check a bundle, tell what it changes, and make it live."`
	Notify         notifyCmd         `cmd:"" help:"Notifications and notices: list, rehearse, approve, send, pause, report."`
	Templates      templatesCmd      `cmd:"" help:"Message templates: what the platform says of them, and asking its approval."`
	Notice         noticeCmd         `cmd:"" help:"Drafts of notices, from the feeds of others; for editors."`
	Close          closeCmd          `cmd:"" help:"Close the service for a while: everybody hears one fixed answer; STOP and crisis words go on working."`
	Open           openCmd           `cmd:"" help:"End bode close."`
	Accountability accountabilityCmd `cmd:"" help:"Write what the privacy officer needs: register, DPIA annex, retention, every text; or tell what changed."`
	Consent        consentCmd        `cmd:"" help:"Consents: take in, write out, end; for the privacy officer."`
	Resident       residentCmd       `cmd:"" help:"What is kept of somebody: show, export, erase; each look is in the audit trail."`
	Hold           holdCmd           `cmd:"" help:"Keep a conversation for a legal reason until a date, whatever is erased."`
	Audit          auditCmd          `cmd:"" help:"Print who looked at residents' data, and why."`
	Keys           keysCmd           `cmd:"" help:"Make and rotate the keys that residents' data is sealed with."`
	Purge          purgeCmd          `cmd:"" help:"Destroy what is past its time, count it first, or print the log of what was destroyed."`
	Backup         backupCmd         `cmd:"" help:"Write the data, and apart from it the residents' keys."`
	Restore        restoreCmd        `cmd:"" help:"Fill a new, empty database from a backup."`
	Migrate        migrateCmd        `cmd:"" help:"Bring the database to this version's schema."`
	Doctor         doctorCmd         `cmd:"" help:"Say in plain words what is wrong with an installation, and what to do."`
	Bench          benchCmd          `cmd:"" help:"Measure this machine: the service against anchors, each row with its target."`
	Health         healthCmd         `cmd:"" help:"Ask whether the bode serve of this machine is ready; for containers."`
	FakeWhatsapp   fakeWhatsappCmd   `cmd:"" name:"fake-whatsapp" help:"A strict stand-in for WhatsApp's servers, for trying an installation without Meta."`
}

// streams are where a command reads and writes; tests bring their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// failure is an error with the exit code it asks for.
type failure struct {
	code int
	err  error
}

func (f failure) Error() string { return f.err.Error() }
func (f failure) Unwrap() error { return f.err }

// errFaults ends a command that has already said what is wrong.
var errFaults = errors.New("faults found")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run is main as a value a test can call.
func run(ctx context.Context, args []string, std streams) int {
	var cli commands
	left := -1 // kong "exits" after --help
	parser, err := commandLine(&cli, kong.Writers(std.out, std.err), kong.Exit(func(code int) { left = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(std), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(std.err, "bode:", err)
		return exitUse
	}
	parsed, err := parser.Parse(args)
	if left >= 0 {
		return left
	}
	if err != nil {
		fmt.Fprintf(std.err, "bode: %v. See: bode --help\n", err)
		return exitUse
	}
	return exitCode(parsed.Run(), std)
}

// commandLine is the parser of what an operator types.
func commandLine(cli *commands, more ...kong.Option) (*kong.Kong, error) {
	return kong.New(cli, append([]kong.Option{kong.Name("bode"),
		kong.Description("Bode, de stadsbode: a municipality's service desk on WhatsApp.\n\nStart with: bode demo"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"benchParts": benchNames(), "benchRounds": fmt.Sprint(fullBench.rounds)}}, more...)...)
}

func exitCode(err error, std streams) int {
	if err == nil {
		return exitGood
	}
	if !errors.Is(err, errFaults) {
		fmt.Fprintln(std.err, "bode:", err)
	}
	if f := (failure{}); errors.As(err, &f) {
		return f.code
	}
	return exitFaults
}
