package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/fold"

// commandAt reads the command at i, past the commands that only run another (time, nohup, env).
func (f *finder) commandAt(i int) word {
	w := wordAt(f.text, i)
	for n := 0; n < 2 && w.class&cPre != 0; n++ {
		j := w.end
		for j < len(f.text) && blank(f.text[j]) {
			j++
		}
		next := wordAt(f.text, j)
		if j == w.end || next.class&(cStrong|cRecon) == 0 || !complete(f.text, next.end) {
			break
		}
		next.split, next.ifs, next.path = next.split || w.split, next.ifs || w.ifs, next.path || w.path
		next.class = next.class&^cWeak | cStrong
		w = next
	}
	return w
}

// telling reports whether the command w at i, alone in its text, is followed by what only a command has: a
// subcommand of Windows' net, reg or netsh, the name of another program, a bare number for sleep, an alias.
func (f *finder) telling(i int, w *word) bool {
	j := w.end
	for j < len(f.text) && blank(f.text[j]) {
		j++
	}
	if j == w.end {
		return false
	}
	next := wordAt(f.text, j)
	name := f.text[i:w.end]
	switch {
	case fold.Equal(name, "net") || fold.Equal(name, "reg") || fold.Equal(name, "netsh") || fold.Equal(name, "sc"):
		return next.class&cSub != 0
	case fold.Equal(name, "wmic"):
		return next.class&cSub != 0
	case fold.Equal(name, "which") || fold.Equal(name, "whereis"):
		return next.class&cStrong != 0 && f.blankFrom(next.end)
	case fold.Equal(name, "sleep"):
		return next.end > j && isDigit(f.text[j]) && (f.blankFrom(next.end) || separators[f.at(next.end)])
	case fold.Equal(name, "alias"):
		for ; next.end < len(f.text) && next.end < j+24 && f.text[next.end] != '='; next.end++ {
			if blank(f.text[next.end]) {
				return false
			}
		}
		return next.end > j && next.end < len(f.text) && f.text[next.end] == '='
	}
	return false
}

// maxVariable bounds the name of a variable and the text before its use that is searched for its value.
const maxVariable = 256

// variable judges a command that is a variable, $c at j behind the separator at i, when the text gave it its
// value before (c=cat;$c /etc/hosts).
func (f *finder) variable(i, j int) {
	if j >= len(f.text) || f.text[j] != '$' || f.head.long {
		return
	}
	k := j + 1
	for k < len(f.text) && k < j+16 && (isLetter(f.text[k]) || isDigit(f.text[k]) || f.text[k] == '_') {
		k++
	}
	if k == j+1 || k < len(f.text) && !blank(f.text[k]) && f.text[k] != '$' {
		return
	}
	for n := k; n < len(f.text) && n < k+3; n++ {
		if f.text[n] == '=' {
			return // an assignment of PHP or Perl
		}
	}
	name := f.text[j+1 : k]
	for p := max(0, i-maxVariable); p+len(name) < i; p++ {
		if (p == 0 || !wordByte(f.text[p-1])) && string(f.text[p:p+len(name)]) == string(name) && f.text[p+len(name)] == '=' && f.text[p+len(name)+1] != ' ' {
			f.add(p, k, 0.88, "variable_command")
			return
		}
	}
}

// maxBatch bounds the line of a batch file that is read.
const maxBatch = 200

// batch judges a text that is one line of cmd.exe: for %x in (...) do, if exist file command.
func (f *finder) batch() {
	i := 0
	for i < len(f.text) && i < 4 && (blank(f.text[i]) || f.text[i] == '&' || f.text[i] == '|' || f.text[i] == '@') {
		i++
	}
	if f.head.lines > 1 || !fold.HasPrefix(f.text[i:], "for ") && !fold.HasPrefix(f.text[i:], "if ") && !fold.HasPrefix(f.text[i:], "if/") {
		return
	}
	if fold.Lower(f.text[i]) == 'f' {
		f.loop(i)
		return
	}
	f.branch(i)
}

// loop judges FOR [/F "options"] %x IN (set) DO command at i.
func (f *finder) loop(i int) {
	stop := min(len(f.text), i+maxBatch)
	step := 0
	for j := i + 3; j < stop; j++ {
		switch c := f.text[j]; {
		case step == 0 && c == '%':
			step = 1
		case step == 1 && blank(c) && fold.HasPrefix(f.text[j+1:], "in ("):
			step, j = 2, j+4
		case step == 2 && c == ')':
			step = 3
		case step == 3 && (fold.HasPrefix(f.text[j:], "do ") || fold.HasPrefix(f.text[j:], "do(")):
			f.add(i, j+2, 0.88, "batch_loop")
			return
		case step == 3 && !blank(c):
			step = 2
		}
	}
}

// branch judges IF [/I] [NOT] EXIST|DEFINED|ERRORLEVEL operand command, and IF value comparison value
// command with a variable of cmd.exe among the values.
func (f *finder) branch(i int) {
	j := i + 2
	flag := false
	var tested bool
	for n := 0; n < 4; n++ {
		for j < len(f.text) && blank(f.text[j]) {
			j++
		}
		rest := f.text[min(j, len(f.text)):]
		switch {
		case fold.HasPrefix(rest, "/i "):
			flag, j = true, j+2
			continue
		case fold.HasPrefix(rest, "not "):
			j += 3
			continue
		case fold.HasPrefix(rest, "exist "), fold.HasPrefix(rest, "defined "), fold.HasPrefix(rest, "errorlevel "), fold.HasPrefix(rest, "cmdextversion "):
			tested = true
			j += 5
			for j < len(f.text) && !blank(f.text[j]) {
				j++
			}
			continue
		}
		break
	}
	if j >= len(f.text) {
		return
	}
	if tested {
		end := f.operandEnd(j)
		for end < len(f.text) && blank(f.text[end]) {
			end++
		}
		if end < len(f.text) && (f.text[end] == '(' || f.acts(end)) {
			f.add(i, end, 0.84, "batch_condition")
		}
		return
	}
	f.compared(i, j, flag)
}

// operandEnd returns where the operand at j ends: a quoted name, or all up to a blank.
func (f *finder) operandEnd(j int) int {
	if f.text[j] == '"' {
		return f.quoteEnd(j)
	}
	for j < len(f.text) && !blank(f.text[j]) {
		j++
	}
	return j
}

// acts reports whether the word at i is a command, also of cmd.exe itself.
func (f *finder) acts(i int) bool {
	if f.text[i] == '@' {
		i++
	}
	w := wordAt(f.text, i)
	return w.class&(cStrong|cWeak) != 0 || fold.HasPrefix(f.text[i:], "goto ") || fold.HasPrefix(f.text[i:], "if ")
}

// compared judges the comparison of a batch IF: values at j with %variables%, or a flag of IF before them.
func (f *finder) compared(i, j int, flag bool) {
	variable := flag
	for k := j; k < len(f.text) && k < j+80; k++ {
		switch c := f.text[k]; {
		case (c == '%' || c == '!') && k+1 < len(f.text) && (isLetter(f.text[k+1]) || isDigit(f.text[k+1]) && !isDigit(f.at(k+2))):
			variable = true
		case c == '=' && k+1 < len(f.text) && f.text[k+1] == '=':
			if variable || f.follows(k+2) {
				f.add(i, k+2, 0.84, "batch_condition")
			}
			return
		case blank(c) && k+5 < len(f.text) && blank(f.text[k+4]):
			for _, op := range [...]string{"equ", "neq", "lss", "leq", "gtr", "geq"} {
				if fold.HasPrefix(f.text[k+1:], op) {
					f.add(i, k+4, 0.84, "batch_condition")
					return
				}
			}
		}
	}
}

// follows reports whether a command of cmd.exe stands behind the operand at k: IF a==b echo c.
func (f *finder) follows(k int) bool {
	for k < len(f.text) && (blank(f.text[k]) || f.text[k] == '=') {
		k++
	}
	if k == len(f.text) {
		return false
	}
	k = f.operandEnd(k)
	for k < len(f.text) && blank(f.text[k]) {
		k++
	}
	return k < len(f.text) && (fold.HasPrefix(f.text[k:], "goto ") || fold.HasPrefix(f.text[k:], "echo ") || fold.HasPrefix(f.text[k:], "start ") ||
		fold.HasPrefix(f.text[k:], "call ") || fold.HasPrefix(f.text[k:], "(exit"))
}

// mail judges a text that begins on a line of its own with a command of a mail server: the application's line
// ends there.
func (f *finder) mail() {
	i := 0
	for i < len(f.text) && i < 6 && (f.text[i] == '\r' || f.text[i] == '\n') {
		i++
	}
	if i == 0 {
		return
	}
	j := f.letters(i)
	class := commands.Class(f.text[i:j])
	switch {
	case class&cMail != 0 && upper(f.text[i:j]) && (j == len(f.text) || blank(f.text[j]) || f.text[j] == '\r'):
		f.add(0, j, 0.84, "mail_command")
	case isDigit(f.at(i + 1)):
		// A tag, then the verb: a001 SELECT INBOX.
		for j = i + 1; j < len(f.text) && isDigit(f.text[j]); j++ {
		}
		if j+1 < len(f.text) && f.text[j] == ' ' {
			k := f.letters(j + 1)
			if commands.Class(f.text[j+1:k])&cBox != 0 && upper(f.text[j+1:k]) {
				f.add(0, k, 0.84, "mail_command")
			}
		}
	}
}

// letters returns where the letters at i end.
func (f *finder) letters(i int) int {
	for i < len(f.text) && isLetter(f.text[i]) {
		i++
	}
	return i
}

func (f *finder) at(i int) byte {
	if i < len(f.text) {
		return f.text[i]
	}
	return 0
}

func upper(b []byte) bool {
	for _, c := range b {
		if c-'A' >= 26 {
			return false
		}
	}
	return len(b) > 1
}

// maxBody bounds the body of a function that is read.
const maxBody = 48

// bomb judges a function that calls itself twice at once, its parenthesis at i: f(){ f|f& };f.
func (f *finder) bomb(i int) {
	j := i
	for j > 0 && j > i-16 && (wordByte(f.text[j-1]) || f.text[j-1] == ':') {
		j--
	}
	name := f.text[j:i]
	if len(name) == 0 || i+2 >= len(f.text) || f.text[i+1] != ')' {
		return
	}
	k := i + 2
	for k < len(f.text) && k < i+6 && blank(f.text[k]) {
		k++
	}
	if k >= len(f.text) || f.text[k] != '{' {
		return
	}
	calls, forks := 0, false
	for k++; k < len(f.text) && k < i+maxBody && f.text[k] != '}'; k++ {
		switch c := f.text[k]; {
		case c == '&' || c == '|':
			forks = true
		case c == name[0] && string(f.text[k:min(len(f.text), k+len(name))]) == string(name):
			calls++
			k += len(name) - 1
		case !blank(c) && c != ';' && c != '(' && c != ')':
			return
		}
	}
	if calls >= 2 && forks && k < len(f.text) && f.text[k] == '}' {
		f.add(j, k+1, 0.9, "fork_bomb")
	}
}
