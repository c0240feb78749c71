package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/meshwarden/meshwarden/extauthz"
	"github.com/meshwarden/meshwarden/internal/policy"
)

// typedRequest is the request that the flags of explain describe.
type typedRequest struct {
	headers, claims         []string
	token, tenant, moment   string
	identity                policy.IdentityInput
	request                 extauthz.TypedRequest
	decisionLog, recordedID string
}

func newExplainCommand() *cobra.Command {
	var dir string
	var output outputFlag
	var typed typedRequest
	cmd := &cobra.Command{
		Use:   "explain [METHOD] URL",
		Short: "Say what would be decided about a request, and why",
		Long: `Say what a configuration directory decides about a request, and why: the rule that decided with file and line, the
values of all rules that took part, and the limits that would be charged. Nothing is served or counted.

The request is described by its method and URL and whoever sends it: a credential (--token, or a header), which is
verified, or a principal (--subject, --role, ...), which is taken as verified. Or it is one of a decision log, by
its request id: then METHOD and URL are left out.`,
		Example: `  meshwarden explain --config examples/quickstart --subject vera --role viewer POST http://acme.localhost/orders
  meshwarden explain --config examples/quickstart --token "$TOKEN" http://acme.localhost/orders
  meshwarden explain --config candidate --decision-log decisions.jsonl --request-id 1f7e2c0a-51c8-9d5e-8a5f-2f1c5a1a2b3c`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := require(cmd, "config"); err != nil {
				return err
			}
			if err := typed.read(args); err != nil {
				return usageError{err}
			}
			candidate, err := extauthz.LoadCandidate(dir)
			if err != nil {
				return err
			}
			e, err := typed.explain(cmd, candidate)
			if err != nil {
				return err
			}
			if output.json() {
				return printJSON(cmd.OutOrStdout(), e)
			}
			return printExplanation(cmd.OutOrStdout(), e)
		},
	}
	addConfigFlag(cmd, &dir, "configuration directory")
	output.add(cmd, "text", "json")
	flags := cmd.Flags()
	flags.StringArrayVarP(&typed.headers, "header", "H", nil, "a request header as NAME: VALUE; may be repeated")
	flags.StringVar(&typed.request.IP, "ip", "127.0.0.1", "the client's address")
	flags.StringVar(&typed.moment, "time", "", "when the request comes, as in 2026-11-25T09:00:00Z (default now)")
	flags.StringVar(&typed.token, "token", "", "a bearer token to verify")
	flags.StringVar(&typed.identity.Subject, "subject", "", "the principal's name, instead of a credential")
	flags.StringVar(&typed.tenant, "tenant", "", "the principal's tenant (default: the one that owns the host)")
	flags.StringArrayVar(&typed.identity.Roles, "role", nil, "a role of the principal; may be repeated")
	flags.StringArrayVar(&typed.identity.Groups, "group", nil, "a group; may be repeated")
	flags.StringArrayVar(&typed.identity.Scopes, "scope", nil, "a scope; may be repeated")
	flags.StringArrayVar(&typed.identity.AMR, "amr", nil, "an authentication method; may be repeated")
	flags.StringArrayVar(&typed.claims, "claim", nil, "a claim as NAME=VALUE; may be repeated")
	flags.StringVar(&typed.decisionLog, "decision-log", "", "file of decision records")
	flags.StringVar(&typed.recordedID, "request-id", "", "which request of --decision-log")
	return cmd
}

// read makes the request of what was typed.
func (t *typedRequest) read(args []string) error {
	if t.decisionLog != "" || t.recordedID != "" {
		if len(args) > 0 || t.decisionLog == "" || t.recordedID == "" {
			return errors.New("a recorded request needs --decision-log and --request-id, and neither METHOD nor URL")
		}
		return nil
	}
	switch len(args) {
	case 0:
		return errors.New("a URL is required")
	case 1:
		t.request.URL = args[0]
	default:
		t.request.Method, t.request.URL = args[0], args[1]
	}
	t.request.Headers = http.Header{}
	for _, h := range t.headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok || name == "" {
			return fmt.Errorf("--header is NAME: VALUE, not %q", h)
		}
		t.request.Headers.Add(name, strings.TrimSpace(value))
	}
	if t.moment != "" {
		var err error
		if t.request.Time, err = time.Parse(time.RFC3339, t.moment); err != nil {
			return fmt.Errorf("--time: %w", err)
		}
	}
	return t.principal()
}

func (t *typedRequest) principal() error {
	described := t.identity.Subject != "" || len(t.identity.Roles)+len(t.identity.Groups)+len(t.identity.Scopes)+len(t.identity.AMR)+len(t.claims) > 0
	if !described {
		if t.token != "" {
			t.request.Headers.Set("Authorization", "Bearer "+t.token)
		}
		return nil
	}
	if t.token != "" || t.identity.Subject == "" {
		return errors.New("a principal is described with --subject and without --token")
	}
	claims, err := parseClaims(t.claims)
	if err != nil {
		return err
	}
	if t.identity.Claims, err = policy.ClaimsValue(claims); err != nil {
		return fmt.Errorf("--claim: %w", err)
	}
	t.identity.Kind, t.identity.Tenant = policy.KindJWT, t.tenant
	t.request.Identity = &t.identity
	return nil
}

func (t *typedRequest) explain(cmd *cobra.Command, candidate *extauthz.Candidate) (*extauthz.Explanation, error) {
	if t.recordedID == "" {
		return candidate.Explain(cmd.Context(), t.request)
	}
	file, err := os.Open(t.decisionLog)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var found *extauthz.Line
	err = extauthz.ReadRecords(file, func(line *extauthz.Line) error {
		if line.RequestID == t.recordedID {
			found = line
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", t.decisionLog, err)
	case found == nil:
		return nil, fmt.Errorf("%s has no request %q", t.decisionLog, t.recordedID)
	}
	return candidate.ExplainRecord(cmd.Context(), found)
}

// maxFact bounds a value on the terminal, in bytes.
const maxFact = 120

func printExplanation(out io.Writer, e *extauthz.Explanation) error {
	verdict := "allowed"
	if !e.Allow {
		verdict = fmt.Sprintf("denied: %s (%d, %q)", e.Reason, e.Status, e.Message)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			fmt.Fprintf(table, "%s\t%s\n", name, oneLine(text))
		}
	}
	row("request", e.Method+" "+e.URL)
	row("tenant", e.Tenant)
	row("route", e.Route+spaced(e.Classification))
	row("principal", principalText(e))
	row("decision", verdict)
	row("rule", e.Rule)
	row("place", e.Place)
	row("error", e.Error)
	row("unknown", string(e.Unknown))
	row("charged to", strings.Join(e.Quotas, ", "))
	row("scanned by", e.Scan+spaced(e.Mode))
	if err := table.Flush(); err != nil {
		return err
	}
	if e.Source != "" {
		fmt.Fprintf(out, "\n    %s\n", strings.ReplaceAll(e.Source, "\n", "\n    "))
	}
	if len(e.Facts) > 0 {
		fmt.Fprintln(table, "\nRULE\tVALUE\tPLACE")
		for _, f := range e.Facts {
			fmt.Fprintf(table, "%s\t%s\t%s\n", strings.TrimPrefix(f.Rule, "meshwarden."), factText(&f), f.Place)
		}
	}
	return table.Flush()
}

func principalText(e *extauthz.Explanation) string {
	if e.Subject == "" {
		return e.Kind
	}
	text := fmt.Sprintf("%s of %s (%s)", e.Subject, e.SubjectTenant, e.Kind)
	if len(e.Roles) > 0 {
		text += " as " + strings.Join(e.Roles, ", ")
	}
	return text
}

func factText(f *policy.Fact) string {
	text := string(f.Value)
	switch {
	case f.Error != "":
		text = "error: " + f.Error
	case f.Value == nil:
		return "undefined"
	}
	if text = oneLine(text); len(text) > maxFact {
		text = text[:maxFact] + "..."
	}
	return text
}
