package traversal

// Doubtful are those of Triggers that documentation and source are full of. One counts only where Dismiss does not dismiss it.
var Doubtful = []string{
	"..", ".?", "?.", "??", "./", ".\\", "/.",
	"/etc/", "etc/pass", "etc/shad", "\\etc\\", "/proc/", "/sys/", "/root/", "/var/log", "/var/run", "/var/spool", "/var/mail", "/var/adm", "/var/lp",
	"windows\\", "windows/", "winnt", "file:/", "/usr/local/", "/passwd", "apache/", "apache\\", "compress.", "id_rsa", "php.ini", "httpd.conf",
	"/.git", "/.ssh", "/.aws", "/.docker", "system32", "web.config", "wp-config", "web-inf", "tmp/sess_", "/dev/fd/",
	"\\",
}

// Early are those of Doubtful that count only where a text begins.
var Early = []string{"\\"}

// maxShort bounds a text in which how it begins and ends may say that it is a path and nothing else.
const maxShort = 4 * maxLead

// telltale is the least confidence that Dismiss lets nothing pass of: what is below it is reported by no profile.
const telltale = 0.55

// Dismiss reports whether the doubtful trigger that ends at text[:end] tells of nothing: in a long text a target alone is only
// mentioned, unless a control byte ends it, and steps are a link unless they are disguised, many or lead to a target. It reads a
// bounded number of bytes, and when it is not sure it does not dismiss.
func Dismiss(text []byte, end int) bool {
	if end == 1 {
		return !Opens(text)
	}
	if c := text[end-2] | 0x20; text[end-1] == '\\' && c != '.' && c != 's' && c != 'c' && c != 'e' {
		return true // an early one, too late: no other trigger ends like this
	}
	if len(text) <= maxShort || end <= margin {
		return false
	}
	a, b := text[end-2], text[end-1]
	switch {
	case (a == '.' || a == '?') && (b == '.' || b == '?'):
		return linked(text, end-2)
	case a == '.' && (b == '/' || b == '\\'), a == '/' && b == '.':
		return true // what begins a path that is the whole text
	}
	return unended(text, end)
}

// linked reports whether the steps that begin at i, if any do, are those of an ordinary link.
func linked(text []byte, i int) bool {
	if text[i] == '.' && text[i-1] == '.' {
		return true // they began before
	}
	f := finder{text: text}
	r := f.run(i)
	if r.steps == 0 {
		return true
	}
	_, _, w, _ := f.weighed(r)
	return w < telltale
}

// unended reports whether no control byte, in whatever spelling, ends the path behind i.
func unended(text []byte, i int) bool {
	for _, c := range text[i:min(len(text), i+maxTarget+maxEscape)] {
		switch {
		case c == '%', c == 0, c == 'x', c == 'X', c >= 0x80:
			return false
		case separator[c]:
			return true
		}
	}
	return true
}
