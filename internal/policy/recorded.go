package policy

import (
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Input is what a record holds of a request, as far as a version of its tenant needs it to say what the route makes of it. Values of
// credentials are redacted.
func (d *Document) Input() Input {
	request, identity, source, route := fieldOf(d.object, "request"), fieldOf(d.object, "identity"), fieldOf(d.object, "source"), fieldOf(d.object, "route")
	in := Input{
		Request:  RequestInput{Method: textOf(request, "method"), Host: textOf(request, "host"), Size: wholeOf(request, "size")},
		Identity: d.Principal(),
		Source: SourceInput{
			IP: textOf(source, "ip"), Threats: textsOf(source, "threats"), Risk: wholeOf(source, "risk"), DeviceTrusted: fieldOf(source, "device_trusted") == ast.Boolean(true),
		},
		Route: RouteInput{Name: d.route, Protocol: textOf(route, "protocol")},
		Time:  d.time(),
	}
	if headers, ok := fieldOf(request, "headers").(ast.Object); ok {
		headers.Foreach(func(name, value *ast.Term) {
			n, _ := name.Value.(ast.String)
			v, _ := value.Value.(ast.String)
			in.Request.Headers = append(in.Request.Headers, Header{string(n), string(v)})
		})
	}
	in.Identity.Scopes, in.Identity.AMR, in.Identity.ACR = textsOf(identity, "scopes"), textsOf(identity, "amr"), textOf(identity, "acr")
	if at := wholeOf(identity, "auth_time"); at > 0 {
		in.Identity.AuthTime = time.Unix(0, at)
	}
	return in
}

func textOf(object ast.Value, key string) string {
	text, _ := fieldOf(object, key).(ast.String)
	return string(text)
}

func textsOf(object ast.Value, key string) (texts []string) {
	if list, ok := fieldOf(object, key).(*ast.Array); ok {
		list.Foreach(func(term *ast.Term) {
			text, _ := term.Value.(ast.String)
			texts = append(texts, string(text))
		})
	}
	return texts
}

// wholeOf is a whole number; one that is missing or none is -1, which stands for unknown.
func wholeOf(object ast.Value, key string) int64 {
	if number, ok := fieldOf(object, key).(ast.Number); ok {
		if n, ok := number.Int64(); ok {
			return n
		}
	}
	return -1
}

// Redacted reports whether a policy that reads these paths (as Platform.Reads lists them) sees a value that the record lacks because
// it may be a credential's.
func (d *Document) Redacted(paths []string) bool {
	for _, path := range paths {
		var parts []string
		if path != "" {
			parts = strings.Split(path, ".")
		}
		if redactedAt(d.object, parts) {
			return true
		}
	}
	return false
}

// redactedAt looks below the parts of a path. A name may have dots itself, as claims do that are URLs.
func redactedAt(v ast.Value, parts []string) bool {
	if v == ast.Value(ast.String(redacted)) {
		return true
	}
	if len(parts) == 0 {
		return holdsRedacted(v)
	}
	object, ok := v.(ast.Object)
	if !ok {
		// An element of a list.
		return holdsRedacted(v)
	}
	for n := 1; n <= len(parts); n++ {
		if value := fieldOf(object, strings.Join(parts[:n], ".")); value != nil && redactedAt(value, parts[n:]) {
			return true
		}
	}
	return false
}

func holdsRedacted(v ast.Value) (found bool) {
	ast.WalkTerms(v, func(term *ast.Term) bool {
		found = found || term.Value == ast.Value(ast.String(redacted))
		return found
	})
	return found
}
