package pii

// Evidence is what a field name or a label says about a value.
type Evidence uint16

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
)

// words maps whole words of names and labels, lower case, to what they say.
var words = func() map[string]Evidence {
	m := make(map[string]Evidence)
	for _, group := range []struct {
		says  Evidence
		words []string
	}{
		{saysCard, []string{"card", "cards", "cardnumber", "cardno", "creditcard", "debitcard", "pan", "cc", "ccnumber", "ccnum", "visa", "mastercard", "amex", "karte", "kreditkarte", "carte", "tarjeta", "carta", "cartao"}},
		{saysIBAN, []string{"iban", "ibans", "konto", "kontonummer"}},
		{saysPhone, []string{"phone", "phones", "phonenumber", "phoneno", "telephone", "tel", "mobile", "mobilenumber", "mob", "cell", "cellphone", "cellular", "fax", "msisdn", "whatsapp", "sms", "call", "ring", "dial", "callback", "telefon", "telefone", "telefono", "handy", "rufnummer", "movil", "celular", "cellulare", "portable", "gsm", "landline", "hotline", "telepono", "numaram", "cep"}},
		{saysSSN, []string{"ssn", "ssns", "socialsecurity", "socialsecuritynumber", "social", "taxid", "ssnumber"}},
		{saysSecret, []string{"secret", "secrets", "token", "tokens", "apikey", "apikeys", "appkey", "accesskey", "secretkey", "privatekey", "clientsecret", "authtoken", "accesstoken", "refreshtoken", "bearer", "credential", "credentials", "authorization", "signingkey", "encryptionkey", "masterkey", "sharedkey"}},
		{saysPassword, []string{"password", "passwd", "passwort", "pwd", "pass", "passphrase", "contrasena", "userpassword", "dbpassword"}},
		{saysKey, []string{"key", "keys"}},
		{saysOther, []string{"id", "ids", "uuid", "guid", "sha", "hash", "md5", "sha1", "sha256", "commit", "etag", "trace", "span", "request", "order", "tracking", "isbn", "ean", "upc", "gtin", "sku", "snowflake", "serial", "checksum", "digest", "cursor", "nonce", "imei", "imeisv", "iccid", "npi", "invoice", "ticket", "transaction", "txn", "mrn", "policy"}},
		{saysMeasure, []string{"timestamp", "ts", "epoch", "created", "updated", "time", "date", "version", "lat", "lon", "lng", "latitude", "longitude", "price", "amount", "total", "quantity", "count", "bytes", "size", "length", "offset", "color", "seq", "sequence", "index", "range", "duration", "ref", "reference"}},
	} {
		for _, word := range group.words {
			m[word] |= group.says
		}
	}
	return m
}()

const maxWord = 24

// NameEvidence reads a field name: its words, split at marks and capitals, and the whole without marks, so that
// phone_number, phoneNumber and phonenumber say the same.
func NameEvidence(name []byte) Evidence {
	if len(name) == 0 || len(name) > 64 {
		return 0
	}
	var whole [64]byte
	var word [maxWord]byte
	n, w := 0, 0
	var says Evidence
	for i, c := range name {
		upper := isUpper(c)
		if !isLetter(c) && !isDigit(c) || upper && i > 0 && !isUpper(name[i-1]) {
			says |= words[string(word[:w])]
			w = 0
			if !upper {
				continue
			}
		}
		if upper {
			c |= 0x20
		}
		whole[n] = c
		n++
		if w < maxWord {
			word[w] = c
			w++
		}
	}
	says |= words[string(word[:w])] | words[string(whole[:n])]
	return settle(says)
}

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

// Secret reports whether the field's values are secrets.
func (e Evidence) Secret() bool { return e&(saysSecret|saysPassword) != 0 && e&saysOther == 0 }

// labelWords and labelBytes bound how far before a value its label is looked for.
const (
	labelWords = 6
	labelBytes = 48
)

// label is what the nearest telling word before offset i says; words before another number belong to that.
func (t *Text) label(i int) Evidence {
	stop := max(0, i-labelBytes)
	for n := 0; n < labelWords && i > stop; n++ {
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
		if end-i <= maxWord {
			var word [maxWord]byte
			for j, c := range t.Bytes[i:end] {
				word[j] = c | 0x20
			}
			if says := words[string(word[:end-i])] &^ (saysKey | saysMeasure); says != 0 {
				return says
			}
		}
	}
	return 0
}
