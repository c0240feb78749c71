// Package cmdi finds command injection in one decoded text: shell separators and substitutions that
// are followed by commands, for POSIX shells, cmd.exe and PowerShell, and the JNDI lookups of Log4j.
// It knows nothing of bodies, views or policies.
package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/match"

// Critical, as scan.Critical.
const severity = 3

type finder struct {
	text []byte
	dst  []match.Match
	head head
}

// Find appends the command injections in text to dst, with byte offsets into text. Its time is linear
// in len(text): at each separator a bounded number of words is read.
func Find(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst}
	f.head = f.opening()
	f.bare()
	f.batch()
	f.mail()
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ';', '|', '&', '\n', '`':
			i = f.separator(i)
		case '$', '<', '>':
			i = f.substitution(i)
		case '(':
			f.function(i)
		case '/':
			f.special(i)
		case '\\':
			// A line break written out, at the start of what lists feed to applications.
			if i < 4 && i+2 < len(text) && (text[i+1] == 'n' || text[i+1] == 'r') {
				f.command(i, i+2, atStart, '\n', true)
			}
		}
	}
	if len(f.dst) > len(dst) && !triggers.In(text) {
		return dst
	}
	return f.dst
}

func (f *finder) add(start, end int, confidence float32, rule string) {
	if confidence >= 0.4 {
		f.dst = append(f.dst, match.Match{Start: start, End: min(end, len(f.text)), Confidence: confidence, Severity: severity, Rule: rule})
	}
}
