package scan_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan"
)

// A value that is encoded as a whole is decoded however short it is, and one that begins beyond ASCII too.
func TestShortValuesAreFoundEncoded(t *testing.T) {
	t.Parallel()
	for attack, class := range map[string]string{
		"whoami": "command_injection", ";id\n;id": "command_injection", "; sleep 5": "command_injection", "ls -l /etc": "command_injection",
		"' or 1=1": "sqli", "\u2018><script>alert(1)</script>": "xss",
	} {
		for name, encoded := range map[string]string{
			"base64": base64.StdEncoding.EncodeToString([]byte(attack)), "unpadded": base64.RawURLEncoding.EncodeToString([]byte(attack)),
			"hexadecimal": hex.EncodeToString([]byte(attack)),
		} {
			if name == "hexadecimal" && attack[0] >= 0x80 {
				continue
			}
			result := judge(everything(), "application/json", []byte(`{"q":"`+encoded+`"}`))
			if !hasType(result, class) {
				t.Errorf("%s in %s (%s): %+v", attack, name, encoded, result.Findings)
			}
		}
	}
	for _, text := range []string{"username", "20260501", "deadbeef", "ZmFyZXdlbGw=", "12345678", "NDExMTExMTE="} {
		if result := judge(everything(), "application/json", []byte(`{"q":"`+text+`"}`)); len(result.Findings) > 0 {
			t.Errorf("%s: %+v", text, result.Findings)
		}
	}
}

// An escape that was escaped again and again is read in as many rounds as one that was escaped twice.
func TestPercentSignsAreUndoneHoweverOftenTheyWereEscaped(t *testing.T) {
	t.Parallel()
	attack := "<script>alert(1)</script>"
	for n := range 9 {
		result := judge(everything(), "application/json", []byte(`{"q":"`+attack+`"}`))
		if !hasType(result, "xss") {
			t.Fatalf("escaped %d times: %s", n, attack)
		}
		if f := result.Findings[0]; f.Start < len(`{"q":"`) || f.End > len(`{"q":"`)+len(attack) {
			t.Fatalf("escaped %d times: from %d to %d", n, f.Start, f.End)
		}
		if n == 0 {
			attack = strings.NewReplacer("<", "%3C", ">", "%3E", "(", "%28").Replace(attack)
			continue
		}
		attack = strings.ReplaceAll(attack, "%", "%25")
	}
	for _, text := range []string{"100%25", "100%2525 sure", "%25%25%25", "%2525"} {
		if result := judge(everything(), "", []byte(text)); result.Verdict == scan.Block {
			t.Errorf("%s: %+v", text, result.Findings)
		}
	}
}
