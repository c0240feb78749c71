package wasmbuild

import (
	"errors"
	"fmt"
)

const (
	preamble      = 8 // magic and version
	importSection = 2
	exportSection = 7
)

var errFormat = errors.New("not a WebAssembly module as this project's compilers write them")

type section struct {
	id      byte
	content []byte
}

func split(module []byte) (sections []section, err error) {
	for at := preamble; at < len(module); {
		size, n := leb128(module[at+1:])
		start := at + 1 + n
		if n == 0 || size > len(module)-start {
			return nil, errFormat
		}
		sections = append(sections, section{module[at], module[start : start+size]})
		at = start + size
	}
	return sections, nil
}

// Functions lists the names of the functions that a module imports and exports.
func Functions(module []byte) (imports, exports []string, err error) {
	sections, err := split(module)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sections {
		r := reader{s.content}
		switch s.id {
		case importSection:
			for range r.number() {
				r.name() // of the module
				name := r.name()
				if kind := r.number(); kind != 0 {
					return nil, nil, fmt.Errorf("import %s has kind %d", name, kind)
				}
				r.number() // its type
				imports = append(imports, name)
			}
		case exportSection:
			for range r.number() {
				name, kind := r.name(), r.number()
				if r.number(); kind == 0 {
					exports = append(exports, name)
				}
			}
		}
	}
	return imports, exports, nil
}

// reader reads the numbers and names of a section; what is too short gives zeros.
type reader struct{ rest []byte }

func (r *reader) number() int {
	value, n := leb128(r.rest)
	r.rest = r.rest[n:]
	return value
}

func (r *reader) name() string {
	n := min(r.number(), len(r.rest))
	name := string(r.rest[:n])
	r.rest = r.rest[n:]
	return name
}

// leb128 reads an unsigned number and the count of its bytes, none when it does not end within five.
func leb128(b []byte) (value, n int) {
	for i := range min(len(b), 5) {
		value |= int(b[i]&0x7f) << (7 * i)
		if b[i] < 0x80 {
			return value, i + 1
		}
	}
	return 0, 0
}

func appendLEB128(b []byte, value int) []byte {
	for value >= 0x80 {
		b = append(b, byte(value)|0x80)
		value >>= 7
	}
	return append(b, byte(value))
}
