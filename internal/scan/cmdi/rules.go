package cmdi

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
	ctx := f.context(i)
	glued := j < len(f.text) && !blank(f.text[j]) && i > 0 && f.text[i-1] > ' '
	for j < len(f.text) && j < i+24 && (blank(f.text[j]) || f.text[j] == '\n' || f.text[j] == '\r' || f.text[j] == '(' || f.text[j] == '{' || f.text[j] == '!') {
		j++
	}
	f.command(i, j, ctx, c, glued)
	return end
}

// entity reports whether the ampersand at i begins a character reference or joins names (AT&T, a&b=c).
func entity(text []byte, i int) bool {
	j := i + 1
	for j < len(text) && j < i+12 && (wordByte(text[j]) || text[j] == '#') {
		j++
	}
	return j < len(text) && j > i+1 && (text[j] == ';' && j < i+9 && !has(text[i+1:], "id") && !has(text[i+1:], "ls") && !has(text[i+1:], "dir") || text[j] == '=')
}

// command weighs the command at j behind the separator at i.
func (f *finder) command(i, j int, ctx where, sep byte, glued bool) {
	w := wordAt(f.text, j)
	if w.end == j {
		return
	}
	if w.glob && w.path && w.class == 0 && ctx >= atValue {
		f.add(i, w.end, 0.85, "wildcard_path")
		return
	}
	if w.class&^cCall == 0 {
		return
	}
	a, end := f.arguments(w.end)
	p := base(ctx, sep)
	switch {
	case w.split || w.ifs:
		p += 0.4
	case w.path:
		p += 0.25
	}
	strong := w.class&cStrong != 0 && w.class&cWeak == 0
	switch {
	case a == aSensitive:
		p += 0.4
	case a == aShaped && strong:
		p += 0.3
	case a == aShaped:
		p += 0.25
	case a == aPlain && strong:
		p += 0.25
	case a == aPlain:
		p += 0.15
	case a == aEnd && strong:
		p += 0.3
	case a == aEnd && (glued || ctx == atStart):
		p += 0.25
	case a == aNone && strong && ctx >= atValue:
		p += 0.2
	case a == aNone:
		return
	}
	f.add(i, end, min(p, 0.97), "separator_command")
}

// base is the weight of a separator by what stands before it.
func base(ctx where, sep byte) float32 {
	switch ctx {
	case atStart:
		if sep == '\n' {
			return 0.4
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
	case next == '(':
		j := i + 2
		for j < len(f.text) && j < i+10 && (blank(f.text[j]) || f.text[j] == '`' || f.text[j] == '(') {
			j++
		}
		f.command(i, j, f.context(i), c, true)
		return i + 1
	case c == '$' && next == '{':
		return f.lookup(i)
	case c == '$' && has(f.text[i:], "$ifs"):
		f.add(i, i+4, 0.82, "ifs_expansion")
	}
	return i
}

// special judges names that only attacks contain: /dev/tcp/ redirections.
func (f *finder) special(i int) {
	if !has(f.text[i:], "/dev/tcp/") && !has(f.text[i:], "/dev/udp/") {
		return
	}
	w := float32(0.5)
	if i > 0 && (f.text[i-1] == '>' || f.text[i-1] == '<' || f.text[i-1] == ' ') {
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
	if commands.Class(f.text[j:i])&cCall == 0 {
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
	if w.class != 0 || empty && (has(f.text[j:], "phpinfo") || has(f.text[j:], "phpversion")) {
		p = 0.5
	}
	if ctx == atStart || j <= 4 && !f.head.long {
		p += 0.35
	}
	if p > 0.5 {
		f.add(j, w.end, p, "code_function")
	}
}

// bare judges a text that is a command as a whole.
func (f *finder) bare() {
	i := 0
	for i < len(f.text) && (blank(f.text[i]) || f.text[i] == '\'' || f.text[i] == '"') {
		i++
	}
	w := wordAt(f.text, i)
	if w.end == i || f.head.long || w.class&^cCall == 0 {
		return
	}
	a, end := f.arguments(w.end)
	strong := w.class&cStrong != 0 && w.class&cWeak == 0
	switch {
	case w.split || w.ifs:
		f.add(0, end, 0.85, "disguised_command")
	case a == aSensitive:
		f.add(0, end, 0.82, "bare_command")
	case w.path && w.class&cStrong != 0:
		f.add(0, end, 0.8, "bare_command")
	case strong && a >= aShaped:
		f.add(0, end, 0.7, "bare_command")
	case a >= aPlain || a == aEnd && w.class&cRecon != 0:
		f.add(0, end, 0.6, "bare_command")
	}
}
