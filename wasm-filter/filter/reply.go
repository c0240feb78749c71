package filter

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/reason"
	"github.com/meshwarden/meshwarden/internal/scan"
	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// maxRequestID bounds the request id in answers and logs; Envoy's own has 36 characters.
const maxRequestID = 128

// uninspectableAnswer tells a client that a body could not be looked at. A response is the upstream's
// doing, so 413 and 415 would blame the wrong side.
func uninspectableAnswer(d scan.Direction, why cause) reason.Answer {
	switch {
	case d == scan.Response:
		return reason.Answer{Status: 502, Code: reason.CodeBlocked, Message: "the response could not be inspected"}
	case why == causeUpgrade:
		return reason.RequestMalformed.Answer()
	case why == causeContentEncoding, why == causeCharset, why == causeGRPC:
		return reason.UnsupportedMediaType.Answer()
	default:
		return reason.PayloadTooLarge.Answer()
	}
}

// refuse answers the stream in place of the upstream. types are named to the client, matched text never.
func (s *Stream) refuse(b *body, answer reason.Answer, types string) {
	s.replied = true
	b.phase = refused
	details, message := "meshwarden_"+strings.ToLower(string(answer.Code)), refusalText(answer, types)
	if h := &s.request.head; isGRPC(h.contentType) && !isGRPCWeb(h.contentType) {
		abi.ReplyGRPC(answer.Status, grpcStatus(answer.Code), details, message)
		return
	}
	abi.Reply(answer.Status, details, []abi.Header{{"content-type", "application/json"}},
		errorBody(string(answer.Code), message, s.requestID()))
}

func refusalText(answer reason.Answer, types string) string {
	if types == "" {
		return answer.Message
	}
	return answer.Message + ": " + types
}

// errorBody is R-19's. Its parts are constants, type names and a token, so nothing needs escaping.
func errorBody(code, message, requestID string) []byte {
	return []byte(`{"error":{"code":"` + code + `","message":"` + message + `","request_id":"` + requestID + `"}}`)
}

// requestID is the id that extauthz logged and answers with, or else the header's where it is fit for JSON
// and for a log line, else empty: a client may have chosen that.
func (s *Stream) requestID() string {
	if id := token(s.handoff.RequestID); id != "" {
		return id
	}
	return token(s.request.head.requestID)
}

// token returns s if it is short and of letters, digits and -_.: only.
func token(s string) string {
	if len(s) > maxRequestID {
		return ""
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.:", c) >= 0:
		default:
			return ""
		}
	}
	return s
}

// findingTypes lists the types of the findings that pass, each once.
func findingTypes(findings []scan.Finding, pass func(kind string) bool) string {
	var kinds []string
next:
	for i := range findings {
		kind := findings[i].Type
		for _, known := range kinds {
			if known == kind {
				continue next
			}
		}
		if pass(kind) {
			kinds = append(kinds, kind)
		}
	}
	return strings.Join(kinds, ", ")
}
