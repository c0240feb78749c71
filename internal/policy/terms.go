package policy

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// commonTerms are strings that most requests carry, and those that each of many tenants would have a term of its own for.
var commonTerms = func() map[string]*ast.Term {
	terms := map[string]*ast.Term{}
	for _, s := range []string{
		"", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "http", "https",
		KindAnonymous, KindJWT, KindAPIKey, "public", "internal", "confidential", "restricted",
		"viewer", "editor", "admin", "read", "write", "delete", "*", "pwd", "otp", "mfa", "hwk",
		"algorithm", "anonymous", "classification", "data", "deny", "expires", "grants", "hosts", "limit", "methods", "models", "name",
		"names", "per", "permission", "permissions", "prefixes", "quotas", "reaches", "refill", "roles", "routes", "scan_policies",
		"subjects", "tenant", "tier", "token_scopes", "tools", "upstream", "version", "window",
		"token_bucket", "sliding_window", "fixed_window", "1s", "1m", "1h", "24h",
	} {
		terms[s] = ast.StringTerm(s)
	}
	return terms
}()

func stringTerm(s string) *ast.Term {
	if t := commonTerms[s]; t != nil {
		return t
	}
	return ast.StringTerm(s)
}

func item(name string, value *ast.Term) [2]*ast.Term { return ast.Item(stringTerm(name), value) }

func listTerm(values []string) *ast.Term {
	if len(values) == 0 {
		return ast.InternedEmptyArray
	}
	terms := make([]*ast.Term, len(values))
	for i, v := range values {
		terms[i] = stringTerm(v)
	}
	return ast.ArrayTerm(terms...)
}

// appendString and appendList write values so that different sequences of values never give equal bytes.
func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendList(b []byte, values []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(values)))
	for _, v := range values {
		b = appendString(b, v)
	}
	return b
}

// headersTerm takes the first of headers with equal names, as headersKey does.
func headersTerm(in *Input, s *shape) *ast.Term {
	items := make([][2]*ast.Term, 0, len(in.Request.Headers))
	for i, h := range in.Request.Headers {
		if s.headers.has(h.Name) && !slices.ContainsFunc(in.Request.Headers[:i], func(e Header) bool { return e.Name == h.Name }) {
			items = append(items, [2]*ast.Term{ast.StringTerm(h.Name), ast.StringTerm(h.Value)})
		}
	}
	return ast.ObjectTerm(items...)
}

func headersKey(b []byte, in *Input, s *shape) []byte {
	if !s.headers.all {
		for _, name := range s.headers.names {
			b = appendHeader(b, in.Request.Headers, name)
		}
		return b
	}
	b = binary.AppendUvarint(b, uint64(len(in.Request.Headers)))
	for _, h := range in.Request.Headers {
		b = appendString(appendString(b, h.Name), h.Value)
	}
	return b
}

func appendHeader(b []byte, headers []Header, name string) []byte {
	for _, h := range headers {
		if h.Name == name {
			return appendString(appendBool(b, true), h.Value)
		}
	}
	return appendBool(b, false)
}

func queryTerm(in *Input, s *shape) *ast.Term {
	items := make([][2]*ast.Term, 0, len(in.Request.Query))
	for name, values := range in.Request.Query {
		if s.query.has(name) {
			items = append(items, [2]*ast.Term{ast.StringTerm(name), listTerm(values)})
		}
	}
	return ast.ObjectTerm(items...)
}

func queryKey(b []byte, in *Input, s *shape) []byte {
	names := s.query.names
	if s.query.all {
		names = slices.Sorted(maps.Keys(in.Request.Query))
		b = appendList(b, names)
	}
	for _, name := range names {
		values, ok := in.Request.Query[name]
		b = appendList(appendBool(b, ok), values)
	}
	return b
}

// texts is an open-ended object of strings, of which part tells what is read.
func texts(path string, get func(*Input) map[string]string, part func(*shape) *selection) field {
	return field{
		path: path,
		term: func(in *Input, s *shape) *ast.Term {
			items := make([][2]*ast.Term, 0, len(get(in)))
			for name, value := range get(in) {
				if part(s).has(name) {
					items = append(items, [2]*ast.Term{ast.StringTerm(name), ast.StringTerm(value)})
				}
			}
			return ast.ObjectTerm(items...)
		},
		key: func(b []byte, in *Input, s *shape) []byte {
			names := part(s).names
			if part(s).all {
				names = slices.Sorted(maps.Keys(get(in)))
				b = appendList(b, names)
			}
			for _, name := range names {
				value, ok := get(in)[name]
				b = appendString(appendBool(b, ok), value)
			}
			return b
		},
	}
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

func claimsTerm(in *Input, _ *shape) *ast.Term {
	if in.Identity.Claims == nil {
		return ast.InternedEmptyObject
	}
	return ast.NewTerm(in.Identity.Claims)
}

func claimsKey(b []byte, in *Input, s *shape) []byte {
	return appendParts(b, in.Identity.Claims, &s.claims)
}

func bodyTerm(in *Input, _ *shape) *ast.Term {
	if in.Request.Body == nil {
		return ast.InternedNullTerm
	}
	return ast.NewTerm(in.Request.Body)
}

func bodyKey(b []byte, in *Input, s *shape) []byte { return appendParts(b, in.Request.Body, &s.body) }

func callsTerm(in *Input, _ *shape) *ast.Term {
	if in.Tool.Calls == nil {
		return ast.InternedEmptyArray
	}
	return ast.NewTerm(in.Tool.Calls)
}

func callsKey(b []byte, in *Input, _ *shape) []byte {
	return appendParts(b, in.Tool.Calls, &selection{all: true})
}

// appendParts writes a value of any form, of an object only the fields that are read.
func appendParts(b []byte, v ast.Value, part *selection) []byte {
	object, isObject := v.(ast.Object)
	b = appendBool(appendBool(b, v != nil), isObject)
	switch {
	case v == nil:
		return b
	case part.all || !isObject:
		return appendString(b, v.String())
	}
	for _, name := range part.names {
		value := object.Get(ast.StringTerm(name))
		if b = appendBool(b, value != nil); value != nil {
			b = appendString(b, value.String())
		}
	}
	return b
}
