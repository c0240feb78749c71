package scan_test

import (
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// FuzzStream wants of any body, cut anywhere, that nothing is lost or made up where nothing is found, that where it is cut
// makes no difference, and that no value leaves.
func FuzzStream(f *testing.F) {
	f.Add(strings.Join(chat("pay ", "with 4111 ", "1111 1111 1111", " and \"jane.doe@", "example.com\""), ""), uint16(200), false)
	f.Add("event: x\rdata: a\r\n\r\n: c\n\ndata\n\n\xEF\xBB\xBF", uint16(3), false)
	f.Add(`{"done":false,"response":"\u0034111"}`+"\n"+`{"response":"\\n-----BEGIN PRIVATE KEY-----","done":true}`+"\n", uint16(9), true)
	for _, shape := range shapes {
		f.Add(strings.Replace(shape.format, "%s", `" 4111 1111"`, 1)+"\n\n"+strings.Replace(shape.format, "%s", `"1111\n1111 "`, 1)+"\n\n"+shape.end+"\n\n", uint16(50), shape.contentType != sse)
	}
	f.Fuzz(func(t *testing.T, body string, cut uint16, lines bool) {
		// A heartbeat at the end of a chunk leaves before what is held.
		if strings.Contains(body, "\n:") || strings.HasPrefix(body, ":") || strings.Contains(body, "\r:") {
			return
		}
		contentType := sse
		if lines {
			contentType = "application/x-ndjson"
		}
		at := int(cut) % (len(body) + 1)
		whole, _, result := streamed(t, scan.Strict(), contentType, body)
		if len(result.Findings) == 0 && whole != body && !strings.Contains(whole, "[REDACTED]") {
			t.Errorf("%q became %q with nothing found", body, whole)
		}
		if got, _, _ := streamed(t, scan.Strict(), contentType, body[:at], body[at:]); got != whole {
			t.Errorf("%q cut at %d: %q, want %q", body, at, got, whole)
		}
	})
}
