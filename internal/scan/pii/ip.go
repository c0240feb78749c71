package pii

// ipAt returns the end of the IP address at start, or 0. Without a label a loopback, unspecified, broadcast or link-local address, a
// netmask and four single digits are none: they tell nobody apart, and versions look like them.
func (t *Text) ipAt(start int, labelled bool) int {
	if end := t.ipv4At(start, labelled); end > 0 {
		return end
	}
	return t.ipv6At(start, labelled)
}

func (t *Text) ipv4At(start int, labelled bool) int {
	octets, end := t.octets(start)
	if end == 0 || isWord(t.at(end)) || t.at(end) == '.' && isDigit(t.at(end+1)) || t.at(start-1) == '.' && isDigit(t.at(start-2)) {
		return 0
	}
	if labelled {
		return end
	}
	special := octets[0] == 0 || octets[0] == 127 || octets[0] == 255 || octets[0] == 169 && octets[1] == 254
	short := octets[0] < 10 && octets[1] < 10 && octets[2] < 10 && octets[3] < 10 && octets[0] != octets[1]
	if special || short || t.at(end) == '-' && isWord(t.at(end+1)) || t.versionBefore(start) {
		return 0
	}
	// Versions have small numbers throughout, and so has one address in a hundred, for which something must speak.
	home := octets[0] == 10 && octets[1] == 0 && octets[2] == 0
	if octets[0] < 32 && octets[1] < 100 && octets[2] < 100 && octets[3] < 100 && !home && !t.connects(start, end) {
		return 0
	}
	return end
}

// connects reports whether what stands around the numbers makes them an address: a port, a prefix length, a scheme, or a word such
// as from or host.
func (t *Text) connects(start, end int) bool {
	if c := t.at(end); (c == ':' || c == '/') && isDigit(t.at(end+1)) {
		return true
	}
	if c := t.at(start - 1); c == '@' || c == '/' && t.at(start-2) == '/' {
		return true
	}
	for n := 0; n < 2; n++ {
		stop, ok := t.gapBefore(start)
		word := t.wordBefore(stop)
		if !ok || word == stop || stop-word > maxLabelWord {
			return false
		}
		if t.saysWord(word, stop)&saysHost != 0 {
			return true
		}
		start = word
	}
	return false
}

// octets reads four numbers up to 255 with dots between them (RFC 3986 section 3.2.2).
func (t *Text) octets(start int) (octets [4]int, end int) {
	end = start
	for i := range octets {
		if i > 0 {
			if t.at(end) != '.' {
				return octets, 0
			}
			end++
		}
		digits := t.run(end)
		n := digits - end
		if n == 0 || n > 3 || n > 1 && t.Bytes[end] == '0' {
			return octets, 0
		}
		if octets[i] = value(t.Bytes[end:digits]); octets[i] > 255 {
			return octets, 0
		}
		end = digits
	}
	return octets, end
}

// versionBefore reports whether a word before start says that a version or a section number follows.
func (t *Text) versionBefore(start int) bool {
	end := start
	for end > 0 && start-end < 3 && !isNameByte(t.Bytes[end-1]) && t.Bytes[end-1] != '\n' {
		end--
	}
	word := t.wordBefore(end)
	return end-word <= maxLabelWord && t.saysWord(word, end)&saysVersion != 0
}

// ipv6At matches the text forms of RFC 4291 section 2.2. A zone or a prefix length does not belong to the address.
func (t *Text) ipv6At(start int, labelled bool) int {
	groups, long, compressed, dotted, i := 0, 0, false, false, start
	for {
		if t.at(i) == ':' && t.at(i+1) == ':' {
			if compressed {
				return 0
			}
			compressed = true
			if i += 2; !isHex(t.at(i)) {
				break
			}
			continue
		}
		if _, end := t.octets(i); end > 0 && (groups > 0 || compressed) && groups <= 6 {
			groups, dotted = groups+2, true
			i = end
			break
		}
		end := i
		for end < len(t.Bytes) && isHex(t.Bytes[end]) {
			end++
		}
		if n := end - i; n == 0 || n > 4 {
			return 0
		} else if n >= 3 {
			long++
		}
		groups++
		i = end
		if t.at(i) != ':' || groups == 8 {
			break
		}
		if t.at(i+1) != ':' {
			if i++; !isHex(t.at(i)) {
				return 0
			}
		}
	}
	if isWord(t.at(i)) || t.at(i) == '.' && isDigit(t.at(i+1)) || t.at(i) == ':' && (isWord(t.at(i+1)) || t.at(i+1) == ':') || groups != 8 && (!compressed || groups > 7) {
		return 0
	}
	if !labelled && !dotted && (t.Bytes[start] == ':' && groups < 3 || groups < 2 || long == 0 || groups < 3 && !hasDigit(t.Bytes[start:i])) || isWord(t.at(start-1)) || t.at(start-1) == ':' {
		return 0
	}
	return i
}

func hasDigit(b []byte) bool { return countDigits(b) > 0 }

// macAt matches six octets in hexadecimal with colons or dashes between them, or three pairs with dots (IEEE 802), and nothing
// that goes on like that: fingerprints do. Without a label all zeros or ones are none, nor are dotted decimals.
func (t *Text) macAt(start int, labelled bool) int {
	width, groups := 2, 6
	mark := t.at(start + 2)
	if mark != ':' && mark != '-' {
		if mark = t.at(start + 4); mark != '.' {
			return 0
		}
		width, groups = 4, 3
	}
	if isWord(t.at(start-1)) || t.at(start-1) == mark && isHex(t.at(start-2)) {
		return 0
	}
	i, letters, plain := start, false, true
	for g := range groups {
		if g > 0 {
			if t.at(i) != mark {
				return 0
			}
			i++
		}
		for range width {
			c := t.at(i)
			if !isHex(c) {
				return 0
			}
			letters = letters || !isDigit(c)
			plain = plain && c == t.Bytes[start]
			i++
		}
	}
	if isWord(t.at(i)) || t.at(i) == mark && isHex(t.at(i+1)) || !labelled && (plain || width == 4 && !letters) {
		return 0
	}
	return i
}
