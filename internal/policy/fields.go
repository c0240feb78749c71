package policy

import (
	"strconv"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// field is one documented leaf of input: how it is built, and how it stands in a cache key. Open-ended
// objects take only what the shape selects.
type field struct {
	path string
	term func(in *Input, s *shape) *ast.Term
	key  func(b []byte, in *Input, s *shape) []byte
}

const fieldCount = 45

// inputFields lists input in the order of docs/input.md.
var inputFields = [fieldCount]field{
	{"version", versionTerm, noKey},
	text("request.method", func(in *Input) string { return in.Request.Method }),
	text("request.scheme", func(in *Input) string { return in.Request.Scheme }),
	text("request.host", func(in *Input) string { return in.Request.Host }),
	text("request.path", func(in *Input) string { return in.Request.Path }),
	list("request.segments", func(in *Input) []string { return in.Request.Segments }),
	{"request.query", queryTerm, queryKey},
	{"request.headers", headersTerm, headersKey},
	integer("request.size", func(in *Input) int64 { return in.Request.Size }),
	{"request.body", bodyTerm, bodyKey},
	text("identity.kind", func(in *Input) string { return in.Identity.Kind }),
	text("identity.subject", func(in *Input) string { return in.Identity.Subject }),
	text("identity.tenant", func(in *Input) string { return in.Identity.Tenant }),
	list("identity.roles", func(in *Input) []string { return in.Identity.Roles }),
	list("identity.granted", func(in *Input) []string { return in.Identity.Granted }),
	list("identity.groups", func(in *Input) []string { return in.Identity.Groups }),
	list("identity.scopes", func(in *Input) []string { return in.Identity.Scopes }),
	{"identity.claims", claimsTerm, claimsKey},
	text("identity.key_id", func(in *Input) string { return in.Identity.KeyID }),
	list("identity.amr", func(in *Input) []string { return in.Identity.AMR }),
	text("identity.acr", func(in *Input) string { return in.Identity.ACR }),
	integer("identity.auth_time", func(in *Input) int64 { return nanoseconds(in.Identity.AuthTime) }),
	text("source.ip", func(in *Input) string { return in.Source.IP }),
	text("source.principal", func(in *Input) string { return in.Source.Principal }),
	list("source.threats", func(in *Input) []string { return in.Source.Threats }),
	boolean("source.device_trusted", func(in *Input) bool { return in.Source.DeviceTrusted }),
	integer("source.risk", func(in *Input) int64 { return in.Source.Risk }),
	text("route.name", func(in *Input) string { return in.Route.Name }),
	text("route.classification", func(in *Input) string { return in.Route.Classification }),
	boolean("route.anonymous", func(in *Input) bool { return in.Route.Anonymous }),
	text("route.permission", func(in *Input) string { return in.Route.Permission }),
	texts("route.extensions", func(in *Input) map[string]string { return in.Route.Extensions }, func(s *shape) *selection { return &s.extras }),
	text("route.resource", func(in *Input) string { return in.Route.Resource }),
	texts("route.params", func(in *Input) map[string]string { return in.Route.Params }, func(s *shape) *selection { return &s.params }),
	boolean("route.owned", func(in *Input) bool { return in.Route.Owned }),
	{"route.accepts", acceptsTerm, acceptsKey},
	list("route.unmet", func(in *Input) []string { return in.Route.Unmet }),
	text("route.protocol", func(in *Input) string { return in.Route.Protocol }),
	text("llm.model", func(in *Input) string { return first(in.LLM.Models) }),
	list("llm.models", func(in *Input) []string { return in.LLM.Models }),
	list("tool.methods", func(in *Input) []string { return in.Tool.Methods }),
	list("tool.names", func(in *Input) []string { return in.Tool.Names }),
	{"tool.calls", callsTerm, callsKey},
	integer("time", func(in *Input) int64 { return nanoseconds(in.minute()) }),
	{"tenant", tenantTerm, noKey},
}

// minute is input.time: the request's time truncated to the minute.
func (in *Input) minute() time.Time { return in.Time.Truncate(time.Minute) }

func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// noKey is of fields whose value is fixed by the versions in the key.
func noKey(b []byte, _ *Input, _ *shape) []byte { return b }

func versionTerm(*Input, *shape) *ast.Term { return ast.InternedTerm(InputVersion) }

// tenantTerm stands for a missing tenant as an empty object, which matches nobody.
func tenantTerm(in *Input, _ *shape) *ast.Term {
	if in.Tenant == nil {
		return ast.InternedEmptyObject
	}
	return ast.NewTerm(in.Tenant.value)
}

func text(path string, get func(*Input) string) field {
	return field{
		path: path,
		term: func(in *Input, _ *shape) *ast.Term { return stringTerm(get(in)) },
		key:  func(b []byte, in *Input, _ *shape) []byte { return appendString(b, get(in)) },
	}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func list(path string, get func(*Input) []string) field {
	return field{
		path: path,
		term: func(in *Input, _ *shape) *ast.Term { return listTerm(get(in)) },
		key:  func(b []byte, in *Input, _ *shape) []byte { return appendList(b, get(in)) },
	}
}

func integer(path string, get func(*Input) int64) field {
	return field{
		path: path,
		term: func(in *Input, _ *shape) *ast.Term {
			return ast.NewTerm(ast.Number(strconv.FormatInt(get(in), 10)))
		},
		key: func(b []byte, in *Input, _ *shape) []byte {
			return appendString(b, strconv.FormatInt(get(in), 10))
		},
	}
}

func boolean(path string, get func(*Input) bool) field {
	return field{
		path: path,
		term: func(in *Input, _ *shape) *ast.Term { return ast.InternedTerm(get(in)) },
		key: func(b []byte, in *Input, _ *shape) []byte {
			return appendBool(b, get(in))
		},
	}
}
