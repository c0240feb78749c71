package scan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
)

// frame puts gRPC's header before a message.
func frame(message []byte) string {
	n := len(message)
	return string([]byte{0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + string(message)
}

// message is one of protobuf with the given texts, or messages, in its fields.
func message(values ...string) (m []byte) {
	for i, value := range values {
		m = protowire.AppendTag(m, protowire.Number(i+1), protowire.BytesType)
		m = protowire.AppendString(m, value)
	}
	return m
}

func nest(depth int, value string) string {
	for range depth {
		value = string(message(value))
	}
	return value
}

var otherFields = func() (m []byte) {
	m = protowire.AppendVarint(protowire.AppendTag(m, 1, protowire.VarintType), 1<<40)
	m = protowire.AppendFixed64(protowire.AppendTag(m, 2, protowire.Fixed64Type), 7)
	m = protowire.AppendFixed32(protowire.AppendTag(m, 3, protowire.Fixed32Type), 7)
	m = protowire.AppendTag(m, 4, protowire.StartGroupType)
	m = append(m, message("jane@example.com")...)
	return protowire.AppendTag(m, 4, protowire.EndGroupType)
}()

// calls are bodies of gRPC, and what of them is found.
var calls = map[string]struct {
	contentType, body string
	want              []found
}{
	"a text":                            {"application/grpc", frame(message("jane@example.com")), mail},
	"the second message":                {"application/grpc+proto", frame(message("x")) + frame(nil) + frame(message("jane@example.com")), mail},
	"a text in a message in a message":  {"application/grpc", frame([]byte(nest(3, "jane@example.com"))), mail},
	"a text deeper than messages are":   {"application/grpc", frame([]byte(nest(40, "jane@example.com"))), mail},
	"behind and in fields of all types": {"application/grpc", frame(otherFields), mail},
	"JSON in a text":                    {"application/grpc", frame(message(`{"ssn":"536904399"}`)), ssn},
	"much JSON in a text":               {"application/grpc", frame(message(`{"x":"` + strings.Repeat("x ", 40_000) + `","ssn":536904399}`)), ssn},
	"JSON as messages":                  {"application/grpc+json", frame([]byte(`{"ssn":536904399}`)), ssn},
	"JSON as undeclared messages":       {"application/grpc-web", frame([]byte(`{"ssn":536904399}`)), ssn},
	"a message that is no protobuf":     {"application/grpc", frame([]byte("\xff\xff jane@example.com")), mail},
	"a message that is cut short":       {"application/grpc", frame(message("jane@example.com", "y"))[:5+18], mail},
	"a text that could be a message":    {"application/grpc", frame(message("\x0a\x10jane@example.com")), mail},
	"bytes that are a text in the main": {"application/grpc", frame(message("\xff\xfe\x80\xff\xfe\x80\x01\x02 jane@example.com")), mail},
	"bytes that are no text":            {"application/grpc", frame(message(strings.Repeat("\xff\x01\x80", 9) + " jane@example.com")), nil},
	"wide characters":                   {"application/grpc", frame(message(strings.Join(strings.Split("jane@example.com", ""), "\x00"))), []found{{"EMAIL", strings.Join(strings.Split("jane@example.com", ""), "\x00"), "unicode"}}},
	"an attack at a value's beginning":  {"application/grpc", frame(message("7", "' or 1=1--")), []found{{"sqli", "' or 1=1--", "raw"}}},
}

func TestTextsInMessagesOfGRPCAreFound(t *testing.T) {
	t.Parallel()
	for name, c := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := judge(everything(), c.contentType, []byte(c.body))
			if diff := cmp.Diff(c.want, findings(whole, c.body)); diff != "" {
				t.Error(diff)
			}
			for cut := range min(len(c.body), 200) {
				if diff := cmp.Diff(whole, judge(everything(), c.contentType, []byte(c.body[:cut]), []byte(c.body[cut:]))); diff != "" {
					t.Fatalf("cut at %d:\n%s", cut, diff)
				}
			}
		})
	}
}

// FuzzGRPC holds for any body: no panic, and the same findings however it is cut.
func FuzzGRPC(f *testing.F) {
	for _, c := range calls {
		f.Add([]byte(c.body), uint16(len(c.body)/2))
	}
	f.Fuzz(func(t *testing.T, body []byte, cut uint16) {
		judgeCut(t, "application/grpc", body, cut)
	})
}

func TestMessagesOfGRPCKeepTheirLengths(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ value, want string }{
		"a card":                 {"card 4111 1111 1111 1111.", "card **** **** **** 1111."},
		"an address":             {"to jane@example.com", "to j***@example.com"},
		"in JSON":                {`{"m":"jane@example.com"}`, `{"m":"j***@example.com"}`},
		"a number in JSON":       {`{"card": 4111111111111111}`, `{"card": 9999999999991111}`},
		"an escape in JSON":      {`{"m":"\u006aane@example.com"}`, `{"m":"*********@*******.***"}`},
		"in two-byte letters":    {"ä card 4111111111111111 ö", "ä card ************1111 ö"},
		"nothing to be replaced": {"nothing here", "nothing here"},
	} {
		body := frame(message("x", c.value)) + frame(message("y"))
		if got, want := redact(everything(), "application/grpc", body), frame(message("x", c.want))+frame(message("y")); got != want {
			t.Errorf("%s\n got %q\nwant %q", name, got, want)
		}
	}
}
