package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/fold"

// maxBare bounds a text that is taken for one command.
const maxBare = 256

// bare judges a text that is a command as a whole. What only looks like one stays at the confidence
// named bareCommand: a route where people talk about shells puts its threshold above it.
func (f *finder) bare() {
	i := 0
	for i < len(f.text) && (blank(f.text[i]) || f.text[i] == '\'' || f.text[i] == '"') {
		i++
	}
	if i+1 < len(f.text) && f.text[i] == '{' && isLetter(f.text[i+1]) {
		if w := wordAt(f.text, i+1); w.class&cStrong != 0 && f.at(w.end) == ',' && f.at(w.end+1) > ' ' {
			f.add(0, w.end, 0.85, "brace_command")
			return
		}
	}
	if i < len(f.text) && f.text[i] == '[' || i > 0 && f.cited(i) {
		return // a class of a regular expression, a command that a sentence names
	}
	if i == 3 && f.text[0] == f.text[1] && f.text[1] == f.text[2] && f.text[0] > ' ' {
		return // a docstring of Python
	}
	if i > 0 && i < len(f.text) && wordAt(f.text, 0).split {
		i = 0 // 'i'd
	}
	if f.at(i) == '@' {
		i++ // of cmd.exe: the command is not shown
	}
	w := f.commandAt(i)
	if i > 0 && f.text[i-1] == '@' && !w.split {
		return // a line of a makefile
	}
	if f.at(i) == '\\' && w.fixed < 2 {
		return // \w of a regular expression
	}
	if w.end == i || w.glob && !w.path || w.class&(cStrong|cWeak) == 0 && !(w.glob && w.path) || f.head.long || !complete(f.text, w.end) {
		return
	}
	if blank(f.at(w.end)) && f.compound(w.end+1) && (fold.Equal(f.text[i:w.end], "git") || fold.Equal(f.text[i:w.end], "svn") || fold.Equal(f.text[i:w.end], "hg")) {
		return // git+https:// is a scheme, and its plus may have been read as a blank
	}
	if fold.Equal(f.text[i:w.end], "ps") && f.at(w.end+2) == ':' && f.at(w.end+3) == '\\' {
		return // a prompt of PowerShell
	}
	a := f.arguments(w.end)
	capital := f.text[i]-'A' < 26 && w.end > i+1 && f.text[i+1]-'a' < 26 && w.class&cVerb == 0
	short := len(f.text) <= maxBare && f.head.lines <= 1 && i <= 2 && !capital && !a.prose && (a.whole || a.first >= aShaped)
	strong := w.class&cStrong != 0 && w.class&cWeak == 0
	switch {
	case w.split || w.ifs:
		f.add(0, a.end, 0.85, "disguised_command")
	case !capital && len(f.text) <= maxBare && f.head.lines <= 1 && f.telling(i, &w):
		f.add(0, a.end, 0.82, "bare_command")
	case capital || a.first == aNone:
		return
	case a.best == aSensitive && short:
		f.add(0, a.end, 0.82, "bare_command")
	case short && w.path && w.glob && a.first >= aShaped:
		f.add(0, a.end, 0.84, "wildcard_path")
	case short && strong && w.class&cRecon != 0 && a.best == aEnd && i == 0 && f.handedOn(w.end):
		f.add(0, w.end, bareCommand, "bare_command")
	case short && w.path && !w.glob && a.best == aEnd && w.class&cRecon == 0:
		return // where a program is, not what to do with it
	case short && (w.path || a.best == aShaped || strong && a.best == aPlain || a.best == aEnd && strong && w.class&cRecon != 0 && f.blankFrom(w.end)):
		c := float32(bareCommand)
		if w.class&cBuild != 0 && !w.path && a.best < aSensitive && !f.chain() {
			c = buildCommand
		}
		f.add(0, a.end, c, "bare_command")
	case a.best >= aPlain || a.best == aEnd && w.class&cRecon != 0:
		f.add(0, a.end, 0.6, "bare_command")
	}
}

// past returns the first byte at i or behind that is no blank.
func (f *finder) past(i int) int {
	for i < len(f.text) && blank(f.text[i]) {
		i++
	}
	return i
}

// handedOn reports whether another command or a shell follows a command that ends at i without arguments.
func (f *finder) handedOn(i int) bool {
	i = f.past(i)
	switch f.at(i) {
	case ';', '&':
		return true
	case '|':
		j := f.past(i + 1)
		return j < len(f.text) && shell(f.text[j:f.letters(j)])
	}
	return false
}

// chain reports whether a short text goes on with two more commands, each glued to its separator: cd /;cd etc;cat passwd.
func (f *finder) chain() bool {
	n := 0
	for i := 1; i+1 < len(f.text); i++ {
		if f.text[i] == ';' && f.text[i-1] > ' ' && isLetter(f.text[i+1]) && command(f.text, i+1) {
			n++
		}
	}
	return n >= 2
}

// cited reports whether the text begins with a quotation that ends before the text does: the quote is before i.
func (f *finder) cited(i int) bool {
	q := f.text[i-1]
	for k := i; k < len(f.text) && k < i+maxSpan; k++ {
		if f.text[k] == q {
			return k+1 < len(f.text) && (blank(f.text[k+1]) || f.text[k+1] == '.' || f.text[k+1] == ',')
		}
	}
	return false
}

// compound reports whether the letters at i end in "://".
func (f *finder) compound(i int) bool {
	return fold.HasPrefix(f.text[min(f.letters(i), len(f.text)):], "://")
}

// bareCommand is the confidence of a text that is an ordinary command and nothing else.
const bareCommand = 0.8

// buildCommand is the confidence of one that packages, recipes and instructions are full of: below every profile.
const buildCommand = 0.76
