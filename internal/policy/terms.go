package policy

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// commonTerms are strings that most requests carry, built once.
var commonTerms = func() map[string]*ast.Term {
	terms := map[string]*ast.Term{}
	for _, s := range []string{
		"", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "http", "https",
		KindAnonymous, KindJWT, KindAPIKey, "public", "internal", "confidential", "restricted",
		"viewer", "editor", "admin", "read", "write", "delete", "pwd", "otp", "mfa", "hwk",
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

func extensionsTerm(in *Input, s *shape) *ast.Term {
	items := make([][2]*ast.Term, 0, len(in.Route.Extensions))
	for name, value := range in.Route.Extensions {
		if s.extras.has(name) {
			items = append(items, [2]*ast.Term{ast.StringTerm(name), ast.StringTerm(value)})
		}
	}
	return ast.ObjectTerm(items...)
}

func extensionsKey(b []byte, in *Input, s *shape) []byte {
	names := s.extras.names
	if s.extras.all {
		names = slices.Sorted(maps.Keys(in.Route.Extensions))
		b = appendList(b, names)
	}
	for _, name := range names {
		value, ok := in.Route.Extensions[name]
		b = appendString(appendBool(b, ok), value)
	}
	return b
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
	claims, ok := in.Identity.Claims.(ast.Object)
	if b = appendBool(b, ok); !ok {
		return b
	}
	if s.claims.all {
		return appendString(b, claims.String())
	}
	for _, name := range s.claims.names {
		value := claims.Get(ast.StringTerm(name))
		if b = appendBool(b, value != nil); value != nil {
			b = appendString(b, value.String())
		}
	}
	return b
}
