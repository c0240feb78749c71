package ssti

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// Classes of names inside an expression.
const (
	cDunder lexicon.Class = 1 << iota // attributes that lead from any Python object to the interpreter
	cCall                             // functions that run something or reach a class, when called or named in a string
	cName                             // names that no template of an application holds
	cHolder                           // objects that hold an application's secrets or its server's state
	cHeld                             // members of them that do
	cFiles                            // classes that read files and directories, in Ruby
	cRead                             // their methods that do
)

var names = lexicon.New(
	lexicon.Group{Class: cDunder, Words: "__class__ __mro__ __subclasses__ __globals__ __builtins__ __import__ __base__ __bases__ __init__ __getitem__ " +
		"__dict__ __self__ __code__ __reduce__"},
	lexicon.Group{Class: cCall, Words: "getclass forname getruntime exec system popen passthru shell_exec file_get_contents get_user_file eval getfilter " +
		"registerundefinedfiltercallback newinstance getclassloader getdeclaredmethod getmethod getmethods invoke require spawn spawnsync " +
		"execsync proc_open assert phpinfo unserialize readfile file_excerpt getconstructors gettypeloader getprotectiondomain subclasses " +
		"call_user_func call_user_func_array getstreamvariable readalltext setaccessible"},
	lexicon.Group{Class: cName, Words: "processbuilder child_process mainmodule ognl ognlcontext _memberaccess scriptenginemanager objectconstructor " +
		"jythonruntime lipsum cycler joiner get_flashed_messages memberaccess allowstaticmethodaccess protectiondomain classloader " +
		"xwork opensymphony open3 smarty_internal_write_file"},
	lexicon.Group{Class: cHolder, Words: "config settings self _self request app handler signer"},
	lexicon.Group{Class: cHeld, Words: "items secret_key environ application server env settings from_object from_pyfile key _templatereference__context " +
		"_templatereference__blocks jinja_env"},
	lexicon.Group{Class: cFiles, Words: "dir file io"},
	lexicon.Group{Class: cRead, Words: "entries glob children read open readlines binread foreach popen"},
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
		case class&cFiles != 0 && reads(b[j:]), j-i == 4 && computed(b, i, j), j-i == 7 && i > 0 && b[i-1] == '[' && fold.HasPrefix(b[i:], "request."):
			return true
		case j-i == len("data_model") && i > 0 && b[i-1] == '.' && (i == 1 || b[i-2] <= ' ') && fold.HasPrefix(b[i:], "data_model"): // of FreeMarker
			return true
		case class&cCall != 0 && i > 1 && quote(b[i-1]) && (b[i-2] == '(' || b[i-2] == '[') && j < len(b) && quote(b[j]):
			return true
		case j-i == 4 && fold.HasPrefix(b[i:], "java") && inJava(b[j:]) && (len(b) > maxProperty || !property(b)):
			return true
		}
		i = j
	}
	return false
}

// reads reports whether what follows the name of a class is a call that reads a file by its whole path, or a directory: .read("/etc.
func reads(b []byte) bool {
	if len(b) < 2 || b[0] != '.' {
		return false
	}
	j := 1
	for j < len(b) && nameByte(b[j]) {
		j++
	}
	return names.Class(b[1:j])&cRead != 0 && j+2 < len(b) && b[j] == '(' && quote(b[j+1]) && b[j+2] == '/'
}

// computed reports whether the name at b[i:j], of four letters, is the filter that takes an attribute, and takes one whose name is
// made on the way (attr(request.args.x), attr("_"*2)), or a dictionary whose keys are joined to such a name.
func computed(b []byte, i, j int) bool {
	rest := b[j:]
	if len(rest) < 3 || rest[0] != '(' {
		return false
	}
	if fold.HasPrefix(b[i:], "dict") {
		n := bytes.IndexByte(rest, ')')
		return n > 0 && fold.HasPrefix(rest[n+1:], "|join")
	}
	if !fold.HasPrefix(b[i:], "attr") || i == 0 || b[i-1] != '|' {
		return false
	}
	if !quote(rest[1]) {
		return true
	}
	end := 2
	for end < len(rest) && nameByte(rest[end]) {
		end++
	}
	return end+1 < len(rest) && (rest[end] != rest[1] || rest[end+1] != ')')
}

// holds reports whether an expression names something secret that the application or its framework holds: config.items(),
// request["application"], or spells such an object out: self|string.
func holds(b []byte) bool {
	for i := 0; i < len(b); {
		if !nameByte(b[i]) {
			i++
			continue
		}
		j := i
		for j < len(b) && nameByte(b[j]) {
			j++
		}
		if names.Class(b[i:j])&cHolder != 0 && (i == 0 || b[i-1] != '.' && !quote(b[i-1]) || i > 3 && fold.HasPrefix(b[i-4:], "app.")) && j+1 < len(b) {
			k := j + 1
			if b[j] == '[' && quote(b[k]) {
				k++
			}
			end := k
			for end < len(b) && nameByte(b[end]) {
				end++
			}
			next := b[k:end]
			if (b[j] == '.' || k > j+1) && names.Class(next)&cHeld != 0 || b[j] == '|' && (fold.Equal(next, "string") || fold.Equal(next, "list")) {
				return true
			}
		}
		i = j
	}
	return false
}

// inJava reports whether what follows "java" is one of its packages.
func inJava(b []byte) bool {
	for _, p := range [...]string{".lang", ".util", ".io", ".net", ".nio", ".security", ".beans", ".sql"} {
		if fold.HasPrefix(b, p) && len(b) > len(p) && b[len(p)] == '.' {
			return true
		}
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

// chain judges attributes of Python's objects in a row at i, also outside of delimiters, and returns the last byte of the first name:
// "".__class__.__mro__. Programs write two of an object that has a name; of a literal, or three, nobody does.
func (f *finder) chain(i int) int {
	j := f.name(i)
	if names.Class(f.text[i:j])&cDunder == 0 {
		return max(i, j-1)
	}
	end, links := j, 0
	for links < 2 {
		k := end
		for k < len(f.text) && k < end+6 && (f.text[k] == '.' || f.text[k] == '(' || f.text[k] == ')' || f.text[k] == '[' || f.text[k] == ']' || quote(f.text[k])) {
			k++
		}
		next := f.name(k)
		if k == end || names.Class(f.text[k:next])&cDunder == 0 || fold.HasPrefix(f.text[k:], "__dict__") {
			break
		}
		end = next
		links++
	}
	if links > 1 || links == 1 && (len(f.text) <= maxValue || i > 1 && f.text[i-1] == '.' && !nameByte(f.text[i-2])) {
		f.add(i, end, 0.85, "object_chain")
	}
	return j - 1
}

// name returns where the name at i ends, or 32 bytes of it.
func (f *finder) name(i int) int {
	end := min(len(f.text), i+32)
	for i < end && nameByte(f.text[i]) {
		i++
	}
	return i
}
