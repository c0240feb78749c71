package ssti

import (
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// Classes of names inside an expression.
const (
	cDunder lexicon.Class = 1 << iota // attributes that lead from any Python object to the interpreter
	cCall                             // functions that run something or reach a class, when called or named in a string
	cName                             // names that no template of an application holds
)

var names = lexicon.New(
	lexicon.Group{Class: cDunder, Words: "__class__ __mro__ __subclasses__ __globals__ __builtins__ __import__ __base__ __bases__ __init__ __getitem__ " +
		"__dict__ __self__ __code__ __reduce__"},
	lexicon.Group{Class: cCall, Words: "getclass forname getruntime exec system popen passthru shell_exec file_get_contents get_user_file eval getfilter " +
		"registerundefinedfiltercallback newinstance getclassloader getdeclaredmethod getmethod getmethods invoke require spawn spawnsync " +
		"execsync proc_open assert phpinfo unserialize readfile file_excerpt getconstructors gettypeloader"},
	lexicon.Group{Class: cName, Words: "processbuilder child_process mainmodule ognl ognlcontext _memberaccess scriptenginemanager objectconstructor " +
		"jythonruntime lipsum cycler joiner get_flashed_messages memberaccess allowstaticmethodaccess"},
)

// reaches reports whether an expression reaches out of the template: it names the interpreter's attributes, or
// calls what runs programs, or passes the name of such a function to a filter.
func (f *finder) reaches(b []byte) bool {
	for i := 0; i < len(b); {
		if !nameByte(b[i]) {
			if b[i] == '\\' && (fold.HasPrefix(b[i:], "\\x5f\\x5f") || fold.HasPrefix(b[i:], "\\u005f\\u005f")) {
				return true // __ written out
			}
			i++
			continue
		}
		j := i
		for j < len(b) && nameByte(b[j]) {
			j++
		}
		class := names.Class(b[i:j])
		switch {
		case class&cDunder != 0, class&cName != 0 && (member(b, i, j) || class&cCall != 0):
			return true
		case class&cCall != 0 && j < len(b) && b[j] == '(' && !fold.HasPrefix(b[j+1:], `"./`) && !fold.HasPrefix(b[j+1:], "'./"):
			return true
		case class&cCall != 0 && i > 1 && quote(b[i-1]) && (b[i-2] == '(' || b[i-2] == '[') && j < len(b) && quote(b[j]):
			return true
		case j-i == 4 && fold.HasPrefix(b[i:], "java") && j < len(b) && b[j] == '.' && (len(b) > maxProperty || !property(b)):
			return true
		}
		i = j
	}
	return false
}

// maxProperty bounds the name of a property.
const maxProperty = 64

// property reports whether an expression is the name of a property of the build or the machine and nothing else: java.version.
// The names of Java's classes have capitals and are called.
func property(b []byte) bool {
	for _, c := range b {
		if c-'a' >= 26 && c-'0' >= 10 && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

// member reports whether the name at b[i:j] is used: something is taken from it, it is called, or it is
// qualified.
func member(b []byte, i, j int) bool {
	if j < len(b) && (b[j] == '.' || b[j] == '(' || b[j] == '[' || b[j] == '|' || b[j] == '=') {
		return true
	}
	return i > 0 && (b[i-1] == '.' || b[i-1] == '#' || b[i-1] == '@' || quote(b[i-1]))
}

func quote(c byte) bool { return c == '\'' || c == '"' }

func nameByte(c byte) bool { return c|0x20-'a' < 26 || c-'0' < 10 || c == '_' }

// chain judges two attributes of Python's objects in a row at i, also outside of delimiters, and returns the
// last byte of the first name: x.__class__.__mro__.
func (f *finder) chain(i int) int {
	j := i
	for j < len(f.text) && j < i+32 && nameByte(f.text[j]) {
		j++
	}
	if names.Class(f.text[i:j])&cDunder == 0 {
		return max(i, j-1)
	}
	k := j
	for k < len(f.text) && k < j+6 && (f.text[k] == '.' || f.text[k] == '(' || f.text[k] == ')' || f.text[k] == '[' || f.text[k] == ']' || quote(f.text[k])) {
		k++
	}
	end := k
	for end < len(f.text) && end < k+32 && nameByte(f.text[end]) {
		end++
	}
	if k > j && names.Class(f.text[k:end])&cDunder != 0 && !fold.HasPrefix(f.text[k:], "__dict__") {
		f.add(i, end, 0.85, "object_chain")
	}
	return j - 1
}
