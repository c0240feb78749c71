package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/internal/config"
	"github.com/meshwarden/meshwarden/internal/scan"
)

// maxScanBytes bounds one file, and one line of --jsonl; both are held in memory.
const maxScanBytes = 256 << 20

func newScanCommand() *cobra.Command {
	var defaults scanInput
	var direction, profile choiceFlag
	var output outputFlag
	var jsonl, explained bool
	var policyFile, tenant string
	cmd := &cobra.Command{
		Use:   "scan [FILE...]",
		Short: "Scan bodies for personal data, secrets and attacks",
		Long: `Scan files, or standard input, as bodies of requests or responses: personal data and secrets are
redacted, attacks blocked; what ordinary text is full of (names, addresses of people and of machines) is only
listed. With --policy a ScanPolicy says what happens, as if its mode were enforce. Exit code 0 means that the
scanning worked, whatever was found.

With --explain each finding is told in words: what it is, where it stands, why it was reported, and the bytes.

With --jsonl every input line is an object {"id", "text", "content_type"?, "direction"?, "profile"?} and is
answered, in order, by a line {"id", "verdict", "findings", "redacted"?}, or {"id", "error"}. Offsets are
bytes of the text.`,
		Example: `  meshwarden scan --content-type application/json body.json
  meshwarden scan --policy scanpolicies/guarded.yaml --direction response --output json answer.json
  meshwarden scan --explain body.json
  meshwarden scan --jsonl --direction response < bodies.jsonl`,
		RunE: func(cmd *cobra.Command, files []string) error {
			defaults.Direction, defaults.Profile, defaults.explain = direction.value, profile.value, explained
			if policyFile != "" && cmd.Flags().Changed("profile") {
				return usageError{errors.New("--profile stands beside --policy, which has one")}
			}
			if err := defaults.readPolicy(policyFile, tenant); err != nil {
				return err
			}
			run := scanFiles(output.json())
			if jsonl {
				run = scanLines
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			return errors.Join(run(defaults, cmd.InOrStdin(), files, out), out.Flush())
		},
	}
	cmd.Flags().StringVar(&defaults.ContentType, "content-type", "", "media type of the bodies (default: by what they look like)")
	direction.add(cmd, "direction", "what the bodies are of: ", "request", "response")
	profile.add(cmd, "profile", "what the bodies are for: ", profiles()...)
	cmd.Flags().StringVar(&policyFile, "policy", "", "YAML file of the ScanPolicy that decides")
	cmd.Flags().StringVar(&tenant, "tenant", "", "tenant whose tokens the policy makes")
	output.add(cmd, "text", "json")
	cmd.Flags().BoolVar(&explained, "explain", false, "say why, in words and with the bytes marked")
	cmd.Flags().BoolVar(&jsonl, "jsonl", false, "read and write one JSON object a line")
	return cmd
}

// scanInput is one body, and with an empty ID and Text the defaults for bodies.
type scanInput struct {
	ID          json.RawMessage `json:"id"`
	Text        *string         `json:"text"`
	ContentType string          `json:"content_type"`
	Direction   string          `json:"direction"`
	Profile     string          `json:"profile"`

	policy  *scan.Policy // nil without --policy
	explain bool
}

// readPolicy reads what --policy names for a tenant.
func (in *scanInput) readPolicy(file, tenant string) error {
	if file == "" {
		return nil
	}
	policy, problems := config.ReadScanPolicy(file)
	if len(problems) > 0 {
		lines := make([]string, len(problems))
		for i, p := range problems {
			lines[i] = p.String()
		}
		return errors.New(strings.Join(lines, "\n"))
	}
	if policy.Mode == scan.Shadow {
		policy.Mode = scan.Enforce
	}
	in.policy, in.Profile = policy.ForTenant(tenant), policy.Profile
	return nil
}

func (in *scanInput) check() error {
	if in.Direction != "request" && in.Direction != "response" {
		return fmt.Errorf("direction is request or response, not %q", in.Direction)
	}
	if !slices.Contains(scan.Profiles(), in.Profile) {
		return fmt.Errorf("profile is %s, not %q", oneOf(profiles()), in.Profile)
	}
	return nil
}

// profiles are those of the scanner, its default first.
func profiles() []string {
	others := slices.DeleteFunc(scan.Profiles(), func(p string) bool { return p == scan.DefaultProfile })
	return append([]string{scan.DefaultProfile}, others...)
}

// scanOutput is the judgement of one body.
type scanOutput struct {
	ID       any           `json:"id"`
	Verdict  string        `json:"verdict"`
	Findings []scanFinding `json:"findings"`
	Dropped  int           `json:"dropped,omitempty"`
	Redacted *string       `json:"redacted,omitempty"`
}

type scanFinding struct {
	Type       string       `json:"type"`
	Subtype    string       `json:"subtype,omitempty"`
	Start      int          `json:"start"`
	End        int          `json:"end"`
	Confidence float64      `json:"confidence"`
	Severity   string       `json:"severity"`
	Rule       string       `json:"rule"`
	View       string       `json:"view"`
	Explain    *explanation `json:"explain,omitempty"` // with --explain
}

type scanFailure struct {
	ID    json.RawMessage `json:"id"`
	Error string          `json:"error"`
}

// asPolicy is the policy that an input is judged by: without one of its own, one that in both directions redacts sensitive
// data, lists the rest, and blocks all attacks.
func (in *scanInput) asPolicy() *scan.Policy {
	if in.policy != nil {
		own := *in.policy
		own.Profile = in.Profile
		return &own
	}
	side := scan.DirectionPolicy{MaxBytes: maxScanBytes, Actions: make(map[string]scan.Action), Default: scan.Log}
	for _, name := range scan.SensitiveTypes() {
		side.Actions[name] = scan.Redact
	}
	for _, name := range scan.AttackTypes() {
		side.Actions[name] = scan.Block
	}
	return &scan.Policy{Name: "scan", Profile: in.Profile, Request: side, Response: side}
}

// judge scans one body. Inputs have passed check.
func (in *scanInput) judge(scanner *scan.Scanner, id any, body []byte) scanOutput {
	direction := scan.Request
	if in.Direction == "response" {
		direction = scan.Response
	}
	policy := in.asPolicy()
	scanner.Explain(in.explain)
	scanner.Reset(policy, direction, in.ContentType)
	scanner.Write(body)
	result := scanner.Finish()
	out := scanOutput{ID: id, Verdict: result.Verdict.String(), Findings: []scanFinding{}, Dropped: result.Dropped}
	for i := range result.Findings {
		f := &result.Findings[i]
		found := scanFinding{
			Type: f.Type, Subtype: f.Subtype, Start: f.Start, End: f.End, Confidence: rounded(f.Confidence),
			Severity: f.Severity.String(), Rule: f.Rule, View: f.View,
		}
		if in.explain {
			found.Explain = explain(f, policy, direction, body)
		}
		out.Findings = append(out.Findings, found)
	}
	if redacted := policy.Redact(nil, body, direction, in.ContentType, result.Findings); !bytes.Equal(redacted, body) {
		text := string(redacted)
		out.Redacted = &text
	}
	return out
}

func rounded(confidence float32) float64 { return math.Round(float64(confidence)*100) / 100 }

// scanFiles returns what scans whole files, each answered by text or by a line of JSON.
func scanFiles(asJSON bool) func(scanInput, io.Reader, []string, *bufio.Writer) error {
	return func(in scanInput, stdin io.Reader, files []string, out *bufio.Writer) error {
		var scanner scan.Scanner
		return eachFile(stdin, files, func(name string, r io.Reader) error {
			body, err := io.ReadAll(io.LimitReader(r, maxScanBytes+1))
			if err != nil {
				return err
			}
			if len(body) > maxScanBytes {
				return fmt.Errorf("%s: longer than %d MiB", name, maxScanBytes>>20)
			}
			result := in.judge(&scanner, name, body)
			if asJSON {
				return printJSONLine(out, result)
			}
			if in.explain {
				return writeExplained(out, name, in.Profile, result)
			}
			return writeText(out, name, result)
		})
	}
}

func writeText(out io.Writer, name string, result scanOutput) error {
	for _, f := range result.Findings {
		if _, err := fmt.Fprintf(out, "%s: bytes %d to %d: %s (%s, confidence %.2f, rule %s, view %s)\n",
			name, f.Start, f.End, f.Type, f.Severity, f.Confidence, f.Rule, f.View); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "%s: %s\n", name, result.Verdict)
	return err
}

// scanLines answers each line of JSON with one of its own.
func scanLines(defaults scanInput, stdin io.Reader, files []string, out *bufio.Writer) error {
	var scanner scan.Scanner
	return eachFile(stdin, files, func(name string, r io.Reader) error {
		lines := bufio.NewScanner(r)
		lines.Buffer(make([]byte, 1<<16), maxScanBytes)
		for lines.Scan() {
			if len(bytes.TrimSpace(lines.Bytes())) == 0 {
				continue
			}
			if err := scanLine(defaults, &scanner, lines.Bytes(), out); err != nil {
				return err
			}
		}
		if err := lines.Err(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
}

func scanLine(in scanInput, scanner *scan.Scanner, line []byte, out *bufio.Writer) error {
	err := json.Unmarshal(line, &in)
	if err == nil && in.Text == nil {
		err = errors.New("text is missing")
	}
	if err == nil {
		err = in.check()
	}
	if err != nil {
		return printJSONLine(out, scanFailure{ID: in.ID, Error: err.Error()})
	}
	return printJSONLine(out, in.judge(scanner, in.ID, []byte(*in.Text)))
}

// eachFile calls f with each named file, or with standard input when there is none.
func eachFile(stdin io.Reader, files []string, f func(string, io.Reader) error) error {
	if len(files) == 0 {
		return f("-", stdin)
	}
	for _, name := range files {
		if err := oneFile(stdin, name, f); err != nil {
			return err
		}
	}
	return nil
}

func oneFile(stdin io.Reader, name string, f func(string, io.Reader) error) error {
	if name == "-" {
		return f(name, stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return f(name, file)
}
