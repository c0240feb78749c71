package attackcorpus

// DataTypes names the scanner's types as the synthetic corpus of personal data does.
var DataTypes = map[string]string{
	"ABA_ROUTING": "ROUTING", "ADDRESS": "ADDRESS", "BANK_ACCOUNT": "BANK_ACCOUNT", "CERT_LICENSE": "NATIONAL_ID", "CREDIT_CARD": "CARD",
	"DATE_OF_BIRTH": "DOB", "DEA": "DEA", "DRIVER_LICENSE": "DRIVER_LICENSE", "EMAIL": "EMAIL", "HEALTH_PLAN": "HEALTH_PLAN", "IBAN": "IBAN",
	"IMEI": "IMEI", "IP": "IP", "LICENSE_PLATE": "LICENSE_PLATE", "MAC": "MAC", "MBI": "HEALTH_PLAN", "MRN": "MRN", "NAME": "NAME", "NPI": "NPI",
	"PASSPORT": "PASSPORT", "PHONE": "PHONE", "URL": "URL", "US_SSN": "SSN", "VIN": "VIN",
}

// Recognizer is what a recognizer of the third-party corpus of personal data looks for, as the scanner calls it.
type Recognizer struct {
	Type string
	// Recall is the least share of its positives to be found. Many stand without any word that says what they are, which the
	// scanner leaves alone.
	Recall float64
}

// Recognizers are those that look for what the scanner looks for.
var Recognizers = map[string]Recognizer{
	"credit_card": {"CARD", 0.95}, "email": {"EMAIL", 1}, "phone": {"PHONE", 0.95}, "us_ssn": {"SSN", 0.40},
	"ph_mobile_number": {"PHONE", 0.95}, "tr_phone_number": {"PHONE", 0.75}, "ip": {"IP", 0.80}, "mac": {"MAC", 0.95}, "url": {"URL", 0.80},
	"us_mbi": {"HEALTH_PLAN", 1}, "fi_personal_identity_code": {"NATIONAL_ID", 0.95}, "de_social_security": {"NATIONAL_ID", 1},
	"es_nie": {"NATIONAL_ID", 1}, "it_fiscal_code": {"NATIONAL_ID", 0.65}, "sg_fin": {"NATIONAL_ID", 0.55},
}
