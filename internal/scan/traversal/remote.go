package traversal

import (
	"bytes"

	"github.com/meshwarden/meshwarden/internal/scan/fold"
)

// shared judges a text that is a path of Windows to a device or to another machine: \\?\C:\, \\10.0.0.1\c$\a. Whoever opens the
// second one also logs in there.
func (f *finder) shared() {
	if !Opens(f.text) || !f.endsAt(0) {
		return
	}
	host := f.text[2:]
	end := bytes.IndexByte(host, '\\')
	if end < 1 {
		return
	}
	share := host[end+1:]
	if next := bytes.IndexByte(share, '\\'); next >= 0 {
		share = share[:next]
	}
	host = host[:end]
	switch {
	case len(host) == 1 && (host[0] == '?' || host[0] == '.') && len(share) > 1, len(share) > 1 && share[len(share)-1] == '$':
		f.add(0, len(f.text), alone, "device_path")
	case len(share) > 0 && bytes.IndexByte(host, '.') > 0:
		f.add(0, len(f.text), foreign, "foreign_share")
	}
}

// foreign is the confidence of a share of a host with a domain: few applications have such paths as values.
const foreign = 0.74

// Opens reports whether a text begins as a path to another machine does.
func Opens(text []byte) bool {
	return len(text) > 4 && text[0] == '\\' && text[1] == '\\' && text[2] != '\\' && len(text) <= 2*maxLead
}

// wrapped judges a text that is an address which holds the code it stands for: data:text/plain,<?php.
func (f *finder) wrapped() {
	if fold.HasPrefix(f.text, "data:") && (bytes.Contains(f.text[:min(len(f.text), maxLead)], []byte("<?php")) || bytes.Contains(f.text[:min(len(f.text), maxLead)], []byte("<?="))) {
		f.add(0, min(len(f.text), maxLead), deep, "wrapped_code")
	}
}

// stream judges a text that ends in the name of a stream of NTFS: index.php::$DATA is the file's source.
func (f *finder) stream() {
	text := f.text[max(0, len(f.text)-maxLead):]
	for _, name := range [...]string{"::$data", "::$index_allocation"} {
		if i := len(text) - len(name); i > 0 && (isWord(text[i-1]) || text[i-1] == '.') && fold.HasPrefix(text[i:], name) {
			f.add(len(f.text)-len(name), len(f.text), deep, "file_stream")
		}
	}
}

// disguisedAddress reports whether the text is an address whose slashes are escaped twice or more: http:%252f%252f.
func (f *finder) disguisedAddress() bool {
	i := 0
	for i < len(f.text) && i < 8 && isWord(f.text[i]) {
		i++
	}
	if i < 3 || i >= len(f.text) || f.text[i] != ':' {
		return false
	}
	first := f.unit(i + 1)
	return first.unit == uSlash && first.level == forged && f.unit(i+1+first.n).unit == uSlash
}

// endings are what copies of a file are called by.
var endings = [...]string{".bak", ".old", ".orig", ".save", ".swp", ".txt", ".tmp", ".zip", ".1", "~"}

// kept returns where the name of a file at text[i:j] ends without the ending of a copy.
func kept(text []byte, i, j int) int {
	for _, e := range endings {
		if n := j - len(e); n > i && fold.HasPrefix(text[n:], e) {
			return n
		}
	}
	return j
}
