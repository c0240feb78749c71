package scan_test

import (
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
