package filter

import (
	"strconv"
	"strings"

	"github.com/meshwarden/meshwarden/wasm-filter/abi"
)

// head is what the filter needs of a request's or response's headers. They are gone in later callbacks, so
// it is read once and kept.
type head struct {
	method, path, requestID string
	status                  string
	contentType             string
	// length is the Content-Length, -1 when there is none.
	length int
	// encoded says that a content coding is left on the body.
	encoded bool
	// foreignCharset says that the text may be in an encoding that the scanner does not read.
	foreignCharset bool
	// upgrade says that this is no longer HTTP once it is answered.
	upgrade        bool
	acceptEncoding string
}

func readHead(headers []abi.Header) head {
	h := head{length: -1}
	types := 0
	for _, header := range headers {
		value := header[1]
		switch header[0] {
		case ":method":
			h.method = value
		case ":path":
			h.path = value
		case ":status":
			h.status = value
		case "x-request-id":
			h.requestID = value
		case "content-type":
			h.contentType = value
			h.foreignCharset = h.foreignCharset || !readsCharset(value)
			types++
		case "content-length":
			h.length = parseLength(value)
		case "content-encoding":
			h.encoded = h.encoded || !isIdentity(value)
		case "upgrade":
			// Envoy has removed those that it does not honour.
			h.upgrade = true
		case "accept-encoding":
			h.acceptEncoding = join(h.acceptEncoding, value)
		}
	}
	if types > 1 || isAmbiguousType(h.contentType) {
		// Which of them the upstream believes is its secret: the body decides what it is.
		h.contentType = ""
	}
	h.upgrade = h.upgrade || h.method == "CONNECT"
	return h
}

// mayHaveBody goes by the method too: Envoy hides the Transfer-Encoding of an upgrade.
func (h *head) mayHaveBody() bool {
	return h.length > 0 || h.method != "GET" && h.method != "CONNECT"
}

// isAmbiguousType finds what Envoy makes of a repeated Content-Type: one value with a comma.
func isAmbiguousType(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	return strings.Contains(mediaType, ",")
}

func isIdentity(encoding string) bool {
	for coding := range strings.SplitSeq(encoding, ",") {
		if coding = strings.TrimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
			return false
		}
	}
	return true
}

// parseLength answers -1 for what is not a length; Envoy has refused such requests before us.
func parseLength(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

func isEventStream(contentType string) bool { return hasPrefixFold(contentType, "text/event-stream") }

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
