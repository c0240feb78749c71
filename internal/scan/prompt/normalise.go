package prompt

// Bounds of one sentence as tongues read it. A longer one is read in halves that overlap.
const (
	sentenceBytes = 768
	overlap       = sentenceBytes / 2
)

// sentence is the words of a sentence in the spelling of tongues: lower case, without diacritics, _ behind each word. Scripts that do
// not separate words have each character stand for itself.
type sentence struct {
	n    int
	text [sentenceBytes + 8]byte
	at   [sentenceBytes + 8]int32 // where in the text each byte comes from
	seen scripts
	last scripts // of the character before
}

// scripts is a set of the scripts in a sentence.
type scripts uint8

const (
	latin scripts = 1 << iota
	cyrillic
	arabic
	devanagari
	unspaced // Chinese and Japanese
	hangul
)

// scriptOf is the script of a character's first byte, 0 when it belongs to no word.
var scriptOf = func() (s [256]scripts) {
	for c := range 256 {
		switch b := byte(c); {
		case b|0x20 >= 'a' && b|0x20 <= 'z', b >= 0xC3 && b <= 0xC5, isDigit(b):
			s[c] = latin
		case b == 0xD0 || b == 0xD1:
			s[c] = cyrillic
		case b >= 0xD8 && b <= 0xDB:
			s[c] = arabic
		case b == 0xE0:
			s[c] = devanagari
		case b >= 0xE3 && b <= 0xE9:
			s[c] = unspaced
		case b >= 0xEA && b <= 0xED:
			s[c] = hangul
		}
	}
	return s
}()

// read appends the next words of text from i on until the sentence ends or is full, and returns where it stopped; ended says that what
// follows is another sentence.
func (s *sentence) read(text []byte, i int) (next int, ended bool) {
	for i < len(text) {
		if s.n > sentenceBytes-16 {
			return i, false
		}
		c := text[i]
		script := scriptOf[c]
		if script == 0 {
			s.last = 0
			width := runeWidth(c)
			if ends(text, i) {
				s.separate(i)
				return min(i+width, len(text)), true
			}
			if c != '*' && c != '_' && !(width == 2 && c == 0xCC) { // marks within words and combining ones
				s.separate(i)
			}
			i += width
			continue
		}
		if s.last != script && (s.last == latin || script == latin) {
			s.separate(i)
		}
		s.seen |= script
		s.last = script
		i = s.character(text, i, script)
	}
	s.separate(min(i, len(text)))
	return len(text), true
}

// ends reports whether a mark that ends sentences is at text[i].
func ends(text []byte, i int) bool {
	switch c := text[i]; c {
	case '\n', '!', '?', ';':
		return true
	case '.':
		return i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n' || text[i+1] == '"'
	case 0xE3:
		return false
	default:
		return c == 0xD8 && i+1 < len(text) && text[i+1] == 0x9F || c == 0xD9 && i+1 < len(text) && text[i+1] == 0x94
	}
}

// separate ends a word.
func (s *sentence) separate(i int) {
	if s.n > 0 && s.text[s.n-1] != '_' {
		s.put('_', i)
	}
}

func (s *sentence) put(c byte, i int) {
	if s.n < len(s.text)-1 {
		s.text[s.n] = c
		s.at[s.n] = int32(i)
		s.n++
	}
}

// halve keeps the second half of a full sentence.
func (s *sentence) halve() {
	from := s.n - overlap
	for from < s.n && s.text[from]&0xC0 == 0x80 {
		from++
	}
	copy(s.text[:], s.text[from:s.n])
	copy(s.at[:], s.at[from:s.n])
	s.n -= from
}

// character appends the character at text[i] and returns where the next one is.
func (s *sentence) character(text []byte, i int, script scripts) int {
	c := text[i]
	if c < 0x80 {
		if c-'A' < 26 {
			c |= 0x20
		}
		s.put(c, i)
		return i + 1
	}
	width := runeWidth(c)
	if i+width > len(text) {
		return len(text)
	}
	b := text[i : i+width]
	switch script {
	case latin:
		s.latin(b, i)
	case cyrillic:
		s.cyrillic(b, i)
	case arabic:
		s.arabic(b, i)
	case devanagari:
		s.devanagari(b, i)
	default:
		if b[0] == 0xE3 && b[1] == 0x80 { // marks
			s.separate(i)
			if b[2] == 0x82 {
				s.put('.', i)
				s.put('_', i)
			}
			return i + width
		}
		s.copy(b, i)
	}
	return i + width
}

func (s *sentence) copy(b []byte, i int) {
	for _, c := range b {
		s.put(c, i)
	}
}

// latinBase are the letters of U+00C0 to U+017F without their marks; 0 separates words.
const latinBase = "aaaaaaaceeeeiiiidnooooo\x00ouuuuytsaaaaaaaceeeeiiiidnooooo\x00ouuuuyty" +
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln" +
	"nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"

func (s *sentence) latin(b []byte, i int) {
	at := (int(b[0])-0xC3)<<6 | int(b[1]&0x3F)
	if c := latinBase[min(at, len(latinBase)-1)]; c != 0 {
		if s.put(c, i); b[0] == 0xC3 && b[1] == 0x9F {
			s.put('s', i)
		}
		return
	}
	s.separate(i)
}

func (s *sentence) cyrillic(b []byte, i int) {
	switch c := b[1]; {
	case b[0] == 0xD0 && c >= 0x90 && c <= 0x9F:
		s.put(0xD0, i)
		s.put(c+0x20, i)
	case b[0] == 0xD0 && c >= 0xA0 && c <= 0xAF:
		s.put(0xD1, i)
		s.put(c-0x20, i)
	case b[0] == 0xD1 && c == 0x91, b[0] == 0xD0 && c == 0x81: // yo is written ye
		s.put(0xD0, i)
		s.put(0xB5, i)
	default:
		s.copy(b, i)
	}
}

func (s *sentence) arabic(b []byte, i int) {
	switch c := b[1]; {
	case b[0] == 0xD8 && (c == 0x8C || c == 0x9B): // comma, semicolon
		s.separate(i)
		return
	case b[0] == 0xD8 && (c == 0xA3 || c == 0xA5 || c == 0xA2): // forms of alef
		c = 0xA7
		s.put(0xD8, i)
		s.put(c, i)
	case b[0] == 0xD9 && c == 0x89: // alef maqsura
		s.put(0xD9, i)
		s.put(0x8A, i)
	case b[0] == 0xD8 && c == 0xA9: // teh marbuta
		s.put(0xD9, i)
		s.put(0x87, i)
	case b[0] == 0xD9 && (c >= 0x8B && c <= 0x92 || c == 0x80): // vowels, tatweel
	default:
		s.copy(b, i)
	}
}

func (s *sentence) devanagari(b []byte, i int) {
	switch {
	case b[1] == 0xA5 && (b[2] == 0xA4 || b[2] == 0xA5): // danda
		s.separate(i)
		s.put('.', i)
		s.put('_', i)
	case b[1] == 0xA4 && (b[2] == 0xBC || b[2] >= 0x80 && b[2] <= 0x82): // nukta, nasal signs
	case b[1] == 0xA5 && b[2] >= 0x98 && b[2] <= 0x9F: // letters with a nukta
		s.put(0xE0, i)
		s.put(0xA4, i)
		s.put("\x95\x96\x97\x9C\xA1\xA2\xAB\xAF"[b[2]-0x98], i)
	default:
		s.copy(b, i)
	}
}

func runeWidth(c byte) int {
	switch {
	case c >= 0xF0:
		return 4
	case c >= 0xE0:
		return 3
	case c >= 0xC0:
		return 2
	}
	return 1
}
