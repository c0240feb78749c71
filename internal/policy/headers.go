package policy

import (
	"fmt"
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

// headersOf reads a list of {"rule", "set"}: what each package sets. Two packages may set the same header
// only to the same value.
func headersOf(v ast.Value) (map[string]string, error) {
	var headers map[string]string
	err := elements(v, func(element ast.Value) error {
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
			err = eachField(set, func(name string, value ast.Value) error {
				if headers == nil {
					headers = map[string]string{}
				}
				return setHeader(headers, name, value)
			})
		}
		if err != nil {
			return fmt.Errorf("%s: %w", rule, err)
		}
		return nil
	})
	return headers, err
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

func checkRemoved(names []string) error {
	for i, name := range names {
		names[i] = strings.ToLower(name)
		if err := checkName(names[i]); err != nil {
			return err
		}
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
