package catalog

import "slices"

// What it takes to report a number of a state.
const (
	announced = "field or label, and the check digits"
	evident   = "structure and check digits alone where it is written as above; field or label otherwise"
	named     = "field or label, and the form: it has no check digit"
)

// number is an entry of NATIONAL_ID.
func number(subtype, is, source, evidence string, positives, negatives []Example) Entry {
	hazards := "bare numbers of the same length, of which one in ten or fewer passes the check; without a field or label they are left alone"
	switch evidence {
	case evident:
		hazards = "identifiers of the same shape, of which one in a hundred or fewer passes date and check digits"
	case named:
		hazards = "any number of that length in a field or behind a label of that name"
	}
	return Entry{
		Type: "NATIONAL_ID", Subtype: subtype, Is: is, Source: source, Evidence: evidence, Hazards: hazards, HIPAA: Others,
		Positives: positives, Negatives: negatives,
	}
}

// national describes NATIONAL_ID.
func national() []Entry {
	entries := []Entry{
		{
			Type: "NATIONAL_ID", Is: "number of some state in a field that does not say of which", Source: "the checks of all states below", HIPAA: Others,
			Evidence:  "field or label for identity or tax numbers in general, and the check digits of some state; the subtype is the state's when it is the only one",
			Hazards:   "internal numbers in a field called id_number; American groupings are not tried",
			Positives: join(field("national_id", "44051401458", "76543210794"), text("My national id is «44051401458».")),
			Negatives: join(field("national_id", "12", "pending"), field("request_id", "44051401458"), text("It took 44051401458 of them")),
		},
		number("certificate", "number of a certificate or a professional license", "none: each authority has its own", named,
			join(text("certificate no. «RN-210781» was issued", "my license number is «MD 914727»"), field("certificate_number", "PE-989428"), field("licenseNumber", "RE-071807")),
			join(text("the license is Apache-2.0", "a certificate of 2021"), field("license", "GPL-3.0-or-later"), field("certificate_number", "none"))),
		number("uk_nino", "British national insurance number", "HM Revenue and Customs NIM39110", "field or label, or the form in pairs", // it has no check digit
			join(text("my national insurance number is «AB123456C»", "it says «PR 12 36 12 C» on it"), field("nino", "YZ614868B")),
			join(text("part AB123456C is in stock", "BG 12 36 12 A"), field("nino", "FQ000000C", "AB1234561"))),
		number("de_id_card", "serial number of a German identity card", "PAuswV; ICAO 9303", named,
			join(text("Personalausweis «L01X00T47»."), field("personalausweisnummer", "CZ6311T03"), field("ausweisnummer", "T22000129")),
			join(text("part L01X00T47 is in stock"), field("personalausweisnummer", "AEIOU1234", "123456789"))),
		number("de_tax_number", "German tax number", "section 139a AO and the states' schemes", named,
			join(text("Steuernummer: «0981508150999» wurde vergeben.", "St.-Nr. «123/456/78901»"), field("steuernummer", "12/345/67890")),
			join(text("Seite 123/456/78901", "0981508150999"), field("steuernummer", "keine"))),
		number("eu_vat", "number for value added tax", "Directive 2006/112/EC article 215; VIES", "field or label; German ones by their check digit alone",
			join(text("USt-IdNr.: «DE136695976»", "VAT number «NL123456789B01»"), field("vat_number", "FR40303265045"), field("partita_iva", "01333550323")),
			join(text("DE136695977"), field("vat", "19%", "19.00", "included"))),
		number("fr_spi", "French tax reference number", "DGFiP: remainder of 511", announced,
			join(text("mon numéro fiscal est «1458039408042»"), field("numero_fiscal", "3630052160140", "1402284244088")),
			join(text("il y en a 2279528989402"), field("numero_fiscal", "2279528989403", "1402284244089"))),
		number("dk_cpr", "Danish personal identification number", "CPR-kontoret: date; the check digit was given up in 2007", named,
			join(text("CPR-nummer «280349-6445»", "my CPR is «2803496445»"), field("cpr", "010190-1234")),
			join(text("280349-6445"), field("cpr", "320190-1234", "45"))),
		number("ar_dni", "Argentine identity document", "Ley 17.671", named,
			join(text("DNI «30.567.891»"), field("dni", "30567891", "12345678")),
			join(text("son 30.567.891 pesos"), field("dni", "3056", "no"))),
		number("pe_dni", "Peruvian identity document", "RENIEC", named,
			join(text("DNI peruano «45678912»"), field("dni_peruano", "45678912", "07654321")),
			join(text("son 45678912"), field("dni_peruano", "4567", "x"))),
		number("co_cc", "Colombian citizenship card", "Registraduría Nacional", named,
			join(text("cédula de ciudadanía «1.020.345.678»"), field("numero_de_cedula", "1020345678", "79123456")),
			join(text("son 1020345678"), field("numero_de_cedula", "12", "pendiente"))),
		number("kr_rrn", "Korean resident registration number", "Resident Registration Act: date; no check digit since October 2020", "field or label; with its dash and the check digit of before, alone",
			join(text("see «810608-2380920» there", "my RRN is «9001011234568»"), field("resident_registration_number", "800122-2822431")),
			join(text("750603-2199213", "order 9001011234568"), field("rrn", "991332-1234567"))),
		number("my_nric", "Malaysian identity card", "National Registration Department: date and place", "field or label, or with both dashes",
			join(text("NRIC «850730-14-1234»", "see «850730-14-1234» there"), field("mykad", "850730141234")),
			join(text("850730141234", "851330-14-1234"), field("mykad", "851332141234"))),
		number("id_nik", "Indonesian population number", "Ministry of Home Affairs: place and date", named,
			join(text("NIK «3171015507900001»"), field("nik", "3171015507900001", "3273011203850002")),
			join(text("3171015507900001"), field("nik", "3171019907900001", "0071015507900001"))),
		number("ng_nin", "Nigerian national identification number", "NIMC", named,
			join(text("my NIN is «12345678901»"), field("nin", "12345678901", "70123456789")),
			join(text("12345678901"), field("nin", "1234567890", "unknown"))),
		number("ph_tin", "Philippine taxpayer number", "Bureau of Internal Revenue", named,
			join(text("BIR TIN: «000-123-456-000»"), field("ph_tin", "000-123-456-000", "123456789000")),
			join(text("000-123-456-000"), field("ph_tin", "12", "x"))),
		number("hk_hkid", "Hong Kong identity card", "Immigration Department: modulus 11", announced,
			join(text("HKID «G6174093»"), field("hkid", "B4685356", "D4390084")),
			join(text("part G6174093"), field("hkid", "C7824504", "A0088387"))),
		number("in_gstin", "Indian goods and services tax number", "CGST Act: state, permanent account number, entity, check character", evident,
			join(text("GSTIN «27ABCPE1234F1Z5»", "see «27AAPFU0939F1ZV» there"), field("gstin", "07PQRPT6789K1Z2", "01ABCPE1234F1Z5")),
			join(text("part 27ABCPE1234F1Z5"), field("gstin", "00ABCPE1234F1Z5", "27ABCPE1234F1Y5"))),
	}
	return slices.Concat(entries, nationalEurope(), nationalWorld(), nationalTrade())
}
