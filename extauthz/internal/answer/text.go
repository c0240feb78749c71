package answer

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/meshwarden/meshwarden/internal/reason"
)

// maxRequestID bounds a request id that is repeated to clients and to the filter.
const maxRequestID = 128

// RequestID returns id when it is safe to repeat in headers, JSON and the handoff, and fallback, which must
// be, otherwise.
func RequestID(id, fallback string) string {
	if id == "" || len(id) > maxRequestID {
		return fallback
	}
	for i := 0; i < len(id); i++ {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return fallback
		}
	}
	return id
}

// AppendBody appends the body of an error answer.
func AppendBody(dst []byte, code reason.Code, message, requestID string) []byte {
	dst = append(dst, `{"error":{"code":`...)
	dst = appendJSON(dst, string(code))
	dst = append(dst, `,"message":`...)
	dst = appendJSON(dst, message)
	dst = append(dst, `,"request_id":`...)
	dst = appendJSON(dst, requestID)
	return append(dst, "}}"...)
}

// appendJSON appends s as a JSON string that is also safe inside HTML; invalid UTF-8 becomes U+FFFD.
func appendJSON(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < 0x20 || r == 0x7f || r == '<' || r == '>' || r == '&' || r == '\u2028' || r == '\u2029':
			const digits = "0123456789abcdef"
			dst = append(dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

// clean makes a value fit for a header: bytes that end it, other control characters and what is not ASCII
// become "?". Envoy refuses a whole answer for one bad byte.
func clean(value string) string {
	for i := 0; i < len(value); i++ {
		if bad(value[i]) {
			out := []byte(value)
			for j := i; j < len(out); j++ {
				if bad(out[j]) {
					out[j] = '?'
				}
			}
			return string(out)
		}
	}
	return value
}

func bad(b byte) bool { return b != '\t' && (b < 0x20 || b >= 0x7f) }

// Subject encodes a principal's name for x-subject: visible ASCII stays, other bytes and "%" are
// percent-encoded, so that different names never look equal. The name of another tenant's principal is
// written //tenant/name, and a name of this tenant never starts like that.
func Subject(name, foreignTenant string) string {
	if foreignTenant != "" {
		return "//" + foreignTenant + "/" + encode(name, "")
	}
	if strings.HasPrefix(name, "//") {
		return "%2F" + encode(name[1:], "")
	}
	return encode(name, "")
}

// appendRoles appends x-roles. A comma inside a role is encoded: it would make two roles of one.
func appendRoles(dst []byte, roles []string) []byte {
	dst, option, header := beginHeader(dst, okHeaders, headerRoles)
	dst, value := begin(dst, 2)
	for i, role := range roles {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, encode(role, ",")...)
	}
	return endHeader(end(dst, value), option, header)
}

// encode percent-encodes what is not visible ASCII, the percent sign, and the bytes of also.
func encode(s, also string) string {
	special := func(b byte) bool { return b <= 0x20 || b >= 0x7f || b == '%' || strings.IndexByte(also, b) >= 0 }
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		clean = !special(s[i])
	}
	if clean {
		return s
	}
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); i++ {
		if special(s[i]) {
			out = append(out, '%', digits[s[i]>>4], digits[s[i]&15])
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

// realm is the protection space of challenges. RFC 6750 section 3 wants a parameter in each, and a tenant's name is not the client's.
const realm = `Bearer realm="gateway"`

// challenge is the WWW-Authenticate header: of every 401 (RFC 9110 section 15.5.2), and of a 403 that another token would do for
// (RFC 6750 section 3.1, RFC 9470). invalid_request would be for a 400.
func (a *Answer) challenge() string {
	switch a.Reason {
	case reason.CredentialMissing, reason.CredentialNotAccepted:
		return realm
	case reason.CredentialInvalid, reason.CredentialRevoked:
		return realm + `, error="invalid_token"`
	case reason.CredentialExpired:
		return realm + `, error="invalid_token", error_description="the token has expired"`
	case reason.CredentialRepeated:
		return realm + `, error="invalid_token", error_description="the request was received before"`
	case reason.CredentialConflict:
		return realm + `, error="invalid_token", error_description="more than one credential"`
	case reason.ScopeInsufficient:
		return realm + `, error="insufficient_scope"` + a.scope()
	case reason.StepUpRequired:
		return realm + `, error="insufficient_user_authentication", error_description="stronger authentication is required"` + a.stepUp()
	}
	return ""
}

// scope is empty when what is needed cannot stand in a scope-token (RFC 6749 section 3.3).
func (a *Answer) scope() string {
	for i := 0; i < len(a.Scope); i++ {
		if c := a.Scope[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return ""
		}
	}
	if a.Scope == "" {
		return ""
	}
	return `, scope="` + a.Scope + `"`
}

func (a *Answer) stepUp() (parameters string) {
	if a.Decision == nil {
		return ""
	}
	if values := a.Decision.StepUp.ACRValues; len(values) > 0 {
		parameters = `, acr_values=` + quoted(strings.Join(values, " "))
	}
	if age := a.Decision.StepUp.MaxAge; age > 0 {
		parameters += `, max_age="` + strconv.FormatInt(int64(age/time.Second), 10) + `"`
	}
	return parameters
}

// quoted writes a quoted-string of RFC 9110, or an sf-string of RFC 8941, which escape alike.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(clean(s)) + `"`
}

// appendRateLimit appends RateLimit and RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers: one item
// for each limit, r what remains, t the seconds until all of it is back, q the quota and w its window.
func (a *Answer) appendRateLimit(dst []byte, field protowire.Number) []byte {
	if len(a.Quota.Statuses) == 0 {
		return dst
	}
	dst = a.appendItems(dst, field, "ratelimit", func(dst []byte, i int) []byte {
		s := &a.Quota.Statuses[i]
		dst = strconv.AppendInt(append(dst, ";r="...), max(s.Remaining, 0), 10)
		return strconv.AppendInt(append(dst, ";t="...), seconds(s.Reset), 10)
	})
	return a.appendItems(dst, field, "ratelimit-policy", func(dst []byte, i int) []byte {
		s := &a.Quota.Statuses[i]
		dst = strconv.AppendInt(append(dst, ";q="...), s.Limit, 10)
		if s.Window <= 0 {
			return dst
		}
		return strconv.AppendInt(append(dst, ";w="...), seconds(s.Window), 10)
	})
}

func (a *Answer) appendItems(dst []byte, field protowire.Number, name string, parameters func([]byte, int) []byte) []byte {
	dst, option, header := beginHeader(dst, field, name)
	dst, value := begin(dst, 2)
	for i := range a.Quota.Statuses {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = appendName(dst, a.Quota.Statuses[i].Name)
		dst = parameters(dst, i)
	}
	return endHeader(end(dst, value), option, header)
}

// appendName appends a limit's name as an sf-string; names without anything to escape cost nothing.
func appendName(dst []byte, name string) []byte {
	for i := 0; i < len(name); i++ {
		if bad(name[i]) || name[i] == '"' || name[i] == '\\' {
			return append(dst, quoted(name)...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, name...)
	return append(dst, '"')
}
