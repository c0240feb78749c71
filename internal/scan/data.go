package scan

import "github.com/meshwarden/meshwarden/internal/scan/pii"

// lookForData looks for personal data and secrets where the prefilter or the field's name gives a reason. filtered are the
// blocks of a text that is longer than wholeBytes.
func (e *engine) lookForData(l *leaf, v *view, found class, filtered *blocks) {
	if found&(classAt|classDigit|classLiteral) != 0 || found&classSpace != 0 && pii.MaybeSeedPhrase(v.text) || e.announced(v.key) || e.maybeURL(v.text, found) {
		e.detectData(l, v, found, filtered)
	} else if len(v.key.name) > 0 && found&classSpace == 0 && pii.MaybeSecret(v.text) && e.keys.evidence(v.key.name).Secret() {
		e.detectData(l, v, found, filtered)
	}
}

func (e *engine) detectData(l *leaf, v *view, found class, filtered *blocks) {
	text := &e.text
	*text = pii.Text{Bytes: v.text, Bare: v.bare, Key: e.keys.evidence(v.key.name), Name: v.key.name, Wants: e.wanted & allData}
	text.OfPerson, text.OfThing = v.where.names()
	e.data = e.data[:0]
	if keyed, whole := text.Keyed(e.data); whole {
		e.data = keyed
		e.addData(l, v)
		return
	}
	for _, h := range e.seen.hits {
		e.data = text.Literal(int(h.rule), h.at, e.data)
	}
	if len(v.text) > wholeBytes {
		e.dataInBlocks(text, found, filtered)
	} else {
		e.dataIn(text, found, 0, len(v.text))
	}
	if e.maybeURL(v.text, found) {
		e.data = text.URLs(e.data)
	}
	if found&classSpace != 0 {
		e.data = text.SeedPhrase(e.data)
	}
	if found&classSpace == 0 && pii.MaybeSecret(v.text) {
		e.data = text.KeyedSecret(e.data)
	}
	e.addData(l, v)
}

// dataIn looks for what has an @ or digits and begins in a part of a text.
func (e *engine) dataIn(text *pii.Text, found class, from, to int) {
	if found&classAt != 0 {
		e.data = text.Emails(from, to, e.data)
	}
	if found&classDigit != 0 {
		if pii.MaybeCode(text.Bytes[from:to], found&classSpace != 0) {
			e.data = text.Numbers(from, to, e.data)
		}
		e.data = text.Tokens(from, to, e.data)
	}
}

// dataInBlocks is dataIn for the blocks of a long text that have an @ or digits, those side by side at once.
func (e *engine) dataInBlocks(text *pii.Text, found class, filtered *blocks) {
	for i := 0; i < filtered.n; {
		first, has := i, class(0)
		for ; i < filtered.n && filtered.classes[i]&(classAt|classDigit) != 0; i++ {
			has |= filtered.classes[i]
		}
		if has != 0 {
			e.dataIn(text, has|found&classSpace, first*blockBytes, min(i*blockBytes, len(text.Bytes)))
		}
		i++
	}
}

// addData keeps those of e.data that are sure enough and wanted.
func (e *engine) addData(l *leaf, v *view) {
	for j := range e.data {
		m := &e.data[j]
		if m.Confidence >= e.profile.data && e.wants(int(m.Type)) {
			e.add(l, v, int(m.Type), m.Subtype, &m.Match, m.Confidence)
		}
	}
}
