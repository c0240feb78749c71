package attackcorpus_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/attackcorpus"
)

func TestEncodingsWriteWhatDecodersUndo(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"url": "a%3C1", "url twice": "a%253C1", "url thrice": "a%25253C1", "%u": "%u0061%u003c%u0031", `\u`: `\u0061\u003c\u0031`,
		"entities": "&#x61;&#x3c;&#x31;", "full width": "ａ＜１", "zero width": "a\u200b<\u200b1\u200b", "NUL": "a\x00<\x001\x00",
		"overlong": "\xc1\xa1\xc0\xbc\xc0\xb1", "base64": "YTwx", "base64url": "YTwx", "hex": "613c31",
	}
	for _, e := range attackcorpus.Encodings() {
		if got := e.Encode("a<1"); got != want[e.Name] {
			t.Errorf("%s: %q, want %q", e.Name, got, want[e.Name])
		}
	}
}
