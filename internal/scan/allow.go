package scan

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
)

// Allow lets findings stand where they are expected: the phone number of the support desk in the answer of every order.
type Allow struct {
	// Path is where, as in $.items[*].contact.email: the JSON value there, not what is within it. A form's field is one of
	// an object; a JSON text inside a string is read as if it stood there itself. See ValidPath.
	Path string
	// Types are the finding types; none means all personal data and secrets. Attacks must be named.
	Types []string
}

// Bounds of a direction's Allow.
const (
	MaxAllows     = 64
	MaxAllowBytes = 256 // of one path
	// maxAllowKey is shorter than what is kept of a key, so that no longer one is taken for it.
	maxAllowKey = maxKeyBytes - 1
)

// ValidPath reports whether a path is $ followed by elements, up to 32: .key, whose key has 1 to 63 bytes of UTF-8 without
// white space, controls and any of .[]*"'\, or [*] for every item of an array.
func ValidPath(path string) bool {
	rest, ok := strings.CutPrefix(path, "$")
	if !ok || rest == "" || len(path) > MaxAllowBytes || !utf8.ValidString(path) {
		return false
	}
	for n := 0; rest != ""; n++ {
		if n == maxPlaceDepth {
			return false
		}
		if after, item := strings.CutPrefix(rest, "[*]"); item {
			rest = after
			continue
		}
		if rest[0] != '.' {
			return false
		}
		key := pathKey(rest[1:])
		if key == "" || len(key) > maxAllowKey || strings.ContainsFunc(key, notInPaths) {
			return false
		}
		rest = rest[1+len(key):]
	}
	return true
}

// pathKey is the key that a rest of a path begins with.
func pathKey(rest string) string {
	if end := strings.IndexAny(rest, ".["); end >= 0 {
		return rest[:end]
	}
	return rest
}

func notInPaths(r rune) bool { return r <= ' ' || r == 0x7F || strings.ContainsRune(`]*"'\`, r) }

// covers reports whether findings of a type, by number, are let stand.
func (a *Allow) covers(typeIndex int) bool {
	if len(a.Types) == 0 {
		return typeIndex < int(pii.NumTypes)
	}
	return slices.Contains(a.Types, typeNames[typeIndex])
}

// at reports whether a place's path is the one of a.
func (a *Allow) at(path []byte) bool {
	rest, ok := strings.CutPrefix(a.Path, "$")
	for ok && len(path) > 0 {
		if path[0] == anyItem {
			path = path[1:]
			rest, ok = strings.CutPrefix(rest, "[*]")
			continue
		}
		end := 1 + int(path[0])
		key := path[1:end]
		path = path[end:]
		if rest == "" || rest[0] != '.' || pathKey(rest[1:]) != string(key) {
			return false
		}
		rest = rest[1+len(key):]
	}
	return ok && rest == ""
}

// allowLines are the words of the document's lines, in the order of paths.
func allowLines(allow []Allow) (lines [][]string) {
	for i := range allow {
		a := &allow[i]
		line := []string{"allow", a.Path}
		if len(a.Types) > 0 {
			line = append(line, strings.Join(slices.Sorted(slices.Values(a.Types)), ","))
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, slices.Compare[[]string])
	return lines
}

// parseAllow reads what stands behind allow in a line; a path stands in one line only.
func (d *DirectionPolicy) parseAllow(value string) (ok bool) {
	path, list, named := strings.Cut(value, " ")
	a := Allow{Path: path}
	if named {
		a.Types = strings.Split(list, ",")
	}
	if n := len(d.Allow); n == MaxAllows || !ValidPath(path) || n > 0 && d.Allow[n-1].Path >= path {
		return false
	}
	for i, findingType := range a.Types {
		if !knownType(findingType) || i > 0 && a.Types[i-1] >= findingType {
			return false
		}
	}
	d.Allow = append(d.Allow, a)
	return true
}

// allows reports whether the policy lets findings of a type stand where v does.
func (e *engine) allows(v *view, typeIndex int) bool {
	if len(e.allow) == 0 {
		return false
	}
	var known bool
	if e.path, known = v.appendPath(e.path[:0]); !known {
		return false
	}
	for i := range e.allow {
		if a := &e.allow[i]; a.covers(typeIndex) && a.at(e.path) {
			return true
		}
	}
	return false
}

// pathText writes the path of v for people: empty when it has none.
func (v *view) pathText() string {
	path, known := v.appendPath(nil)
	if !known {
		return ""
	}
	text := []byte{'$'}
	for len(path) > 0 {
		if path[0] == anyItem {
			text, path = append(text, "[*]"...), path[1:]
			continue
		}
		end := 1 + int(path[0])
		if key := string(path[1:end]); key != "" && utf8.ValidString(key) && pathKey(key) == key && !strings.ContainsFunc(key, notInPaths) {
			text = append(append(text, '.'), key...)
		} else {
			text = append(strconv.AppendQuote(append(text, '['), key), ']')
		}
		path = path[end:]
	}
	return string(text)
}
