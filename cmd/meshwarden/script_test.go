package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"meshwarden": func() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the transcripts of testdata: what users type and what they see.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:         "testdata",
		WorkdirRoot: t.TempDir(),
		Cmds:        map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "occupy": occupy},
	})
}

// exits is `exits CODE PROGRAM ARGS...`: like exec, for a program that must exit with CODE.
func exits(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var failed *exec.ExitError
	switch {
	case err == nil && want != 0:
		ts.Fatalf("exit code 0, want %d", want)
	case err != nil && !errors.As(err, &failed):
		ts.Fatalf("%v", err)
	case failed != nil && failed.ExitCode() != want:
		ts.Fatalf("exit code %d, want %d", failed.ExitCode(), want)
	}
}

// occupy is `occupy NAME`: it sets $NAME to an address that somebody listens on, and says nothing.
func occupy(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 1 {
		ts.Fatalf("usage: occupy NAME")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	ts.Setenv(args[0], listener.Addr().String())
}
