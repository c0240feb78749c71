package e2e

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/meshwarden/meshwarden/internal/envoyproc"
)

// step is one command of a document and what it says the command prints: lines that stand in its output in this order, with ... for
// whatever stands there.
type step struct {
	command string
	want    []string
}

// steps are the fenced blocks of a document: one of sh is a step of its own that prints nothing of interest, in one of console each
// line with a dollar is.
func steps(t *testing.T, document string) (blocks [][]step) {
	t.Helper()
	fence := regexp.MustCompile("(?ms)^```(sh|console)\n(.*?)^```$")
	for _, found := range fence.FindAllStringSubmatch(document, -1) {
		if found[1] == "sh" {
			blocks = append(blocks, []step{{command: found[2]}})
			continue
		}
		var block []step
		for line := range strings.Lines(found[2]) {
			line = strings.TrimSuffix(line, "\n")
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				block = append(block, step{command: command})
			} else {
				last := &block[len(block)-1]
				last.want = append(last.want, line)
			}
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// printed reports whether the output of a command is what the document says.
func (s step) printed(output string) bool {
	lines := strings.Split(output, "\n")
	for _, want := range s.want {
		parts := strings.Split(want, "...")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		pattern := regexp.MustCompile(`^` + strings.Join(parts, ".*") + `\s*$`)
		for len(lines) > 0 && !pattern.MatchString(lines[0]) {
			lines = lines[1:]
		}
		if len(lines) == 0 {
			return false
		}
		lines = lines[1:]
	}
	return true
}

// terminal is a shell that runs one command after the other.
type terminal struct {
	in  io.Writer
	out *bufio.Reader
}

func newTerminal(t *testing.T, dir string, environment ...string) *terminal {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), environment...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	return &terminal{in: in, out: bufio.NewReader(out)}
}

// run returns what a command prints, its errors among it.
func (c *terminal) run(t *testing.T, command string) string {
	t.Helper()
	const end = "-- the command has ended --"
	if _, err := fmt.Fprintf(c.in, "{ %s\n} </dev/null 2>&1; echo; echo '%s'\n", command, end); err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	var b strings.Builder
	for {
		line, err := c.out.ReadString('\n')
		if strings.TrimSuffix(line, "\n") == end {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%s: the shell has ended: %v\n%s", command, err, b.String())
		}
		b.WriteString(strings.ReplaceAll(line, "\r", ""))
	}
}

// freePort is one that nobody listens on, below those that the kernel gives out.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(20_000 + rand.IntN(12_000))
		if listener, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			_ = listener.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// TestWhatTheDocumentsSayToTry runs docs/try.md as a reader would, but for the addresses, which are free ones here. What comes after a
// pause is tried again from there until it is as the document says: no pause is long enough for every machine.
func TestWhatTheDocumentsSayToTry(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../docs/try.md")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	examples, err := filepath.Abs("../examples")
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"bin": bin, "examples": examples} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	envoy, err := envoyproc.Find("")
	if err != nil {
		t.Fatal(err)
	}
	document := string(raw)
	for _, port := range []string{"10000", "10443", "9004"} {
		document = strings.ReplaceAll(document, ":"+port, ":"+freePort(t))
	}
	shell, commands, started := newTerminal(t, root, "ENVOY="+envoy), 0, false
	for _, block := range steps(t, document) {
		if line := block[0].command; strings.HasPrefix(line, "meshwarden up ") {
			started = true
			ready := filepath.Join(t.TempDir(), "ready.json")
			var g gateway
			server := start(t, "meshwarden up", "bash", "-c", fmt.Sprintf("cd %s/demo && ENVOY=%s exec %s/bin/%s --ready-file %s", root, envoy, root, strings.TrimSpace(line), ready))
			server.awaitReady(t, ready, &g)
			// The port of this server's own, not the default one, which another may have.
			shell.run(t, `meshwarden() { if [ "$1" = shadow ]; then command meshwarden "$@" --admin `+g.Admin+`; else command meshwarden "$@"; fi; }`)
			continue
		}
		commands += len(block)
		runBlock(t, shell, block)
	}
	if !started || commands < 60 {
		t.Errorf("%d commands were run", commands)
	}
}

// runBlock runs the commands of a block, those from its first pause on until all are as they should be.
func runBlock(t *testing.T, shell *terminal, block []step) {
	t.Helper()
	again := -1
	for deadline, i := time.Now().Add(patience), 0; i < len(block); i++ {
		s := block[i]
		if strings.HasPrefix(s.command, "sleep ") && again < 0 {
			again = i
		}
		output := shell.run(t, s.command)
		switch {
		case s.printed(output):
		case again >= 0 && time.Now().Before(deadline):
			i = again - 1
		default:
			t.Fatalf("$ %s\n%s\nthe document says:\n%s", s.command, output, strings.Join(s.want, "\n"))
		}
	}
}
