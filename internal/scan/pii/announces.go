package pii

// Finding is a type with one of its subtypes.
type Finding struct {
	Type    Type
	Subtype string
}

// Findings lists the types and subtypes of personal data that Text reports, without secrets, in no order: for the catalogue.
func Findings() (all []Finding) {
	for _, k := range kinds {
		all = append(all, Finding{k.typ, k.subtype})
	}
	for _, e := range evidents {
		all = append(all, Finding{e.typ, e.subtype})
	}
	for _, t := range [...]Type{Card, CardTrack, Email, IBAN, Phone, SSN, URL} {
		all = append(all, Finding{Type: t})
	}
	return append(all, Finding{Passport, "mrz"})
}
