package cmdi

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// separator judges the command after the separator at i and returns the last byte of the separator.
func (f *finder) separator(i int) int {
	c := f.text[i]
	j := i + 1
	for j < len(f.text) && j < i+4 && (f.text[j] == c || f.text[j] == ';' || f.text[j] == '|' || f.text[j] == '&') {
		j++
	}
	end := j - 1
	if c == '&' && j == i+1 && entity(f.text, i) {
		return end
	}
	if c == '`' && !f.executed(i) {
		return i
	}
	ctx := f.context(i)
	if ctx == inShell && f.commented(i) {
		ctx = atStart
	}
	glued := j < len(f.text) && !blank(f.text[j]) && i > 0 && f.text[i-1] > ' '
	for j < len(f.text) && j < i+24 && (blank(f.text[j]) || f.text[j] == '\n' || f.text[j] == '\r' || f.text[j] == '(' || f.text[j] == '{' || f.text[j] == '!') {
		j++
	}
	if ctx >= atValue && f.assigned(i, j) {
		return end
	}
	f.command(i, f.unset(j), ctx, c, glued)
	return end
}

// maxSpan bounds a command between backticks.
const maxSpan = 512

// executed reports whether the backtick at i begins a command substitution, not a code span of prose,
// a fence, or a quotation in the manner of GNU manuals.
func (f *finder) executed(i int) bool {
	if i+1 >= len(f.text) || f.text[i+1] == '`' || f.head.long {
		return false
	}
	for j := i + 1; j < len(f.text) && j < i+maxSpan; j++ {
		if f.text[j] == '\n' {
			return false
		}
		if f.text[j] == '`' {
			alone := (i == 0 || i == 1 && f.text[0] <= ' ') && f.blankFrom(j+1)
			joined := j+1 < len(f.text) && (f.text[j+1] == ';' || f.text[j+1] == '|' || f.text[j+1] == '&')
			return alone || joined || i > 0 && f.text[i-1] > ' ' && !marked(f.text[i-1])
		}
	}
	return false
}

// marked reports whether c is what Markdown and reStructuredText have before a code span: a link, a parenthesis, a role.
func marked(c byte) bool { return c == '[' || c == '(' || c == ':' || c == '*' }

// blankFrom reports whether nothing but white space and closing marks follows i.
func (f *finder) blankFrom(i int) bool {
	for ; i < len(f.text); i++ {
		if c := f.text[i]; c > ' ' && c != '`' && c != '\'' && c != '"' && c != '#' && c != ')' {
			return false
		}
	}
	return true
}

// entity reports whether the ampersand at i begins a character reference or joins names (AT&T, a&b=c).
func entity(text []byte, i int) bool {
	j := i + 1
	for j < len(text) && j < i+12 && (wordByte(text[j]) || text[j] == '#') {
		j++
	}
	return j < len(text) && j > i+1 && (text[j] == ';' && j < i+9 && !fold.HasPrefix(text[i+1:], "id") && !fold.HasPrefix(text[i+1:], "ls") && !fold.HasPrefix(text[i+1:], "dir") || text[j] == '=')
}

// command weighs the command at j behind the separator at i.
func (f *finder) command(i, j int, ctx where, sep byte, glued bool) {
	w := f.commandAt(j)
	if w.end == j {
		if glued || ctx >= atValue {
			f.variable(i, j)
		}
		return
	}
	if ctx >= atValue && f.text[j] == '[' {
		f.static(i, j)
		return
	}
	if sep == '|' && f.piped(i, j, w.end, ctx) {
		return
	}
	if sep == '<' || sep == '>' {
		if ctx == atStart && w.class&cStrong != 0 && w.end < len(f.text) && blank(f.text[w.end]) {
			f.add(i, w.end, 0.85, "process_substitution")
		}
		return
	}
	if w.glob && w.path && w.class == 0 && ctx >= atValue {
		f.add(i, w.end, 0.85, "wildcard_path")
		return
	}
	if w.glob && !w.path {
		return // a wildcard stands for files in the directory: i[d] is an element of a list
	}
	if w.class&(cStrong|cWeak) == 0 || !complete(f.text, w.end) || f.at(w.end) == ',' && fold.Equal(f.text[j:w.end], "base64") {
		return // ;base64, is a part of data URLs
	}
	a := f.arguments(w.end)
	if ctx == inText && sep != '\n' && !f.head.long && f.malicious(i, j, &w, &a) {
		f.add(i, a.end, proseCommand, "command_in_prose")
		return
	}
	p := base(ctx, sep)
	switch {
	case w.split || w.ifs:
		p += 0.4
	case w.path:
		p += 0.25
	}
	if f.pattern(i, j, w.end, sep) || sep == '$' && shouted(f.text[j:w.end]) {
		return
	}
	strong := w.class&cStrong != 0 && w.class&cWeak == 0
	if ctx == atValue && sep == '\n' && f.addressed(i) {
		p = base(atStart, sep)
	}
	best := a.best
	if best == aEnd && !strong && w.class&cRecon == 0 && (sep == '`' || sep == '|' || sep == '&') {
		return // train|test, `false`, &copy
	}
	if !strong && a.first == aNone {
		best = aNone // prose that mentions a path later
	}
	if best == aNone && assigns(f.text[j:w.end], f.text[w.end:]) {
		best = aPlain
	}
	switch {
	case best == aPlain && ctx >= atValue && f.telling(j, &w):
		p += 0.4
	case best == aSensitive:
		p += 0.4
	case best == aShaped && strong:
		p += 0.3
	case best == aShaped:
		p += 0.25
	case best == aPlain && strong:
		p += 0.25
	case best == aPlain:
		p += 0.21
	case best == aEnd && strong:
		p += 0.3
	case best == aEnd && (glued || ctx == atStart || f.broken(i)):
		p += 0.25
	case best == aNone && strong && ctx >= atValue:
		p += 0.2
	case best == aNone && ctx == atStart && sep != '\n' && (i == 0 || f.text[i-1] <= ' ') && a.end-w.end < maxMark && a.end >= len(f.text) && fold.Equal(f.text[j:w.end], "echo"):
		p += 0.22 // ; echo mark, by which probes are known
	case best == aNone:
		return
	}
	f.add(i, a.end, min(p, 0.97), "separator_command")
}

// maxMark bounds what a probe has the shell print.
const maxMark = 48

// pattern reports whether the separator at i joins alternatives of a regular expression, (http|ftp|file), the word
// behind it being from j to end.
func (f *finder) pattern(i, j, end int, sep byte) bool {
	if f.text[0] == '^' && (sep == '|' || sep == '&') {
		return true
	}
	if sep != '|' && sep != '&' || j != i+1 || f.at(end) != ')' && f.at(end) != '|' && f.at(end) != '/' && f.at(end) != '\\' {
		return false
	}
	for k := max(0, i-maxPattern); k < i; k++ {
		switch f.text[k] {
		case '(', '[', '^':
			return true
		}
	}
	return false
}

// maxPattern bounds the bytes before a separator that are searched for signs of a regular expression.
const maxPattern = 64

// shouted reports whether a name is in capitals: in $(CC) it is a variable of make, and shells know no such command.
func shouted(name []byte) bool { return upper(name) }

// base is the weight of a separator by what stands before it.
func base(ctx where, sep byte) float32 {
	switch ctx {
	case atStart:
		if sep == '\n' {
			return 0.55
		}
		return 0.6
	case atValue:
		if sep == '\n' {
			return 0.3
		}
		return 0.58
	case inShell:
		return 0.1
	}
	return 0.05
}

// substitution judges $(...), ${...}, <(...) and >(...) at i and returns the last byte read.
func (f *finder) substitution(i int) int {
	if i+1 >= len(f.text) {
		return i
	}
	c, next := f.text[i], f.text[i+1]
	switch {
	case c == '<' && next == '!':
		f.include(i)
	case next == '(':
		j := i + 2
		for j < len(f.text) && j < i+10 && (blank(f.text[j]) || f.text[j] == '`' || f.text[j] == '(') {
			j++
		}
		f.command(i, j, f.context(i), c, true)
		return i + 1
	case c == '$' && next == '{':
		f.parameter(i)
		return i + 1
	case c == '$' && i > 0 && wordByte(f.text[i-1]) && fold.HasPrefix(f.text[i:], "$ifs"):
		f.add(i, i+4, 0.82, "ifs_expansion")
	}
	return i
}

// special judges names that only attacks contain: /dev/tcp/ redirections.
func (f *finder) special(i int) {
	if !fold.HasPrefix(f.text[i:], "/dev/tcp/") && !fold.HasPrefix(f.text[i:], "/dev/udp/") {
		return
	}
	w, j := float32(0.5), i
	for j > 0 && j > i-4 && (blank(f.text[j-1]) || f.text[j-1] == '&') {
		j--
	}
	if j > 0 && (f.text[j-1] == '>' || f.text[j-1] == '<') {
		w = 0.85
	}
	f.add(i, i+9, w, "network_redirection")
}

// function judges a call of a scripting language that runs commands: system('id').
func (f *finder) function(i int) {
	j := i
	for j > 0 && j > i-20 && (wordByte(f.text[j-1])) {
		j--
	}
	f.bomb(i)
	if i == j {
		return
	}
	class := commands.Class(f.text[j:i])
	if class == 0 {
		class = f.method(j, i)
	}
	if class&cCall == 0 {
		return
	}
	ctx := f.context(j)
	empty := i+1 < len(f.text) && f.text[i+1] == ')'
	k := i + 1
	for k < len(f.text) && k < i+4 && (f.text[k] == '\'' || f.text[k] == '"' || f.text[k] == '$' || f.text[k] == '`') {
		k++
	}
	w := wordAt(f.text, k)
	p := float32(0.3)
	if w.class != 0 || empty && (fold.HasPrefix(f.text[j:], "phpinfo") || fold.HasPrefix(f.text[j:], "phpversion")) {
		p = 0.5
	}
	if ctx == atStart || j <= 7 && !f.head.long || f.text[j] == '.' && f.loaded(j) {
		p += 0.35
	}
	if p > 0.5 {
		f.add(j, w.end, p, "code_function")
	}
}

// method returns the class of the last part of a dotted name that is called (os.system, x.getRuntime), 0 for the
// names that other libraries use as well when no string follows.
func (f *finder) method(j, i int) lexicon.Class {
	k := i
	for k > j && f.text[k-1] != '.' {
		k--
	}
	if k == j {
		return 0
	}
	class := commands.Class(f.text[k:i])
	if q := f.at(i + 1); (fold.HasPrefix(f.text[k:], "exec(") || fold.HasPrefix(f.text[k:], "eval(")) && q != '"' && q != '\'' {
		return 0
	}
	return class
}

// interpolated reports whether the text at i, after "${", calls a function: PHP runs it there.
func (f *finder) interpolated(i int) bool {
	if i < len(f.text) && f.text[i] == '@' {
		i++
	}
	j := i
	for j < len(f.text) && wordByte(f.text[j]) {
		j++
	}
	return j < len(f.text) && f.text[j] == '(' && commands.Class(f.text[i:j])&cEval != 0
}

// include judges the server-side include at i.
func (f *finder) include(i int) {
	for _, directive := range [...]string{"exec", "include", "echo", "set ", "printenv", "config"} {
		if fold.HasPrefix(f.text[i:], "<!--#") && fold.HasPrefix(f.text[i+5:], directive) {
			f.add(i, i+9, 0.9, "server_side_include")
			return
		}
	}
}
