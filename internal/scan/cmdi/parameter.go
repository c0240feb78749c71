package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/fold"

// parameter judges ${...} at i: the separator of words glued to one, and code that PHP runs inside a string.
func (f *finder) parameter(i int) {
	if i > 0 && wordByte(f.text[i-1]) && fold.HasPrefix(f.text[i:], "${ifs") {
		f.add(i, i+5, 0.85, "ifs_expansion")
		return
	}
	if i <= 8 && f.interpolated(i+2) {
		f.add(i, i+3, 0.86, "code_interpolation")
	}
}
