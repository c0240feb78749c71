// Package pii finds personal data and secrets in one decoded text: by structure and checksum where the
// value says what it is, and with the evidence of a field name or label where it does not. It knows
// nothing of bodies, encodings or policies.
package pii

import "github.com/meshwarden/meshwarden/internal/scan/match"

// Type is a kind of personal data or secret.
type Type uint8

// The types, in the order of their names.
const (
	Address Type = iota
	BankAccount
	BIC
	Biometric
	Card
	CardTrack
	CryptoWallet
	CVV
	DEA
	DOB
	DriverLicense
	Email
	HealthPlan
	IBAN
	ICCID
	IMEI
	IP
	ITIN
	JWT
	LicensePlate
	MAC
	MRN
	Name
	NationalID
	NPI
	Passport
	Phone
	Postcode
	PrivateKey
	Routing
	Secret
	SSN
	URL
	VIN
	NumTypes
)

// String returns the finding type that stands in policies, metrics and audit records.
func (t Type) String() string { return typeNames[t] }

var typeNames = [NumTypes]string{
	Address:       "ADDRESS",
	BankAccount:   "BANK_ACCOUNT",
	BIC:           "BIC",
	Biometric:     "BIOMETRIC",
	Card:          "CARD",
	CardTrack:     "CARD_TRACK",
	CryptoWallet:  "CRYPTO_WALLET",
	CVV:           "CVV",
	DEA:           "DEA",
	DOB:           "DOB",
	DriverLicense: "DRIVER_LICENSE",
	Email:         "EMAIL",
	HealthPlan:    "HEALTH_PLAN",
	IBAN:          "IBAN",
	ICCID:         "ICCID",
	IMEI:          "IMEI",
	IP:            "IP",
	ITIN:          "ITIN",
	JWT:           "JWT",
	LicensePlate:  "LICENSE_PLATE",
	MAC:           "MAC",
	MRN:           "MRN",
	Name:          "NAME",
	NationalID:    "NATIONAL_ID",
	NPI:           "NPI",
	Passport:      "PASSPORT",
	Phone:         "PHONE",
	Postcode:      "POSTCODE",
	PrivateKey:    "PRIVATE_KEY",
	Routing:       "ROUTING",
	Secret:        "SECRET",
	SSN:           "SSN",
	URL:           "URL",
	VIN:           "VIN",
}

// Match is a hit of one type.
type Match struct {
	match.Match
	Type Type
	// Subtype narrows the type in lower case with underscores, such as us or aws_access_key; it may be empty. It is a
	// constant: subtypes become metric labels.
	Subtype string
}

// Text is a value to look at.
type Text struct {
	Bytes []byte
	// Key is what the name of the field says that holds the value, Name that name.
	Key  Evidence
	Name []byte
	// Bare says that the value is a JSON number.
	Bare bool
	// Wants has a bit for each Type that is looked for, beside secrets, which always are.
	Wants uint64
	// OfPerson says that the object around the value is about somebody, OfThing that it is about something.
	OfPerson, OfThing bool

	// labels are the bounds of the last label with its value, the others the ends of what commands, JSON Web Keys, seed phrases, key
	// files, signatures and JSON Web Tokens before took: what stands inside costs nothing.
	labels                                            [2]int
	commanded, jwk, seeded, armoured, signed, tokened int

	zoned int // end of the machine-readable zone before
	// coded is the end of the letters and digits that codeAt has looked at, began is behind the beginning of that code.
	coded, began int
	words        [16]saidWord
	stretched    stretched
	dialled      dialled
	sums         int // digests of addresses that were computed, see maxSums
	ethereum     spoken
	solana       spoken
	code         code
}

func (t *Text) found(dst []Match, kind Type, start, end int, confidence float32, severity uint8, rule string) []Match {
	return t.foundAs(dst, kind, "", start, end, confidence, severity, rule)
}

func (t *Text) foundAs(dst []Match, kind Type, subtype string, start, end int, confidence float32, severity uint8, rule string) []Match {
	return append(dst, Match{match.Match{Start: start, End: end, Confidence: confidence, Severity: severity, Rule: rule}, kind, subtype})
}

// What bytes are, for loops over many of them.
const (
	kindDigit uint8 = 1 << iota
	kindLetter
	kindHigh      // of a character beyond ASCII
	kindSeparator // between the digits of a telephone number
)

var byteKinds = func() (t [256]uint8) {
	for c := range t {
		switch c := byte(c); {
		case isDigit(c):
			t[c] = kindDigit
		case isLetter(c):
			t[c] = kindLetter
		case c >= 0x80:
			t[c] = kindHigh
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/':
			t[c] = kindSeparator
		}
	}
	return t
}()

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLetter(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z'
}
func isWord(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' }

// at returns the byte at i, or 0 outside the text.
func (t *Text) at(i int) byte {
	if i < 0 || i >= len(t.Bytes) {
		return 0
	}
	return t.Bytes[i]
}

// startsToken reports whether a value may start at i: it is no continuation of a word, a decimal number or a
// dashed identifier.
func (t *Text) startsToken(i int) bool {
	before := t.at(i - 1)
	if isWord(before) {
		return false
	}
	return !(before == '-' || before == '.' || before == '/') || !isWord(t.at(i-2))
}

// endsToken is the same at the end: i is the offset behind the value.
func (t *Text) endsToken(i int) bool {
	after := t.at(i)
	if isWord(after) {
		return false
	}
	return !(after == '-' || after == '.') || !isWord(t.at(i+1)) || after == '.' && !isDigit(t.at(i+1))
}
