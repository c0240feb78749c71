package decision

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/meshwarden/meshwarden/extauthz/internal/calls"
	"github.com/meshwarden/meshwarden/extauthz/internal/content"
	"github.com/meshwarden/meshwarden/internal/inputrules"
	"github.com/meshwarden/meshwarden/internal/policy"
	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// bodies is what a route makes of bodies, compiled.
type bodies struct {
	// needed says that the route's own settings read the body; required that there must be one.
	needed, required bool
	types            []string
	limit            int
	protocol         string
	llm, rpc         bool
	rules            *inputrules.Rules
	arguments        map[string]*inputrules.Rules
}

// jsonType is what bodies are where nothing else is said.
const jsonType = "application/json"

func newBodies(r *tenant.Route) (b bodies, err error) {
	b = bodies{needed: r.UnderstandsBody(), protocol: r.Protocol, llm: r.IsLLM(), rpc: r.IsJSONRPC(), types: []string{jsonType}}
	if r.Protocol == tenant.ProtocolOpenAI {
		// Speech and images are uploaded.
		b.types = append(b.types, "multipart/form-data")
	}
	if v := r.Validate; v != nil {
		b.required, b.limit = v.BodyRequired, v.MaxBody
		if len(v.ContentTypes) > 0 && r.Protocol == "" {
			b.types = v.ContentTypes
		}
		if b.rules, err = inputrules.Compile(v); err != nil {
			return b, fmt.Errorf("validate: %w", err)
		}
	}
	for name, schema := range r.ToolArguments {
		if b.arguments == nil {
			b.arguments = map[string]*inputrules.Rules{}
		}
		// What arguments may hold is for the schema alone.
		if b.arguments[name], err = inputrules.Compile(&tenant.Validate{Schema: schema, ControlCharacters: "allow"}); err != nil {
			return b, fmt.Errorf("tool_arguments: %s: %w", name, err)
		}
	}
	return b, nil
}

// takes reports whether the route takes bodies of a media type.
func (b *bodies) takes(media string) bool {
	return slices.Contains(b.types, media) || content.IsJSON(media) && slices.Contains(b.types, jsonType)
}

// sent is a request's body as far as it was read.
type sent struct {
	body   content.Body
	models []string
	tools  calls.Tools
}

// refusal is why a body is not taken: the reason, and words for the client that hold nothing of it.
type refusal struct {
	why  reason.Reason
	text string
}

// rule names this file's part in decisions.
const ruleInput = "validate"

// refuse makes the refusal the outcome.
func (out *Outcome) refuse(r *refusal) {
	out.Reason = r.why
	out.Decision = policy.Decision{Reason: r.why, Message: r.text, Rule: ruleInput, Audit: out.Decision.Audit}
}

// read decodes the body where the route or the policies need it, and finds what it calls.
func (a *asked) read(policies bool) *refusal {
	b := &a.route.bodies
	if !b.needed && !policies {
		return nil
	}
	if refused := a.readBody(b); refused != nil {
		return refused
	}
	switch {
	case b.rpc:
		tools, err := calls.Parse(&a.sent.body)
		if err != nil {
			return &refusal{reason.InputInvalid, "the body " + err.Error()}
		}
		a.sent.tools = *tools
	case b.llm:
		return a.readModels(b)
	}
	return nil
}

func (a *asked) readModels(b *bodies) *refusal {
	query, ok := a.target.Query()
	if !ok {
		return &refusal{why: reason.RequestMalformed}
	}
	var err error
	a.sent.models, err = calls.Models(b.protocol, calls.Asked{Method: a.request.Method, Segments: a.target.Segments(), Query: query}, &a.sent.body)
	if err != nil {
		return &refusal{reason.InputInvalid, "the request " + err.Error()}
	}
	return nil
}

// readBody decodes the body. One that did not come whole is never taken for a whole or an absent one.
func (a *asked) readBody(b *bodies) *refusal {
	r := a.request
	text, why := wholeBody(r)
	size := max(int64(len(text)), r.Size)
	switch {
	case why == reason.BodyTruncated, b.limit > 0 && size > int64(b.limit):
		return &refusal{why: reason.PayloadTooLarge}
	case why != reason.Allowed && !b.needed:
		return nil
	case why != reason.Allowed:
		return &refusal{why: why}
	case text == "" && r.Size > 0:
		return &refusal{why: reason.BodyUnavailable}
	case text == "" && b.required:
		return &refusal{reason.InputInvalid, "the body is required"}
	case text == "":
		return nil
	}
	contentType := header(r, "content-type")
	media := content.MediaType(contentType)
	encoding := header(r, "content-encoding")
	if b.needed && !b.takes(media) || encoding != "" && encoding != "identity" {
		return &refusal{reason.UnsupportedMediaType, content.ErrMediaType.Error()}
	}
	if media == "" {
		// Policies see that there is no body that they can read.
		return nil
	}
	var err error
	a.sent.body, err = content.Parse(contentType, text)
	switch {
	case errors.Is(err, content.ErrMediaType):
		return &refusal{reason.UnsupportedMediaType, err.Error()}
	case err != nil:
		return &refusal{reason.InputInvalid, "the body " + err.Error()}
	}
	return nil
}

// show puts what was read into the policies' input.
func (s *sent) show(in *policy.Input, needs reads) (err error) {
	in.LLM.Models, in.Tool.Methods, in.Tool.Names = s.models, s.tools.Methods, s.tools.Names
	if needs.body {
		if in.Request.Body, err = s.body.Value(); err != nil {
			return err
		}
	}
	if needs.calls && len(s.tools.Calls) > 0 {
		in.Tool.Calls, err = s.tools.Value()
	}
	return err
}

// validate checks what was read against the route's rules. It comes after the policies: who may not use a route does not learn
// what it takes.
func (a *asked) validate(ctx context.Context) *refusal {
	b := &a.route.bodies
	for _, call := range a.sent.tools.Calls {
		if rules := b.arguments[call.Name]; rules != nil && call.Name != "" {
			if err := rules.Body(ctx, arguments(call.Arguments)); err != nil {
				return invalid("arguments of "+call.Name+": ", err)
			}
		}
	}
	if b.rules == nil {
		return nil
	}
	query, ok := a.target.Query()
	if !ok {
		return &refusal{why: reason.RequestMalformed}
	}
	err := b.rules.Query(query)
	switch {
	case err != nil || !a.sent.body.Read:
	case a.sent.body.Form != nil:
		err = b.rules.Form(a.sent.body.Form)
	default:
		err = b.rules.Body(ctx, a.sent.body.JSON)
	}
	if err != nil {
		return invalid("", err)
	}
	return nil
}

// arguments of a tool that takes none may be left out (MCP).
func arguments(v any) any {
	if v == nil {
		return map[string]any{}
	}
	return v
}

func invalid(prefix string, err error) *refusal {
	var problem *inputrules.Invalid
	if errors.As(err, &problem) {
		return &refusal{reason.InputInvalid, prefix + problem.Error()}
	}
	return &refusal{why: reason.PolicyTimeout}
}
