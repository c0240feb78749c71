package filter

import "strings"

// charsets are those in which an ASCII character is written as its ASCII byte and in no other way, and the wide
// ones that the scanner reads. In EBCDIC or UTF-7 an attack looks like another text.
var charsets = []string{
	"", "utf-8", "utf8", "us-ascii", "ascii", "latin1", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be",
	"koi8-r", "koi8-u", "shift_jis", "euc-jp", "euc-kr", "gb2312", "gbk", "gb18030", "big5",
}

// readsCharset checks every charset parameter of a Content-Type, without regard to quotes: a server's parser may
// have none.
func readsCharset(contentType string) bool {
	_, parameters, _ := strings.Cut(contentType, ";")
	for parameter := range strings.FieldsFuncSeq(parameters, func(r rune) bool { return r == ';' || r == ',' }) {
		name, value, _ := strings.Cut(parameter, "=")
		name = strings.TrimSuffix(strings.TrimSpace(name), "*")
		if strings.EqualFold(name, "charset") && !isReadCharset(strings.ToLower(strings.Trim(value, " \t\"'"))) {
			return false
		}
	}
	return true
}

func isReadCharset(name string) bool {
	if part, cut := strings.CutPrefix(name, "iso-8859-"); cut && len(part) <= 2 {
		return true
	}
	if part, cut := strings.CutPrefix(name, "windows-125"); cut && len(part) <= 1 {
		return true
	}
	for _, known := range charsets {
		if name == known {
			return true
		}
	}
	return false
}
