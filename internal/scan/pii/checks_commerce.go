package pii

// The numbers of traders and professions. They see what the checks of kinds see.

// acn is the number of an Australian company.
func acn(c []byte) bool {
	return digitsOnly(c) && (10-weighted(c, "87654321")%10)%10 == digit(c[8])
}

// nip is a Polish tax number.
func nip(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && weighted(c, "657234567")%11 == digit(c[9])
}

// regon is the number of a Polish enterprise.
func regon(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && weighted(c, "89234567")%11%10 == digit(c[8])
}

// cif is the tax number of a Spanish company: its form of organisation, a province, and a digit or a letter that checks them.
func cif(c []byte) bool {
	if !isUpper(c[0]) || c[0] == 'I' || c[0] == 'O' || c[0] == 'T' || c[0] > 'W' || !digitsOnly(c[1:8]) {
		return false
	}
	sum := 0
	for i := 1; i < 8; i++ {
		d := digit(c[i])
		if i&1 == 1 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	check := (10 - sum%10) % 10
	return c[8] == '0'+byte(check) || c[8] == "JABCDEFGHI"[check]
}

// brn is the number of a Korean business.
func brn(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && (10-(weighted(c, "137137135")+digit(c[8])*5/10)%10)%10 == digit(c[9])
}

// uenLetters are the letters and digits that sum in a unique entity number, each by its place.
const uenLetters = "ABCDEFGHJKLMNPQRSTUVWX0123456789"

// uen is a unique entity number of Singapore: of a business, a company by its year, or another entity by its kind.
func uen(c []byte) bool {
	last := len(c) - 1
	if digitsOnly(c[:last]) {
		if last == 8 {
			return "XMKECAWLJDB"[weighted(c, "A4938271")%11] == c[last]
		}
		return "ZKCMDNERGWH"[weighted(c, "A86497531")%11] == c[last]
	}
	if last != 9 || c[0] < 'R' || c[0] > 'T' || !digitsOnly(c[1:3]) || !lettersOnly(c[3:5]) || !digitsOnly(c[5:9]) {
		return false
	}
	sum := -5
	for i, weight := range [...]int{4, 3, 5, 3, 10, 2, 2, 5, 7} {
		sum += weight * indexByte(uenLetters, c[i])
	}
	return sum >= 0 && uenLetters[sum%11] == c[last]
}

func indexByte(s string, c byte) int {
	for i := range len(s) {
		if s[i] == c {
			return i
		}
	}
	return 0
}

// ein is an employer identification number: the Internal Revenue Service has not given all prefixes away.
func ein(c []byte) bool {
	if !digitsOnly(c) || sameDigits(c) {
		return false
	}
	switch value(c[:2]) {
	case 0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97:
		return false
	}
	return true
}

// siren is the number of a French enterprise or, with the place of business behind it, establishment.
func siren(c []byte) bool { return digitsOnly(c) && !sameDigits(c) && luhn(c) && luhn(c[:9]) }

// orgnr is the number of a Swedish organisation, which is no date: its third digit is two at least.
func orgnr(c []byte) bool { return digitsOnly(c) && c[2] >= '2' && luhn(c) }

// lanr is the number of a German physician, with two digits of the speciality behind the check digit.
func lanr(c []byte) bool { return digitsOnly(c) && (10-weighted(c, "494949")%10)%10 == digit(c[6]) }

// afm is a Greek tax number.
func afm(c []byte) bool {
	if !digitsOnly(c) || sameDigits(c) {
		return false
	}
	sum := 0
	for i := range 8 {
		sum += digit(c[i]) << (8 - i)
	}
	return sum%11%10 == digit(c[8])
}

// germanVAT is a German VAT number with its country before it.
func germanVAT(c []byte) bool {
	return c[0] == 'D' && c[1] == 'E' && digitsOnly(c[2:]) && c[2] != '0' && mod1110(c[2:10]) == digit(c[10])
}

// gstinChecked is an Indian tax number with its check character: all before it in base 36, every second doubled.
func gstinChecked(c []byte) bool {
	if !gstin(c) {
		return false
	}
	sum := 0
	for i, x := range c[:14] {
		product := digit36(x) * (1 + i&1)
		sum += product/36 + product%36
	}
	return (36-sum%36)%36 == digit36(c[14])
}

func digit36(c byte) int {
	if isDigit(c) {
		return digit(c)
	}
	return int(c-'A') + 10
}
