package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// manner is how words stand before what they introduce.
type manner uint8

const (
	greeting manner = iota // Dear Jane Doe
	title                  // Mr Doe
	filler                 // of a machine-readable zone
	world                  // wakes URLs
	byLabel                // Name: Jane Doe; my name is Jane Doe; BIC: ...
)

// introduction is a word that stands before a value without digits, in lower case.
type introduction struct {
	text   string
	manner manner
}

var introductionTable = [...]introduction{
	{"dear ", greeting}, {"hello ", greeting}, {"hallo ", greeting}, {"bonjour ", greeting}, {"liebe ", greeting}, {"lieber ", greeting}, {"sehr geehrte ", greeting}, {"sehr geehrter ", greeting},
	{"cher ", greeting}, {"chère ", greeting}, {"estimado ", greeting}, {"estimada ", greeting}, {"querido ", greeting}, {"querida ", greeting}, {"prezado ", greeting}, {"prezada ", greeting},
	{"gentile ", greeting}, {"egregio ", greeting}, {"caro ", greeting}, {"cara ", greeting}, {"beste ", greeting}, {"geachte ", greeting},
	{"mr. ", title}, {"mr ", title}, {"mrs. ", title}, {"mrs ", title}, {"ms. ", title}, {"miss ", title}, {"dr. ", title}, {"prof. ", title}, {"herr ", title}, {"herrn ", title}, {"frau ", title},
	{"monsieur ", title}, {"madame ", title}, {"mme ", title}, {"señor ", title}, {"señora ", title}, {"sra. ", title}, {"senhor ", title}, {"senhora ", title}, {"doña ", title},
	{"signor ", title}, {"signora ", title}, {"sig. ", title}, {"sig.ra ", title}, {"dott. ", title}, {"dhr. ", title}, {"mevr. ", title}, {"mevrouw ", title}, {"meneer ", title}, {"de heer ", title},
	{"ich heiße ", title}, {"ich heisse ", title}, {"je m'appelle ", title}, {"me llamo ", title}, {"mi chiamo ", title}, {"chamo-me ", title}, {"me chamo ", title}, {"ik heet ", title},
	{"name", byLabel}, {"nombre", byLabel}, {"nom", byLabel}, {"nome", byLabel}, {"naam", byLabel}, {"patient", byLabel}, {"paciente", byLabel}, {"paziente", byLabel}, {"surname", byLabel}, {"apellidos", byLabel}, {"cognome", byLabel},
	{"cardholder", byLabel}, {"account holder", byLabel}, {"kontoinhaber", byLabel}, {"titulaire", byLabel}, {"titular", byLabel}, {"intestatario", byLabel}, {"next of kin", byLabel}, {"emergency contact", byLabel},
	{"swift", byLabel}, {"bic", byLabel}, {"<<<<", filler}, {"www.", world}, {"hardware address", byLabel}, {"physical address", byLabel}, {"mac", byLabel},
}

// introductions are the texts of introductionTable.
var introductions = func() (texts []string) {
	for i := range introductionTable {
		texts = append(texts, introductionTable[i].text)
	}
	return texts
}()

// IsWord reports whether the literal of a rule counts only where no letter stands beside it.
func IsWord(rule int) bool {
	return rule >= secretRules && introductionTable[rule-secretRules].manner == byLabel
}

// introducedAt appends what the introduction at i leads to.
func (t *Text) introducedAt(i, number int, dst []Match) []Match {
	in := &introductionTable[number]
	switch in.manner {
	case filler:
		return t.zoneAt(i, dst)
	case world:
		return dst
	}
	end := i + len(in.text)
	if isNameByte(t.at(i - 1)) {
		return dst
	}
	if in.manner == byLabel {
		if isNameByte(t.at(end)) {
			return dst
		}
		return t.labelLeads(i, end, dst)
	}
	if t.Wants>>Name&1 == 0 || in.manner == title && !isUpper(t.Bytes[i]) && in.text != "monsieur " && !isIntroduction(in.text) {
		return dst
	}
	n := t.person(t.skipTitles(end))
	enough := n.known || n.start > end // Dear Mr X
	if in.manner == title {
		enough = n.words >= 2 || n.known
	}
	if n.words == 0 || !enough {
		return dst
	}
	confidence := float32(0.75)
	if n.words == 1 {
		confidence = 0.6
	}
	return t.found(dst, Name, n.start, n.end, confidence, match.Medium, "salutation")
}

// isIntroduction reports whether a title is a sentence's beginning: I am called.
func isIntroduction(text string) bool {
	return len(text) > 5 && (text[2] == ' ' || text[3] == ' ' || text[5] == '-')
}

// labelLeads appends the value that the phrase leads to which ends with the word from start to end.
func (t *Text) labelLeads(start, end int, dst []Match) []Match {
	p := t.phraseBefore(t.wordBefore(end), end)
	if p < 0 {
		return dst
	}
	value, firm := t.afterLabel(end)
	for ; p >= 0; p = phrases.next(p) {
		k := &kinds[phrases[p].kind-1]
		if t.Wants>>k.typ&1 == 0 {
			continue
		}
		switch {
		case k.form == formName:
			return t.namedAfter(k, start, value, firm, dst)
		case k.form == formMAC:
			if end := t.macAt(value, true); end > 0 {
				return t.announcedAs(dst, k, "", value, end)
			}
		case k.typ == BIC:
			if end := t.match(k, t.readCode(value)); end > 0 && !hasLower(t.Bytes[value:end]) {
				return t.announcedAs(dst, k, "", value, end)
			}
		}
	}
	return dst
}

// afterLabel returns where the value behind a label begins, and whether a colon or a verb says that it does.
func (t *Text) afterLabel(i int) (value int, firm bool) {
	for n := 0; n < maxLabelGap && i < len(t.Bytes); n++ {
		switch c := t.Bytes[i]; c {
		case ':', '=':
			firm = true
			fallthrough
		case ' ', '\t', '"', '\'', '*', '#':
			i++
			continue
		}
		end := t.wordEnd(i)
		word := t.Bytes[i:end]
		if firm || len(word) == 0 || !isVerb(word) && (!isLower(word[0]) || flagsOf(word)&saysLittle == 0) {
			break
		}
		firm = isVerb(word)
		i = end
	}
	return i, firm
}

func isVerb(word []byte) bool {
	switch string(word) {
	case "is", "ist", "est", "es", "è", "é", "lautet", "was":
		return true
	}
	return false
}

// namedAfter appends the name at value, behind a label that begins at start.
func (t *Text) namedAfter(k *kind, start, value int, firm bool, dst []Match) []Match {
	n := t.person(t.skipTitles(value))
	if n.words == 0 || k.owned && (!firm || n.words < 2 || !n.known || !t.personal(start)) {
		return dst
	}
	if !firm && !n.known || n.words < 2 && !firm {
		return dst // Patient Information Leaflet, the full name American Motor
	}
	return t.found(dst, Name, n.start, n.end, 0.75, match.Medium, "label")
}

// personal reports whether the word before a label for names leaves it one: a file's name is nobody's.
func (t *Text) personal(i int) bool {
	end := i
	for end > 0 && (t.Bytes[end-1] == ' ' || t.Bytes[end-1] == '_' || t.Bytes[end-1] == '-') {
		end--
	}
	word := t.wordBefore(end)
	return word == end || i-end > 1 || flagsOf(t.Bytes[word:end])&(saysPerson|saysLittle) != 0
}
