package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Bounds of the headers that policies set; far below Envoy's own.
const (
	maxHeaders     = 32
	maxHeaderName  = 128
	maxHeaderValue = 4096
)

// reservedHeaders are those that a policy cannot set or remove, with why.
var reservedHeaders = map[string]string{
	"connection": "it belongs to one connection", "keep-alive": "it belongs to one connection",
	"proxy-connection": "it belongs to one connection", "te": "it belongs to one connection",
	"trailer": "it belongs to one connection", "transfer-encoding": "it belongs to one connection",
	"upgrade": "it belongs to one connection", "content-length": "it follows from the body",
	"host":        "it chose the tenant",
	"x-tenant-id": "the server sets it", "x-subject": "the server sets it", "x-roles": "the server sets it",
	"x-request-id": "Envoy sets it", "forwarded": "Envoy sets it",
}

var reservedPrefixes = []string{"x-envoy-", "x-forwarded-"}

// contentHeaders say how a request's body is to be read. The scanner has not read it yet.
var contentHeaders = []string{"content-type", "content-encoding"}

// eachSet calls visit with what each package says at an extension point: v is a list of {"rule", "set"}. Errors name the package.
func eachSet(v ast.Value, visit func(rule string, set ast.Value) error) error {
	return elements(v, func(element ast.Value) error {
		var rule string
		var set ast.Value
		err := eachField(element, func(name string, value ast.Value) (err error) {
			switch name {
			case "rule":
				rule, err = stringOf(value)
			case "set":
				set = value
			default:
				err = fmt.Errorf("unknown field %q", name)
			}
			return err
		})
		if err == nil {
			err = visit(rule, set)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", rule, err)
		}
		return nil
	})
}

// headersOf reads what each package sets. Two packages may set the same header only to the same value.
func headersOf(v ast.Value) (map[string]string, error) {
	var headers map[string]string
	err := eachSet(v, func(_ string, set ast.Value) error {
		return eachField(set, func(name string, value ast.Value) error {
			if headers == nil {
				headers = map[string]string{}
			}
			return setHeader(headers, name, value)
		})
	})
	return headers, err
}

// requestHeadersOf is headersOf for the request to the upstream.
func requestHeadersOf(v ast.Value) (map[string]string, error) {
	headers, err := headersOf(v)
	for _, name := range contentHeaders {
		if _, ok := headers[name]; ok && err == nil {
			err = errContent(name)
		}
	}
	return headers, err
}

func errContent(name string) error {
	return fmt.Errorf("header %s cannot be changed by a policy: bodies are scanned by it", name)
}

// removedOf reads the names of headers that each package takes from the request to the upstream: one, or a list of them.
func removedOf(v ast.Value) (names []string, err error) {
	err = eachSet(v, func(_ string, set ast.Value) error {
		list := []string{""}
		if one, ok := set.(ast.String); ok {
			list[0] = string(one)
		} else if list, err = stringsOf(set); err != nil {
			return err
		}
		for _, name := range list {
			name = strings.ToLower(name)
			if err := checkName(name); err != nil {
				return err
			}
			if slices.Contains(contentHeaders, name) {
				return errContent(name)
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(names) > maxHeaders {
			return fmt.Errorf("more than %d headers", maxHeaders)
		}
		return nil
	})
	return names, err
}

func setHeader(headers map[string]string, name string, v ast.Value) error {
	name = strings.ToLower(name)
	if err := checkName(name); err != nil {
		return err
	}
	value, err := stringOf(v)
	if err == nil {
		err = checkHeaderValue(value)
	}
	if err != nil {
		return fmt.Errorf("header %s: %w", name, err)
	}
	if other, ok := headers[name]; ok && other != value {
		return fmt.Errorf("header %s: another module sets another value", name)
	}
	if headers[name] = value; len(headers) > maxHeaders {
		return fmt.Errorf("more than %d headers", maxHeaders)
	}
	return nil
}

// checkName checks a lower-case header name: an RFC 9110 token, and not one that others own.
func checkName(name string) error {
	if name == "" || len(name) > maxHeaderName {
		return fmt.Errorf("header name of %d bytes is not 1 to %d long", len(name), maxHeaderName)
	}
	if !tenant.IsHeaderName(name) {
		return fmt.Errorf("header name %q is not a token", name)
	}
	if why, ok := reservedHeaders[name]; ok {
		return fmt.Errorf("header %s cannot be changed by a policy: %s", name, why)
	}
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(name, prefix) {
			return fmt.Errorf("header %s cannot be changed by a policy: Envoy sets it", name)
		}
	}
	return nil
}

// checkHeaderValue refuses what Envoy answers with a 500 (control characters) and what protobuf cannot
// carry (invalid UTF-8).
func checkHeaderValue(value string) error {
	if len(value) > maxHeaderValue {
		return fmt.Errorf("the value is longer than %d bytes", maxHeaderValue)
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Errorf("the value holds control characters or invalid UTF-8")
	}
	return nil
}
