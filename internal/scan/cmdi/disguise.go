package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/fold"

// sliced judges a part of a variable of cmd.exe, its colon at i: %COMSPEC:~0,3% spells what a filter looks for.
func (f *finder) sliced(i int) {
	from := i
	for from > 0 && i-from < maxWord && wordByte(f.text[from-1]) {
		from--
	}
	if f.at(i+1) != '~' || from == i || from == 0 || f.text[from-1] != '%' && f.text[from-1] != '!' {
		return
	}
	to := i + 2
	for to < len(f.text) && to < i+16 && (isDigit(f.text[to]) || f.text[to] == '-' || f.text[to] == ',') {
		to++
	}
	if to > i+2 && f.at(to) == f.text[from-1] {
		f.add(from-1, to+1, 0.86, "variable_slice")
	}
}

// minSpelled is how many letters are joined to letters before that is telling.
const minSpelled = 3

// spelled judges a name that is put together from strings, the quote at i: "M"&"i"&"d".
func (f *finder) spelled(i int) {
	if i == 0 || i+3 >= len(f.text) || f.text[i+1] != '&' || f.text[i+2] != '"' || !isLetter(f.text[i-1]) || !isLetter(f.text[i+3]) {
		return
	}
	if f.joints++; f.joints >= minSpelled {
		f.add(i-1, i+4, 0.85, "spelled_name")
	}
}

// constructed judges a tag of YAML at i that has a function of Python called, where that runs commands or code.
func (f *finder) constructed(i int) {
	const tag = "!!python/object/"
	if !fold.HasPrefix(f.text[i:], tag) {
		return
	}
	j := f.letters(i + len(tag))
	if f.at(j) != ':' {
		return
	}
	k := j + 1
	for k < len(f.text) && k < j+maxWord && wordByte(f.text[k]) {
		k++
	}
	last := k
	for last > j+1 && f.text[last-1] != '.' {
		last--
	}
	if commands.Class(f.text[last:k])&(cCall|cEval) != 0 || fold.HasPrefix(f.text[j+1:], "subprocess.") {
		f.add(i, k, 0.9, "code_function")
	}
}

// conditional judges a text that is a condition or a loop of a shell and nothing else, with a command in place of a value.
func (f *finder) conditional() {
	if f.head.lines > 0 || len(f.text) > maxBare {
		return
	}
	i := 0
	if fold.HasPrefix(f.text, "time ") {
		i = len("time ")
	}
	words := [...]struct{ first, second string }{{"if ", "then "}, {"for ", "do "}, {"while ", "do "}, {"until ", "do "}}
	for _, w := range words {
		if !fold.HasPrefix(f.text[i:], w.first) {
			continue
		}
		substituted := false
		for j := i; j+1 < len(f.text); j++ {
			switch c := f.text[j]; {
			case c == '`', c == '$' && f.text[j+1] == '(':
				substituted = true
			case c == ';' && substituted:
				k := j + 1
				for k < len(f.text) && blank(f.text[k]) {
					k++
				}
				if fold.HasPrefix(f.text[k:], w.second) {
					f.add(0, k, 0.85, "shell_conditional")
					return
				}
			}
		}
	}
}

// assigned judges a name that is given the output of a command behind the separator at i, where it is j: ;a=$(id).
func (f *finder) assigned(i, j int) bool {
	k := j
	for k < len(f.text) && k < j+maxWord && (isLetter(f.text[k]) || isDigit(f.text[k]) || f.text[k] == '_') {
		k++
	}
	if k == j || f.at(k) != '=' || f.at(k+1) != '`' && (f.at(k+1) != '$' || f.at(k+2) != '(') || i > maxClosing {
		return false
	}
	f.add(i, k+2, 0.85, "assigned_output")
	return true
}

// unset skips variables that stand as words of their own before a command at j, |$u wget: they have no value.
func (f *finder) unset(j int) int {
	for f.at(j) == '$' {
		k := j + 1
		for k < len(f.text) && k < j+16 && (isLetter(f.text[k]) || isDigit(f.text[k]) || f.text[k] == '_') {
			k++
		}
		if k == j+1 || !blank(f.at(k)) {
			break
		}
		for k < len(f.text) && blank(f.text[k]) {
			k++
		}
		if wordAt(f.text, k).class&(cStrong|cWeak) == 0 {
			break
		}
		j = k
	}
	return j
}

// unstyled skips a written-out sequence that moves a terminal's cursor, at j: \033[2A hides the command before it.
func (f *finder) unstyled(j int) int {
	if !fold.HasPrefix(f.text[min(j, len(f.text)):], "\\033[") {
		return j
	}
	k := j + len("\\033[")
	for k < len(f.text) && k < j+12 && isDigit(f.text[k]) {
		k++
	}
	if k < len(f.text) && f.text[k]-'A' < 26 {
		k++
	}
	return k
}

// commented reports whether the separator at i leaves a string that a comment stands before: #' | cmd is meant for any quotes.
func (f *finder) commented(i int) bool {
	for i > 0 && (blank(f.text[i-1]) || f.text[i-1] == '\'' || f.text[i-1] == '"' || f.text[i-1] == '\\') {
		i--
		if f.text[i] == '\'' || f.text[i] == '"' {
			for i > 0 && f.text[i-1] == '\\' {
				i--
			}
			return i > 0 && f.text[i-1] == '#'
		}
	}
	return false
}
