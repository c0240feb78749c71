package pii

// Evidence is what a field name or a label says about a value: the low half is a set of flags, the high half the place of
// a phrase in the table of phrases, plus one, which leads to the kinds of values that it announces.
type Evidence uint64

const (
	saysCard Evidence = 1 << iota
	saysIBAN
	saysPhone
	saysSSN
	saysSecret
	saysPassword
	// saysOther names a value that is an identifier, a measure or a time, and so no personal number.
	saysOther
	// saysMeasure is saysOther in a field name; in a sentence such words say nothing.
	saysMeasure
	// saysKey is half a name: api key, access key.
	saysKey
	// saysPerson is a role of people: customer, patient.
	saysPerson
	// saysLittle is a word that may stand beside a phrase, or between it and its value, and changes nothing: number, is, the.
	saysLittle
	// saysLast is the last word of some phrase.
	saysLast
	// saysMonth is a month's name.
	saysMonth
	// saysVersion is a word before a version number.
	saysVersion
	// saysNamed is a usual given name or surname.
	saysNamed
	// saysTitle stands before names: Mr, Dr.
	saysTitle
	// saysNobody is in no person's name, though it stands where one might: Customer, Team, GmbH.
	saysNobody
	// saysHost stands before the addresses of machines.
	saysHost
	// saysThing is what has names that are no person's: product, repository.
	saysThing
	// saysStreetFirst begins a street's name, saysStreetLast ends one, saysUnit is a part of a house.
	saysStreetFirst
	saysStreetLast
	saysUnit
)

const phraseShift = 32

// phrase is the place of the phrase in the table, -1 when there is none.
func (e Evidence) phrase() int { return int(e>>phraseShift) - 1 }

// Types has a bit for each type of which the phrase announces values.
func (e Evidence) Types() (types uint64) {
	for p := e.phrase(); p >= 0; p = phrases.next(p) {
		types |= 1 << kinds[phrases[p].kind-1].typ
	}
	return types
}

// Person reports whether the name is of somebody, or of the parts of a name, Thing whether it is of something that has a name too.
func (e Evidence) Person() bool {
	p := e.phrase()
	return e&(saysThing|saysOther) == 0 && (e&saysPerson != 0 || p >= 0 && kinds[phrases[p].kind-1].typ == Name)
}

// Thing is the opposite of Person, for names that say so.
func (e Evidence) Thing() bool { return e&saysThing != 0 }

// Secret reports whether the field's values are secrets.
func (e Evidence) Secret() bool { return e&(saysSecret|saysPassword) != 0 && e&saysOther == 0 }

// Bounds of what is read of a name: its bytes, its words, and the words of one phrase.
const (
	maxName        = 64
	maxNameWords   = 12
	maxPhraseWords = 6
)

// nameWord is a word of a name: the bytes from start on up to end.
type nameWord struct{ start, end uint8 }

// NameEvidence reads a field name: its words, split at marks, capitals and digits, and runs of words, so that
// phone_number, phoneNumber and phonenumber say the same.
func NameEvidence(name []byte) Evidence {
	if len(name) == 0 || len(name) > maxName {
		return 0
	}
	if len(name) == 1 && name[0] == 'd' {
		return saysSecret // the private member of a JSON Web Key, see jwkMember
	}
	var words [maxNameWords]nameWord
	n := splitName(name, &words)
	var says Evidence
	best := choice{end: -1}
	for i := range n {
		h := hashSeed
		for j := i; j < min(n, i+maxPhraseWords); j++ {
			h = hashWord(h, name[words[j].start:words[j].end])
			p := phrases.find(h)
			if p < 0 {
				continue
			}
			says |= Evidence(phrases[p].says)
			if phrases[p].kind != 0 && best.worse(i, j) {
				best = choice{p, i, j}
			}
		}
	}
	says = settle(says)
	if best.end >= 0 && best.stands(name, words[:n]) {
		says |= Evidence(best.phrase+1) << phraseShift
	}
	return says
}

// choice is a phrase of a name: words first to end, both included.
type choice struct{ phrase, first, end int }

// worse reports whether the phrase of words i to j says more: the last words of a name are its head, and more words say more.
func (c *choice) worse(i, j int) bool { return j > c.end || j == c.end && i < c.first }

// stands reports whether the words beside the phrase leave it what it says. What has a check digit stands whatever
// is said beside it; of the rest, a passport's country is no passport number, and a file's name names nobody.
func (c *choice) stands(name []byte, words []nameWord) bool {
	first := &kinds[phrases[c.phrase].kind-1]
	if first.form == formCode && first.strict {
		return true
	}
	for i, w := range words {
		if i >= c.first && i <= c.end {
			continue
		}
		word := name[w.start:w.end]
		says := flagsOf(word)
		if says&(saysPerson|saysLittle) == 0 && !isDigit(word[0]) && (i > c.end || first.alone) {
			return false
		}
	}
	return true
}

// flagsOf is what a single word says.
func flagsOf(word []byte) Evidence {
	p := phrases.find(hashWord(hashSeed, word))
	if p < 0 {
		return 0
	}
	return Evidence(phrases[p].says)
}

// saysWord is flagsOf for the word of the text from start to end. The last words are remembered: the numbers around a word all ask
// what it says.
func (t *Text) saysWord(start, end int) Evidence {
	w := &t.words[start%len(t.words)]
	if int(w.start) != start || int(w.end) != end {
		*w = saidWord{int32(start), int32(end), flagsOf(t.Bytes[start:end])}
	}
	return w.says
}

// saidWord is a word of a text and what it says.
type saidWord struct {
	start, end int32
	says       Evidence
}

// splitName finds the words of a name and returns how many there are, maxNameWords at most.
func splitName(name []byte, words *[maxNameWords]nameWord) int {
	n, start := 0, -1
	for i := 0; i <= len(name); i++ {
		ends := i == len(name) || !isNameByte(name[i])
		if !ends && start >= 0 {
			c, before := name[i], name[i-1]
			ends = isUpper(c) && (!isUpper(before) || i+1 < len(name) && isLower(name[i+1])) || isDigit(c) != isDigit(before)
		}
		if ends && start >= 0 {
			if n == maxNameWords {
				return n
			}
			words[n] = nameWord{uint8(start), uint8(i)}
			n++
			start = -1
		}
		if start < 0 && i < len(name) && isNameByte(name[i]) {
			start = i
		}
	}
	return n
}

func isLower(c byte) bool    { return c >= 'a' && c <= 'z' }
func isNameByte(c byte) bool { return byteKinds[c]&(kindLetter|kindDigit|kindHigh) != 0 }

// settle weighs contradictions: card_id names an identifier, secret_count a number; a key is a secret
// only beside a word that says what it opens.
func settle(says Evidence) Evidence {
	if says&saysKey != 0 && says&(saysSecret|saysPassword) != 0 {
		says |= saysSecret
	}
	if says&saysMeasure != 0 {
		says |= saysOther
	}
	return says &^ (saysKey | saysMeasure)
}

// labelWords and labelBytes bound how far before a value its label is looked for.
const (
	labelWords = 6
	labelBytes = 48
)

// label is what the nearest telling word or pair of words before offset i says; words before another number belong to that.
func (t *Text) label(i int) Evidence {
	const telling = saysCard | saysIBAN | saysPhone | saysSSN | saysSecret | saysPassword | saysOther
	stop := max(0, i-labelBytes)
	last := nameless // the word behind this one, an abbreviation between them left aside
	for n := 0; n < labelWords && i > stop; n++ {
		behind := i
		for i > stop && !isLetter(t.Bytes[i-1]) {
			if isDigit(t.Bytes[i-1]) || t.Bytes[i-1] == '\n' {
				return 0
			}
			i--
		}
		end := i
		for i > stop && isLetter(t.Bytes[i-1]) {
			i--
		}
		if says := t.saysWord(i, end) & telling; says != 0 {
			return says
		}
		if last != nameless && behind-end <= 2 { // contact number, reach me
			if says := saysPair(t.Bytes[i:end], t.Bytes[last.start:last.end]) & telling; says != 0 {
				return says
			}
		}
		if last == nameless || end-i != 2 || !upperCase(t.Bytes[i:end]) { // my UK number
			last = bounds{i, end}
		}
	}
	return 0
}

// bounds are those of a word in a text; nameless is none.
type bounds struct{ start, end int }

var nameless bounds

// saysPair is flagsOf for two words.
func saysPair(first, second []byte) Evidence {
	p := phrases.find(hashWord(hashWord(hashSeed, first), second))
	if p < 0 {
		return 0
	}
	return Evidence(phrases[p].says)
}
