// Package catalog describes every kind of finding that the scanner reports: what it is, by which standard, what evidence
// it takes, what looks alike, and texts that are and are not it. docs/detectors.md is written from it and its tests run every
// text through the scanner. It must not be imported by anything that scans: it is no part of the filter.
package catalog

// Entry describes a finding type, or one subtype of it. An entry lives in the file of its class: contact.go, finance.go,
// health.go, device.go, national.go, secrets.go, attacks.go.
type Entry struct {
	// Type and Subtype are those of the findings. An entry without a subtype speaks for all subtypes of its type that have
	// no entry of their own.
	Type, Subtype string
	// Is says in words what it is.
	Is string
	// Source is the standard, law or publication that defines its form.
	Source string
	// Evidence says what makes the scanner report it.
	Evidence string
	// Hazards names what looks alike and how it is told apart, or is not.
	Hazards string
	// HIPAA is the category of identifiers of 45 CFR 164.514(b)(2)(i) that it belongs to, if any.
	HIPAA HIPAA
	// Positives must be found, Negatives must not be reported as this type (of this subtype, if the entry has one).
	// At least three of each, made up and with computed checksums: never copied from anybody, and put together at run time
	// where a secret scanner might take one for a leak.
	Positives, Negatives []Example
}

// Example is a text to scan.
type Example struct {
	// Path is the field of a JSON body that has Text as its value, with dots between nested objects, such as
	// customer.name; empty for a text of its own. Positives without a path are scanned as text/plain and as a JSON string.
	Path string
	// Text may hold the marks « and », which are taken out before it is scanned: a positive's finding must cover exactly
	// what stands between them, all of Text where there are none. Entries of attacks are only asked for the type.
	Text string
}

// text makes examples of texts.
func text(texts ...string) []Example {
	examples := make([]Example, len(texts))
	for i, t := range texts {
		examples[i].Text = t
	}
	return examples
}

// field makes examples of the values of one JSON field.
func field(path string, values ...string) []Example {
	examples := make([]Example, len(values))
	for i, v := range values {
		examples[i] = Example{Path: path, Text: v}
	}
	return examples
}

func join(parts ...[]Example) (all []Example) {
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// HIPAA is a category of identifiers of the Safe Harbor method, 45 CFR 164.514(b)(2)(i): its letter there.
type HIPAA byte

// The categories that stand in texts. (Q), full-face photographs, is none; (R), any other unique identifier, is what remains.
const (
	None           HIPAA = 0
	Names          HIPAA = 'A'
	Geography      HIPAA = 'B'
	Dates          HIPAA = 'C'
	Telephones     HIPAA = 'D'
	Faxes          HIPAA = 'E'
	Mails          HIPAA = 'F'
	SocialSecurity HIPAA = 'G'
	MedicalRecords HIPAA = 'H'
	Beneficiaries  HIPAA = 'I'
	Accounts       HIPAA = 'J'
	Certificates   HIPAA = 'K'
	Vehicles       HIPAA = 'L'
	Devices        HIPAA = 'M'
	URLs           HIPAA = 'N'
	Addresses      HIPAA = 'O'
	Biometrics     HIPAA = 'P'
	Others         HIPAA = 'R'
)

var hipaaNames = map[HIPAA]string{
	Names: "names", Geography: "geographic subdivisions", Dates: "dates", Telephones: "telephone numbers", Faxes: "fax numbers",
	Mails: "e-mail addresses", SocialSecurity: "social security numbers", MedicalRecords: "medical record numbers",
	Beneficiaries: "health plan beneficiary numbers", Accounts: "account numbers", Certificates: "certificate and license numbers",
	Vehicles: "vehicle identifiers", Devices: "device identifiers", URLs: "URLs", Addresses: "IP addresses",
	Biometrics: "biometric identifiers", Others: "other unique identifiers",
}

// String returns the letter and what the regulation calls the category, or a dash.
func (h HIPAA) String() string {
	if h == None {
		return "-"
	}
	return "(" + string(rune(h)) + ") " + hipaaNames[h]
}

// section is a part of the generated document.
type section struct {
	title, note string
	entries     []Entry
}

func sections() []section {
	return []section{
		{"People and how to reach them", "", contacts()},
		{"Money", "", finance()},
		{"Health", "", health()},
		{"Devices, vehicles and networks", "", devices()},
		{"Numbers of states", "", national()},
		{"Secrets", shapes, secrets()},
		{"Attacks", "", attacks()},
	}
}

// All returns every entry.
func All() (all []Entry) {
	for _, s := range sections() {
		all = append(all, s.entries...)
	}
	return all
}
