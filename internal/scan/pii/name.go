package pii

// person is a name in a text.
type person struct {
	start, end, words int
	// known says that one of its words is a usual given name.
	known bool
}

// Words of one name, and the bytes of each.
const (
	maxPersonWords = 5
	maxPersonWord  = 24
)

// person reads a name at i: capitalised words, initials, and the particles between them.
func (t *Text) person(i int) person {
	p := person{start: i, end: i}
	particles := 0
	for p.words+particles < maxPersonWords {
		end, kind := t.personWord(i)
		switch kind {
		case noName:
			return p
		case particle:
			particles++
		default:
			word := t.Bytes[i:end]
			if flagsOf(word)&(saysNobody|saysThing) != 0 {
				return p
			}
			p.known = p.known || flagsOf(word)&saysNamed != 0
			p.words++
			p.end = end
		}
		if t.at(end) != ' ' && !(t.at(end) == ' ' && t.at(end+1) == ' ') {
			return p
		}
		i = end + 1
	}
	return p
}

type wordKind uint8

const (
	noName wordKind = iota
	particle
	proper
)

// personWord reads one word of a name.
func (t *Text) personWord(i int) (end int, kind wordKind) {
	end = i
	for end < len(t.Bytes) && end-i <= maxPersonWord {
		c := t.Bytes[end]
		inner := (c == '\'' || c == '-' || c == 0xE2 && t.at(end+1) == 0x80 && t.at(end+2) == 0x99) && end > i && isNameByte(t.at(end+1))
		if !isLetter(c) && c < 0x80 && !inner {
			break
		}
		end++
	}
	if end == i || isDigit(t.at(end)) || t.at(end) == '_' || t.at(end) == '@' || t.at(end) == '(' || t.at(end) == '.' && isLetter(t.at(end+1)) && end-i > 1 {
		return i, noName
	}
	word := t.Bytes[i:end]
	if isUpper(word[0]) || word[0] >= 0xC3 && word[0] <= 0xD0 {
		if len(word) == 1 {
			switch {
			case t.at(end) == '.':
				return end + 1, proper
			case t.at(end) == ' ' && isUpper(t.at(end+1)):
				return end, proper
			}
			return i, noName
		}
		if camel(word) {
			return i, noName
		}
		return end, proper
	}
	switch string(word) {
	case "de", "del", "della", "di", "da", "dos", "das", "do", "la", "le", "van", "von", "vom", "zu", "der", "den", "ter", "ten", "bin", "ibn", "al", "el", "y", "e", "af":
		return end, particle
	}
	return i, noName
}

// camel reports whether a word has capitals where names have none: iPhone, GitHub, but McDonald, O'Brien, Jean-Luc, DOE.
func camel(word []byte) bool {
	for i := 4; i < len(word); i++ {
		if isUpper(word[i]) && isLower(word[i-1]) {
			return true
		}
	}
	return false
}

// skipTitles passes by titles before a name.
func (t *Text) skipTitles(i int) int {
	for range 3 {
		end := t.wordEnd(i)
		if end == i || flagsOf(t.Bytes[i:end])&saysTitle == 0 {
			return i
		}
		if t.at(end) == '.' {
			end++
		}
		if t.at(end) != ' ' {
			return i
		}
		i = end + 1
	}
	return i
}

// nameField reports whether a field holds a person's name and nothing else. Where the field might name anything, a usual given name
// must be in it.
func (t *Text) nameField(start, end int, k *kind) bool {
	if k.part && !t.OfPerson {
		return false
	}
	doubtful := k.owned
	value := t.Bytes[start:end]
	if len(value) > 80 {
		return false
	}
	p := t.person(t.skipTitles(start))
	if p.words > 0 && t.at(p.end) == ',' && t.at(p.end+1) == ' ' { // Doe, Jane
		rest := t.person(p.end + 2)
		if rest.words > 0 {
			p.words, p.end, p.known = p.words+rest.words, rest.end, p.known || rest.known
		}
	}
	if p.end == end {
		if !doubtful {
			return true
		}
		return p.words > 1 && !t.OfThing && (p.known || t.OfPerson || t.Key&saysPerson != 0)
	}
	// Some write all names in lower case.
	word := t.wordEnd(start)
	return !doubtful && isLower(value[0]) && flagsOf(t.Bytes[start:word])&saysNamed != 0 && lettersAndSpaces(value)
}

func lettersAndSpaces(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '-' && c != '\'' && c < 0x80 && !isLetter(c) {
			return false
		}
	}
	return true
}
