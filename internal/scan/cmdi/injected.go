package cmdi

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// shells and interpreters run what they are given on their input.
var shells = [...]string{"sh", "bash", "zsh", "dash", "ksh", "ash", "python", "python3", "perl", "php", "ruby", "node"}

// maxPipeline bounds the text before a pipe that is searched for what is piped.
const maxPipeline = 160

// piped judges a pipe at i into a shell, its name from j to end, that gets no arguments: in a value that begins with a separator,
// or behind a command that takes the disguise off what it reads. Behind a download alone it is what installation guides say.
func (f *finder) piped(i, j, end int, ctx where) bool {
	if !shell(f.text[j:end]) {
		return false
	}
	before := f.text[max(0, i-maxPipeline):i]
	if n := bytes.LastIndexByte(before, '\n'); n >= 0 {
		before = before[n+1:]
	}
	if reveals(before) {
		f.add(i, end, 0.85, "decoded_command")
		return true
	}
	k := end
	for k < len(f.text) && blank(f.text[k]) {
		k++
	}
	if k < len(f.text) && (isLetter(f.text[k]) || f.text[k] == '/' || f.text[k] == '.' || f.text[k] == '-') {
		return false // the script comes from elsewhere
	}
	switch first := f.text[0]; {
	case ctx == atStart, f.head.long:
		return false
	case (first == ';' || first == '&' || first == '|' || first == '`') && !f.row():
		f.add(0, end, 0.85, "piped_command")
	default:
		return false
	}
	return true
}

// shell reports whether name is one of shells, with or without a directory.
func shell(name []byte) bool {
	if n := bytes.LastIndexByte(name, '/'); n >= 0 {
		name = name[n+1:]
	}
	for _, s := range shells {
		if fold.Equal(name, s) {
			return true
		}
	}
	return false
}

// reveals reports whether the last command of a pipeline decodes or turns around what it reads.
func reveals(pipeline []byte) bool {
	if n := bytes.LastIndexAny(pipeline, "|;&("); n >= 0 {
		pipeline = pipeline[n+1:]
	}
	pipeline = bytes.TrimLeft(pipeline, " \t")
	return fold.HasPrefix(pipeline, "rev") && len(bytes.TrimSpace(pipeline)) == 3 || fold.HasPrefix(pipeline, "tac") && len(bytes.TrimSpace(pipeline)) == 3 ||
		fold.HasPrefix(pipeline, "base64 -d") || fold.HasPrefix(pipeline, "base64 --d") || fold.HasPrefix(pipeline, "xxd -r") || fold.HasPrefix(pipeline, "base32 -d")
}

// proseCommand is the confidence of a command within a sentence: people write so to support, and to models about shells.
const proseCommand = 0.82

// malicious reports whether a sentence goes on, behind the separator at i, with a command that no instructions have: one that
// reads the users of a system, deletes its root or hands out a shell, one that looks around glued to its separator, or any
// behind an address.
func (f *finder) malicious(i, j int, w *word, a *arguments) bool {
	name := f.text[j:w.end]
	args := f.text[w.end:a.end]
	switch {
	case secret(args):
		return f.text[i] != '`' && (f.text[i] != '$' || i > 0 && f.text[i-1] > ' ')
	case fold.Equal(name, "rm"):
		return fold.HasPrefix(args, " -rf /") && (len(args) == 6 || args[6] == '*' || args[6] <= ' ') || fold.HasPrefix(args, " -rf ~")
	case fold.Equal(name, "nc"), fold.Equal(name, "ncat"), fold.Equal(name, "netcat"):
		return fold.HasPrefix(args, " -e ") && bytes.Contains(args, []byte("/bin/"))
	}
	if i > 0 && f.text[i-1] == ' ' && f.text[j-1] > ' ' && f.at(w.end) != '|' && f.glued(i, w, a) {
		return true // a sentence has its blank behind a semicolon, not before
	}
	from := i
	for from > 0 && from > i-maxValue && f.text[from-1] > ' ' {
		from--
	}
	return from < i && w.class&(cStrong|cRecon) != 0 && a.best >= aEnd && a.best != aNone && address(f.text[from:i])
}

// glued reports whether the command behind the separator at i, without a blank between them, is more than a word: it looks around,
// is in disguise, or goes for what attacks do.
func (f *finder) glued(i int, w *word, a *arguments) bool {
	const around = cRecon | cStrong
	switch c := f.text[i]; {
	case c != ';' && c != '|' && c != '&':
		return false
	case w.class&(around|cWeak) == around, w.split, w.ifs:
		return true
	default:
		return c == ';' && w.class&cStrong != 0 && a.first == aSensitive
	}
}

// secrets are files that only attacks read in passing.
var secrets = [...]string{"/etc/passwd", "/etc/shadow", "\\win.ini", "/.ssh/id_", "/.aws/credentials"}

func secret(args []byte) bool {
	for i, c := range args {
		if c != '/' && c != '\\' {
			continue
		}
		for _, s := range secrets {
			if fold.HasPrefix(args[i:], s) {
				return true
			}
		}
	}
	return false
}

// broken reports whether what stands before the separator at i is an address, or closes a string, a list or a block: an
// application's text ends there, and a word that is a command goes on with another.
func (f *finder) broken(i int) bool {
	for i > 0 && blank(f.text[i-1]) {
		i--
	}
	switch f.at(max(i-1, 0)) {
	case '}', ')', '\'', '"':
		return i > 0
	}
	return f.addressed(i)
}

// addressed reports whether the text up to i is one IPv4 address.
func (f *finder) addressed(i int) bool {
	for i > 0 && f.text[i-1] <= ' ' {
		i--
	}
	return i <= maxValue && address(f.text[:i])
}

// assigns reports whether a command gives a variable its value: set a=b.
func assigns(name, rest []byte) bool {
	if !fold.Equal(name, "set") && !fold.Equal(name, "export") || len(rest) < 2 || !blank(rest[0]) {
		return false
	}
	i := 1
	for i < len(rest) && i < maxWord && (isLetter(rest[i]) || isDigit(rest[i]) || rest[i] == '_') {
		i++
	}
	return i > 1 && i < len(rest) && rest[i] == '='
}

// static judges a call of a static method of .NET behind the separator at i: ;[Diagnostics.Process]::Start(
func (f *finder) static(i, j int) {
	k := j + 1
	for k < len(f.text) && k < j+maxWord && (wordByte(f.text[k])) {
		k++
	}
	if k == j+1 || !fold.HasPrefix(f.text[k:], "]::") {
		return
	}
	if end := f.letters(k + 3); end > k+3 && f.at(end) == '(' {
		f.add(i, end, 0.85, "static_method")
	}
}

// loaded reports whether the method whose dot is at j is called on a module that the text begins by loading, to run
// programs: __import__('os').system(, require("child_process").exec(
func (f *finder) loaded(j int) bool {
	if j == 0 || f.text[j-1] != ')' || j > maxValue {
		return false
	}
	for _, load := range [...]string{"__import__(", "require(", "runtime.getruntime(", "java.lang.runtime.getruntime("} {
		if fold.HasPrefix(f.text, load) {
			return true
		}
	}
	return false
}

// option judges a text that is an option and, as its value, a command with what attacks go for: -oProxyCommand=touch /tmp/x.
// A program that is given the text as an argument runs it.
func (f *finder) option() {
	i := 0
	for i < len(f.text) && f.text[i] == '-' {
		i++
	}
	if i == 0 || i > 2 || f.head.lines > 0 {
		return
	}
	for i < len(f.text) && i < maxWord && (isLetter(f.text[i]) || f.text[i] == '-') {
		i++
	}
	if f.at(i) != '=' {
		return
	}
	if i++; f.at(i) > ' ' && f.at(i) != '<' && f.runsPrograms(f.text[:i]) {
		f.add(0, len(f.text), 0.84, "option_command")
		return
	}
	if fold.HasPrefix(f.text[min(i, len(f.text)):], "exec=") {
		i += len("exec=")
	}
	w := f.commandAt(i)
	if w.end == i || w.class&(cStrong|cWeak) == 0 || !blank(f.at(w.end)) {
		return
	}
	if a := f.arguments(w.end); a.first == aSensitive || w.class&cStrong != 0 && a.first >= aShaped && !a.prose {
		f.add(0, a.end, 0.84, "option_command")
	}
}

// runsPrograms reports whether an option is one by which ssh, git, tar and find are told what program to run.
func (f *finder) runsPrograms(option []byte) bool {
	for _, o := range [...]string{"-oproxycommand=", "--upload-pack=", "--receive-pack=", "--checkpoint-action=", "--use-compress-program=", "--to-command=", "--rsh-command="} {
		if fold.Equal(option, o) {
			return true
		}
	}
	return false
}

// script judges a value that leaves a string of PHP, runs one function and makes the rest a comment: ';exit(md5(1));//.
func (f *finder) script() {
	text := f.text
	if len(text) < 8 || len(text) > maxExpansion || !closesScript(text) {
		return
	}
	i := 0
	if isLetter(text[i]) || isDigit(text[i]) {
		i++
	}
	if text[i] == '\'' || text[i] == '"' {
		i++
	}
	if text[i] != ';' && text[i] != '.' {
		return
	}
	j := i + 1
	for j < len(text) && wordByte(text[j]) {
		j++
	}
	if j < len(text) && text[j] == '(' && commands.Class(text[i+1:j])&cEval != 0 {
		f.add(0, len(text), 0.86, "code_breakout")
	}
}

// closesScript reports whether a statement and then a comment end the text.
func closesScript(text []byte) bool {
	n := len(text)
	return text[n-1] == '#' && text[n-2] == ';' || text[n-1] == '/' && text[n-2] == '/' && text[n-3] == ';'
}
