package pii

// The checks of kinds that are no national identifiers. They see letters in capitals and digits, without separators, of a length
// that the kind's row allows.

func countDigits(c []byte) int {
	n := 0
	for _, x := range c {
		if isDigit(x) {
			n++
		}
	}
	return n
}

// account is a bank account: digits, in some countries a letter or two among ten and more.
func account(c []byte) bool {
	return countDigits(c) >= 6 && !sameDigits(c) && (digitsOnly(c) || len(c) >= 10 && isDigit(c[0]) && len(c)-countDigits(c) <= 2)
}

// passport has six to nine characters, at least five of them digits; in some countries nine of both sorts.
func passport(c []byte) bool {
	digits := countDigits(c)
	return !sameDigits(c) && (digits >= 5 || len(c) == 9 && digits >= 2 && isUpper(c[0]) && isDigit(c[8]))
}

// license is a driver's or any other license: states agree on nothing but digits.
func license(c []byte) bool { return countDigits(c) >= 4 && !sameDigits(c) }

// record is a number of a patient or an insured: mostly digits.
func record(c []byte) bool { return countDigits(c) >= 5 && countDigits(c)*2 > len(c) && !sameDigits(c) }

// insured is the number of a member of a health plan, Medicare's among them.
func insured(c []byte) bool { return record(c) || len(c) == 11 && mbi(c) }

// ukLicense is a British driver number: five letters of the surname, the date of birth among the digits, initials.
func ukLicense(c []byte) bool {
	month, day := value(c[6:8]), value(c[8:10])
	if month > 50 {
		month -= 50 // a woman
	}
	for _, x := range c[:5] {
		if !isUpper(x) && x != '9' {
			return false
		}
	}
	return isUpper(c[0]) && digitsOnly(c[5:11]) && month >= 1 && month <= 12 && day >= 1 && day <= 31 && (isUpper(c[11]) || c[11] == '9') && isUpper(c[14]) && isUpper(c[15])
}

// vat is a number of the VAT information exchange system: a country and digits; Italy's is written without the country.
func vat(c []byte) bool {
	if digitsOnly(c) {
		return len(c) == 11 && luhn(c)
	}
	return lettersOnly(c[:2]) && isCountry(c[0], c[1]) && countDigits(c[2:]) >= 7
}

// gstin is an Indian goods and services tax number: a state, a permanent account number, an entity, Z, a check character.
func gstin(c []byte) bool {
	return digitsOnly(c[:2]) && value(c[:2]) >= 1 && value(c[:2]) <= 37 && lettersOnly(c[2:7]) && digitsOnly(c[7:11]) && isUpper(c[11]) && c[13] == 'Z'
}

func ssnCode(c []byte) bool { return digitsOnly(c) && validSSN(c) }

// itin is a number of the Internal Revenue Service: 9, and groups 50 to 65, 70 to 88, 90 to 92, 94 to 99.
func itin(c []byte) bool {
	if !digitsOnly(c) || c[0] != '9' {
		return false
	}
	group := value(c[3:5])
	return group >= 50 && group <= 99 && (group < 66 || group > 69) && group != 89 && group != 93
}

// aba is the check of the American Bankers Association.
func aba(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && weighted(c, "371371371")%10 == 0
}

func clabe(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && (10-weighted(c, "37137137137137137")%10)%10 == digit(c[17])
}

func ifsc(c []byte) bool { return lettersOnly(c[:4]) && c[4] == '0' && countDigits(c[5:]) >= 1 }

// bic is a business identifier code (ISO 9362): institution, country, location, branch.
func bic(c []byte) bool {
	return (len(c) == 8 || len(c) == 11) && lettersOnly(c[:6]) && isCountry(c[4], c[5])
}

// countryCodes are those of ISO 3166-1, and XK.
const countryCodes = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZ" +
	"ECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLY" +
	"MAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZ" +
	"TCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW"

func isCountry(a, b byte) bool {
	for i := 0; i < len(countryCodes); i += 2 {
		if countryCodes[i] == a && countryCodes[i+1] == b {
			return true
		}
	}
	return false
}

// mbi is a Medicare beneficiary identifier: its letters are none of S, L, O, I, B, Z.
func mbi(c []byte) bool {
	for i, want := range "9AX9AX9AA99" {
		d, l := isDigit(c[i]), isUpper(c[i]) && c[i] != 'S' && c[i] != 'L' && c[i] != 'O' && c[i] != 'I' && c[i] != 'B' && c[i] != 'Z'
		if !d && !l || want == '9' && !d || want == 'A' && !l {
			return false
		}
	}
	return c[0] != '0'
}

// kvnr is the number of a German health insurance card.
func kvnr(c []byte) bool {
	if !isUpper(c[0]) || !digitsOnly(c[1:]) {
		return false
	}
	letter := int(c[0]-'A') + 1
	sum := 0
	for i := range 10 {
		d := letter / 10
		switch {
		case i == 1:
			d = letter % 10
		case i > 1:
			d = digit(c[i-1])
		}
		if i&1 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == digit(c[9])
}

// npi is Luhn's over the number with the prefix 80840, which adds 24.
func npi(c []byte) bool {
	if !digitsOnly(c) || c[0] != '1' && c[0] != '2' {
		return false
	}
	var d [15]byte
	copy(d[copy(d[:], "80840"):], c)
	return luhn(d[:])
}

// dea is a registration of the Drug Enforcement Administration.
func dea(c []byte) bool {
	if !isUpper(c[0]) || c[0] == 'I' || c[0] == 'N' || c[0] == 'O' || c[0] == 'Q' || c[0] >= 'V' && c[0] != 'X' || !isUpper(c[1]) && c[1] != '9' || !digitsOnly(c[2:]) {
		return false
	}
	return (weighted(c[2:], "101010")+2*weighted(c[2:], "010101"))%10 == digit(c[8])
}

// vinForm is what all vehicle identification numbers have in common (ISO 3779): no I, O and Q, letters and digits.
func vinForm(c []byte) bool {
	for _, x := range c {
		if x == 'I' || x == 'O' || x == 'Q' {
			return false
		}
	}
	digits := countDigits(c)
	return digits >= 3 && digits < 17
}

// vinChecked has the check digit of 49 CFR 565.15, which cars of North America and China have.
func vinChecked(c []byte) bool {
	if !vinForm(c) || !isDigit(c[16]) || !isDigit(c[15]) || !isDigit(c[14]) {
		return false
	}
	sum := 0
	for i, w := range "8765432A098765432" {
		n := digit(c[i])
		if !isDigit(c[i]) {
			n = digit("12345678012345070923456789"[c[i]-'A'])
		}
		weight := int(w - '0')
		if w == 'A' {
			weight = 10
		}
		sum += n * weight
	}
	return "0123456789X"[sum%11] == c[8]
}

// plate has letters and digits.
func plate(c []byte) bool { return countDigits(c) > 0 && countDigits(c) < len(c) }

// imei has a check digit; with a software version instead it has sixteen digits.
func imei(c []byte) bool { return digitsOnly(c) && !sameDigits(c) && (len(c) == 16 || luhn(c)) }

// iccid is the number of a SIM (ITU-T E.118).
func iccid(c []byte) bool {
	return string(c[:2]) == "89" && digitsOnly(c) && (len(c) == 18 || luhn(c) || len(c) == 20 && luhn(c[:19]))
}

// postcode knows the forms of the United States, Canada, the United Kingdom, the Netherlands, Portugal, Brazil and Japan, and those of
// four to six digits of most of the rest.
func postcode(c []byte) bool {
	n := len(c)
	if digitsOnly(c) {
		return n >= 4 && !(n > 4 && sameDigits(c))
	}
	switch {
	case n == 6 && digitsOnly(c[:4]) && lettersOnly(c[4:]): // 1234AB
		return true
	case n == 6 && isUpper(c[0]) && isDigit(c[1]) && isUpper(c[2]) && isDigit(c[3]) && isUpper(c[4]) && isDigit(c[5]): // K1A0B1
		return true
	}
	return ukPostcode(c)
}

// ukPostcode is an outward code of two to four characters and an inward code of three (BS 7666).
func ukPostcode(c []byte) bool {
	n := len(c)
	return n >= 5 && n <= 7 && isDigit(c[n-3]) && isUpper(c[n-2]) && isUpper(c[n-1]) && isUpper(c[0]) && countDigits(c[:n-3]) > 0 &&
		c[0] != 'Q' && c[0] != 'V' && c[0] != 'X'
}
