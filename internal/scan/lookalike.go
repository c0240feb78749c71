package scan

// styled returns the ASCII letter or digit that r shows in another style, 0 for other characters: the mathematical
// alphabets (U+1D400 to U+1D7FF and what they leave to the letterlike symbols), letters and digits in circles,
// parentheses and squares, regional indicators, and small capitals.
func styled(r rune) byte {
	switch {
	case r >= 0x1D400 && r <= 0x1D6A3:
		return letterOf(int(r-0x1D400) % 52)
	case r >= 0x1D7CE && r <= 0x1D7FF:
		return '0' + byte((r-0x1D7CE)%10)
	case r >= 0x249C && r <= 0x24B5:
		return 'a' + byte(r-0x249C)
	case r >= 0x24B6 && r <= 0x24E9:
		return letterOf(int(r - 0x24B6))
	case r == 0x24EA:
		return '0'
	case r >= 0x2460 && r <= 0x2468:
		return '1' + byte(r-0x2460)
	case r >= 0x1F130 && r <= 0x1F149:
		return 'A' + byte(r-0x1F130)
	case r >= 0x1F150 && r <= 0x1F169:
		return 'A' + byte(r-0x1F150)
	case r >= 0x1F170 && r <= 0x1F189:
		return 'A' + byte(r-0x1F170)
	case r >= 0x1F1E6 && r <= 0x1F1FF:
		return 'A' + byte(r-0x1F1E6)
	}
	return lettersOf[r]
}

// typographic returns the ASCII mark that converters write for r where a character set lacks it ("best fit"), 0 for other
// characters: quotes, dashes, slashes, brackets and small forms.
func typographic(r rune) byte {
	switch r {
	case 0x2018, 0x2019, 0x201B, 0x2032, 0x02BC:
		return '\''
	case 0x201C, 0x201D, 0x201F, 0x2033:
		return '"'
	case 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212:
		return '-'
	case 0x2044, 0x2215:
		return '/'
	case 0x2024, 0xFE52:
		return '.'
	case 0x2329, 0x3008, 0xFE64:
		return '<'
	case 0x232A, 0x3009, 0xFE65:
		return '>'
	case 0xFE54:
		return ';'
	case 0xFE60:
		return '&'
	}
	return 0
}

// letterOf counts A to Z, then a to z.
func letterOf(i int) byte {
	if i < 26 {
		return 'A' + byte(i)
	}
	return 'a' + byte(i-26)
}

// lettersOf are the letterlike symbols that the mathematical alphabets leave out, and small capitals.
var lettersOf = pairs("ℎhℬBℰEℱFℋHℐIℒLℳMℛRℯeℊgℴoℭCℌHℑIℜRℨZℂCℍHℕNℙPℚQℝRℤZ" +
	"ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢzɡg")

// scriptLetters are the letters of other scripts that stand for Latin ones inside a Latin word. Most look the same;
// some only do in some fonts, which is enough where the rest of the word is Latin.
var scriptLetters = pairs("аaвbеeіiјjкkмmнhоoрpсcтtуyхxѕsԁdһhԛqԝwӏlѵvгrпnиuАAВBЕEЅSІIЈJКKМMНHОOРPСCТTУYХXҮYԌG" +
	"αaβbγyεeηnιiκkνvοoρpτtυuχxωwΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX" + "օoսuոnհhցgզqԱU")

// pairs reads characters, each followed by the ASCII character that it stands for.
func pairs(list string) map[rune]byte {
	m := make(map[rune]byte, len(list)/3)
	var from rune
	for _, r := range list {
		if from == 0 {
			from = r
			continue
		}
		m[from] = byte(r)
		from = 0
	}
	return m
}

// maxFoldedWord bounds the word around a letter of another script that is looked at, in bytes.
const maxFoldedWord = 64

// foldScripts writes v into b with the words that mix Latin letters with lookalikes of other scripts in Latin letters
// alone, and reports whether there are any. Words of one script are left as they are.
func (b *buffer) foldScripts(v *view) (folded view, changed bool) {
	text := v.text
	n, kept := 0, 0
	for i := 0; i < len(text); {
		if !scriptLead(text[i]) {
			i++
			continue
		}
		start, end := i, i
		for start > kept && i-start < maxFoldedWord && isLetter(text[start-1]) {
			start--
		}
		for end < len(text) && end-i < maxFoldedWord {
			width := 1
			if scriptLead(text[end]) && end+1 < len(text) {
				width = 2
			} else if !isLetter(text[end]) {
				break
			}
			end += width
		}
		if !mixed(string(text[start:end])) {
			i = max(end, i+1)
			continue
		}
		if !changed {
			changed = true
			b.grow(len(text))
		}
		b.copyRun(n, v, kept, start)
		n += start - kept
		for j, r := range string(text[start:end]) {
			c := byte(r)
			if r >= 0x80 {
				c = scriptLetters[r]
			}
			b.text[n], b.at[n] = c, int32(v.offset(start+j))
			n++
		}
		i, kept = end, end
	}
	if !changed {
		return view{}, false
	}
	b.copyRun(n, v, kept, len(text))
	n += len(text) - kept
	b.at[n] = int32(v.offset(len(text)))
	return v.disguised(b, n, "folded"), true
}

// scriptLead reports whether c begins a letter of Greek, Cyrillic or Armenian in UTF-8.
func scriptLead(c byte) bool { return c >= 0xCE && c <= 0xD5 }

// mixed reports whether a word has Latin letters and lookalikes of them, and no others.
func mixed(word string) bool {
	latin := false
	for _, r := range word {
		if r < 0x80 {
			latin = true
		} else if scriptLetters[r] == 0 {
			return false
		}
	}
	return latin
}

// leet maps what stands for a letter in leetspeak.
var leet = func() (t [256]byte) {
	const from, to = "013457@$!|", "oieastasil"
	for i := range len(from) {
		t[from[i]] = to[i]
	}
	return t
}()

// Words in leetspeak have leastLeetWord to longestLeetWord characters; a text is read so when it has leetWords of them.
const (
	leastLeetWord   = 4
	longestLeetWord = 16
	leetWords       = 3
)

// unleet writes v into b with its words in leetspeak as they are meant, and reports whether there are enough of them.
func (b *buffer) unleet(v *view) (plain view, changed bool) {
	text := v.text
	words := 0
	for start := 0; start < len(text); {
		end := wordEnd(text, start)
		if leetWord(text[start:end]) {
			if words == 0 {
				b.grow(len(text))
				b.copyRun(0, v, 0, len(text))
			}
			words++
			for i := start; i < end; i++ {
				if c := leet[text[i]]; c != 0 {
					b.text[i] = c
				}
			}
		}
		start = end + 1
	}
	if words < leetWords {
		return view{}, false
	}
	b.at[len(text)] = int32(v.offset(len(text)))
	return v.disguised(b, len(text), "leet"), true
}

// wordEnd returns where the characters that leetspeak is made of end.
func wordEnd(text []byte, i int) int {
	for i < len(text) && leetSpeak[text[i]] != 0 {
		i++
	}
	return i
}

// leetSpeak has letters as 1, and what stands for letters as 2.
var leetSpeak = func() (t [256]uint8) {
	for c := range t {
		if leet[c] != 0 {
			t[c] = 2
		} else if isLetter(byte(c)) {
			t[c] = 1
		}
	}
	return t
}()

// leetWord reports whether a word has letters and, not only at its end, what stands for letters.
func leetWord(word []byte) bool {
	if len(word) < leastLeetWord || len(word) > longestLeetWord {
		return false
	}
	letters, signs, first := 0, 0, -1
	for i, c := range word {
		switch {
		case leetSpeak[c] == 1:
			letters++
			continue
		case first < 0:
			first = i
		}
		if i < len(word)-1 || c != '!' {
			signs++
		}
	}
	return letters >= 2 && signs >= 1 && letters >= signs && first < len(word)-2
}
