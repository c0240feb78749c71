package scan_test

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// wide writes a text in UTF-16 or UTF-32.
func wide(text string, order binary.AppendByteOrder, size int) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		if size == 4 {
			b = order.AppendUint32(b, uint32(unit))
		} else {
			b = order.AppendUint16(b, unit)
		}
	}
	return string(b)
}

func TestWideTextsAreJudgedAndStayWide(t *testing.T) {
	t.Parallel()
	for name, order := range map[string]binary.AppendByteOrder{"little end first": binary.LittleEndian, "big end first": binary.BigEndian} {
		for _, size := range []int{2, 4} {
			for _, mark := range []string{"", "\ufeff"} {
				for body, want := range map[string]string{
					"write to jane@example.com or not": "write to [j*****@example.com] or not",
					"write to jane@example.com":        "write to [j*****@example.com]",
					`{"ssn":"536904399"}`:              `{"ssn":"[REDACTED SSN]"}`,
				} {
					if got, want := redact(everything(), "", wide(mark+body, order, size)), wide(mark+want, order, size); got != want {
						t.Errorf("%s, %d bytes, %q: %q became %q", name, size, mark, body, got)
					}
				}
				if got := judge(scan.Strict(), "application/json", []byte(wide(mark+`{"q":"' or 1=1--"}`, order, size))); got.Verdict != scan.Block {
					t.Errorf("%s, %d bytes, %q: %+v", name, size, mark, got)
				}
			}
		}
	}
}
