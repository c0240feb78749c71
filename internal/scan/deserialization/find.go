// Package deserialization finds serialized objects whose reading runs code in one decoded text: the magic of Java,
// .NET, PHP, Python, Ruby and Node.js, tags of YAML that name classes, and classes that gadget chains are made of. It
// knows nothing of bodies, views or policies.
package deserialization

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// Critical, as scan.Critical.
const severity = 3

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever its
// case.
var Triggers = []string{
	"ro0ab", "aced0005", "ac ed 00 05", "\xac\xed\x00\x05", // Java
	"aaeaaad/////", "objectdataprovider", "typeconfusedelegate", "system.diagnostics.process", "system.configuration.install", "windowsidentity", "axhost+state", // .NET
	"system.management.automation", "resourcedictionary", "__type", "$type",
	"\":{", ":{s:", ":{i:", ":0:{}", // PHP
	"cos\n", "cposix\n", "c__builtin__\n", "cbuiltins\n", "csubprocess\n", "cnt\n", "gajj", "gank", "gasv", "gaqo", // Python
	"\x04\x08", "bahv", "bahb", "bahj", "gem::requirement", "gem::installer", "gem::package", // Ruby
	"_$$nd_func$$_", "!!python/", "!!javax.", "!!java.", "!!com.", "!!org.", "!!net.", "!!sun.", "!ruby/", "!!ruby/", "!!js/function",
	"__proto__", "constructor[prototype]", "classloader.", "jdk.nashorn", "ganj", "gan9",
	"@type", "\"@class\"", "java.lang.", "com.sun.", "javax.", "org.apache.", "org.springframework.", "java.net.", "java.util.", "java.beans.", "com.mchange.",
	"org.codehaus.", "org.hibernate.", "bsh.", "ysoserial", "com.alibaba.", "sun.reflect.", "ch.qos.", "com.zaxxer.", "oracle.jdbc.", "br.com.anteros", "org.jboss.", "com.caucho.",
}

var triggers = lexicon.NewLiterals(Triggers, false)

type finder struct {
	text []byte
	dst  []match.Match
}

// Find appends the serialized objects in text to dst, with byte offsets into text. Its time is linear in len(text):
// behind each magic a bounded number of bytes is read. It allocates only to grow dst.
func Find(text []byte, dst []match.Match) []match.Match {
	f := finder{text: text, dst: dst}
	for i := 0; i < len(text); i++ {
		if hot[text[i]] {
			i = f.judge(i)
		}
	}
	if len(f.dst) > len(dst) && !triggers.In(text) {
		return dst
	}
	return f.dst
}

// hot holds the bytes that judge knows something to begin with.
var hot = func() (t [256]bool) {
	for _, c := range []byte("rAa\xacoOcCgBb\x04_!jJsSmMnNlLyY\"") {
		t[c] = true
	}
	return t
}()

// judge looks for what may begin at i and returns the last byte read.
func (f *finder) judge(i int) int {
	rest := f.text[i:]
	switch c := rest[0]; c {
	case '_':
		if fold.HasPrefix(rest, "_$$nd_func$$_") {
			f.add(i, i+13, 0.97, "node_function")
		} else if fold.HasPrefix(rest, "__proto__") {
			f.prototype(i)
		}
		return i
	case '!':
		f.yaml(i)
		return i
	case '\xac':
		if fold.HasPrefix(rest, "\xac\xed\x00\x05") {
			f.add(i, i+4, 0.95, "java_stream")
		}
		return i
	case '\x04':
		f.ruby(i, rest)
		return i
	case '"':
		f.typed(i)
		return i
	}
	if i > 0 && wordByte(f.text[i-1]) {
		return i
	}
	switch rest[0] {
	case 'r':
		if bytes.HasPrefix(rest, []byte("rO0AB")) && len(rest) > 8 {
			f.add(i, i+5, 0.95, "java_stream")
		}
	case 'a', 'A':
		f.magicA(i, rest)
	case 'O', 'C':
		f.php(i)
	}
	switch rest[0] | 0x20 {
	case 'o':
		if fold.HasPrefix(rest, "objectdataprovider") && f.provides(i) {
			f.add(i, i+18, 0.9, "gadget_element")
		}
	case 'c':
		if fold.HasPrefix(rest, "constructor[prototype]") {
			f.add(i, i+22, 0.85, "prototype_pollution")
		} else if (i == 0 || f.text[i-1] != '.') && (fold.HasPrefix(rest, "class.module.classloader.") || fold.HasPrefix(rest, "class.classloader.")) {
			f.add(i, i+18, 0.9, "class_loader")
		}
	}
	switch rest[0] {
	case 'c':
		f.pickle(i, rest)
	case 'g', 'B':
		f.encoded(i)
	}
	return f.class(i)
}

func (f *finder) add(start, end int, confidence float32, rule string) {
	f.dst = append(f.dst, match.Match{Start: start, End: min(end, len(f.text)), Confidence: confidence, Severity: severity, Rule: rule})
}

// magicA judges the magic that begins with an A: streams of Java in hexadecimal digits, of .NET in base64.
func (f *finder) magicA(i int, rest []byte) {
	switch {
	case fold.HasPrefix(rest, "aced0005") && len(rest) > 12 && hexadecimal(rest[8:12]), fold.HasPrefix(rest, "ac ed 00 05"):
		f.add(i, i+8, 0.92, "java_stream")
	case bytes.HasPrefix(rest, []byte("AAEAAAD/////")):
		f.add(i, i+12, 0.93, "dotnet_stream")
	}
}

func hexadecimal(b []byte) bool {
	for _, c := range b {
		if c-'0' >= 10 && c|0x20-'a' >= 6 {
			return false
		}
	}
	return true
}

// maxTag bounds the bytes of a tag that are read.
const maxTag = 160

// yaml judges the tag at i: one that names a class or function to call.
func (f *finder) yaml(i int) {
	rest := f.text[i:]
	switch {
	case fold.HasPrefix(rest, "!!python/name:") && !f.running(i+len("!!python/name:")):
		// Site generators name their own functions so; only to name one calls nothing.
	case fold.HasPrefix(rest, "!!python/object/apply:") && len(f.text) > maxTag && !f.running(i+len("!!python/object/apply:")):
		// The same in their configuration: pymdownx.slugs.slugify.
	case fold.HasPrefix(rest, "!!python/object"), fold.HasPrefix(rest, "!!python/name:"), fold.HasPrefix(rest, "!!python/module:"):
		f.add(i, i+15, 0.92, "yaml_tag")
	case fold.HasPrefix(rest, "!ruby/object:"), fold.HasPrefix(rest, "!ruby/hash:"), fold.HasPrefix(rest, "!ruby/struct:"), fold.HasPrefix(rest, "!ruby/marshalable:"),
		fold.HasPrefix(rest, "!!ruby/object:"):
		f.add(i, i+12, 0.86, "yaml_tag")
	case fold.HasPrefix(rest, "!!js/function"):
		f.add(i, i+13, 0.9, "yaml_tag")
	case fold.HasPrefix(rest, "!!"):
		n, dots := 2, 0
		for n < len(rest) && n < maxTag && (wordByte(rest[n]) || rest[n] == '.' || rest[n] == '$') {
			if rest[n] == '.' {
				dots++
			}
			n++
		}
		if dots >= 2 && (n == len(rest) || rest[n] == ' ' || rest[n] == '[' || rest[n] == '{' || rest[n] == '\n' || rest[n] == ',') {
			f.add(i, i+n, 0.92, "yaml_tag") // !!javax.script.ScriptEngineManager [
		}
	}
}

// prototype judges the name of the object that every object of JavaScript inherits from, at i: as a name of its own, or in a field's name.
func (f *finder) prototype(i int) {
	const n = len("__proto__")
	next, before := f.at(i+n), byte(0)
	if i > 0 {
		before = f.text[i-1]
	}
	switch {
	case len(f.text) == n:
		f.add(i, i+n, 0.82, "prototype_pollution")
	case before == 0 || before == '&' || before == '?':
		if next == '[' && f.at(i+n+1) != '"' && f.at(i+n+1) != '\'' || next == '.' && wordByte(f.at(i+n+1)) {
			f.add(i, i+n, 0.85, "prototype_pollution")
		}
	case before == '[' && next == ']' && i > 1 && wordByte(f.text[i-2]) && (f.at(i+n+1) == '[' || f.at(i+n+1) == '=' || f.at(i+n+1) == '.'):
		f.add(i-1, i+n+1, 0.85, "prototype_pollution")
	case before == '"' && next == '"':
		rest := bytes.TrimLeft(f.text[i+n+1:min(len(f.text), i+n+8)], " \t")
		if len(rest) > 1 && rest[0] == ':' && bytes.IndexByte(rest, '{') > 0 {
			f.add(i, i+n, 0.84, "prototype_pollution")
		}
	}
}

// provides reports whether the element of XAML at i names a method, which is called when it is read.
func (f *finder) provides(i int) bool {
	if i == 0 || f.text[i-1] != '<' && f.text[i-1] != ':' {
		return false
	}
	return fold.Contains(f.text[i:min(len(f.text), i+2*maxTag)], "methodname")
}

// running reports whether the dotted name at i begins with a module of which functions run something.
func (f *finder) running(i int) bool {
	for _, m := range modules {
		m = m[:len(m)-1]
		if rest := f.text[i:]; fold.HasPrefix(rest, m) && len(rest) > len(m) && !wordByte(rest[len(m)]) {
			return true
		}
	}
	return fold.HasPrefix(f.text[i:], "eval") || fold.HasPrefix(f.text[i:], "exec")
}

// php judges the object at i: O:8:"stdClass":1:{ with a name as long as it says, or with a sign that filters overlook.
func (f *finder) php(i int) {
	j, length := i+1, 0
	if f.at(j) != ':' {
		return
	}
	j++
	if f.at(j) == '+' {
		j++
	}
	for n := 0; n < 4 && f.at(j)-'0' < 10; n++ {
		length = 10*length + int(f.text[j]-'0')
		j++
	}
	if f.at(j) != ':' {
		return
	}
	j++
	if f.at(j) == '\\' {
		j++
	}
	if f.at(j) != '"' || length == 0 {
		return
	}
	name := j + 1
	for j = name; j < len(f.text) && j < name+128 && f.text[j] != '"' && f.text[j] != '\\' || f.at(j) == '\\' && f.at(j+1) != '"' && j < name+128; {
		j++
	}
	end := j
	if f.at(j) == '\\' {
		j++
	}
	if f.at(j) != '"' || f.at(j+1) != ':' || f.at(j+2)-'0' >= 10 {
		return
	}
	c := float32(0.8)
	if end-name == length {
		c = 0.92
	}
	f.add(i, j+3, c, "php_object")
}

// modules whose functions pickles call to run something.
var modules = [...]string{"os\n", "posix\n", "nt\n", "subprocess\n", "__builtin__\n", "builtins\n", "commands\n", "sys\n", "pty\n", "socket\n", "runpy\n"}

// goesOn reports whether b goes on as a pickle does behind a global: with opcodes that are no letters, or with one that stores
// it, p and a number or q and a byte, or calls it. Lists of words have words there.
func goesOn(b []byte) bool {
	switch {
	case len(b) == 0 || !wordByte(b[0]):
		return true
	case len(b) == 1:
		return false
	}
	return b[0] == 'p' && b[1]-'0' < 10 || !wordByte(b[1])
}

// pickle judges the opcode c at i, which loads a global: a module and a name on lines of their own.
func (f *finder) pickle(i int, rest []byte) {
	if i > 0 && f.text[i-1] > ' ' && f.text[i-1] != '\x80' && f.text[i-1] != '(' && i > 8 {
		return
	}
	for _, m := range modules {
		if !bytes.HasPrefix(rest[1:], []byte(m)) {
			continue
		}
		n := 1 + len(m)
		for n < len(rest) && n < 40 && wordByte(rest[n]) {
			n++
		}
		if n < len(rest) && rest[n] == '\n' && n > 2+len(m) && goesOn(rest[n+1:]) {
			f.add(i, i+n, 0.95, "python_pickle")
		}
		return
	}
}

// ruby judges the magic of a marshalled object at i, rest beginning with it.
func (f *finder) ruby(i int, rest []byte) {
	if len(rest) < 4 || rest[1] != '\x08' {
		return
	}
	switch rest[2] {
	case 'o', 'c', 'U', 'u', 'e', 'C', 'm':
		f.add(i, i+3, 0.86, "ruby_marshal")
	case '[', '{', 'I':
		if rubyGadget(rest[:min(len(rest), maxDecoded)]) {
			f.add(i, i+3, 0.92, "ruby_marshal")
		}
	}
}

func rubyGadget(b []byte) bool {
	return fold.Contains(b, "gem::") || fold.Contains(b, "activesupport::") || fold.Contains(b, "erb") && fold.Contains(b, "@src") || fold.Contains(b, "kernel")
}

func (f *finder) at(i int) byte {
	if i < len(f.text) {
		return f.text[i]
	}
	return 0
}

func wordByte(c byte) bool { return c|0x20-'a' < 26 || c-'0' < 10 || c == '_' }
