package pii

func emso(c []byte) bool {
	return digitsOnly(c) && monthDay(c[2:4], c[:2]) && (11-weighted(c, "765432765432")%11)%11%10 == digit(c[12])
}

func taj(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && weighted(c, "37373737")%10 == digit(c[8])
}

func amka(c []byte) bool { return digitsOnly(c) && monthDay(c[2:4], c[:2]) && luhn(c) }

func kennitala(c []byte) bool {
	day := value(c[:1]) % 4 // companies add 40
	return digitsOnly(c) && value(c[2:4]) >= 1 && value(c[2:4]) <= 12 && day*10+digit(c[1]) >= 1 && day*10+digit(c[1]) <= 31 &&
		(11-weighted(c, "32765432")%11)%11 == digit(c[8]) && (c[9] == '8' || c[9] == '9' || c[9] == '0')
}

func tckn(c []byte) bool {
	if !digitsOnly(c) || c[0] == '0' {
		return false
	}
	odd, even := weighted(c, "101010101"), weighted(c, "01010101")
	return (odd*7-even+100)%10 == digit(c[9]) && (odd+even+digit(c[9]))%10 == digit(c[10])
}

func rnokpp(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && (weighted(c, "057946A57")-digit(c[0])+11)%11%10 == digit(c[9])
}

func snils(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c[:9]) && weighted(c, "987654321")%101%100 == value(c[9:])
}

func inn(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && weighted(c, "724A359468")%11%10 == digit(c[10]) && weighted(c, "3724A359468")%11%10 == digit(c[11])
}

func teudatZehut(c []byte) bool { return digitsOnly(c) && !sameDigits(c) && luhn(c) }

func zaID(c []byte) bool {
	return digitsOnly(c) && monthDay(c[2:4], c[4:6]) && c[10] <= '2' && luhn(c)
}

func cpf(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && weighted(c, "A98765432")*10%11%10 == digit(c[9]) && weighted(c, "BA98765432")*10%11%10 == digit(c[10])
}

func cnpj(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && weighted(c, "543298765432")*10%11%10 == digit(c[12]) && weighted(c, "6543298765432")*10%11%10 == digit(c[13])
}

func rut(c []byte) bool {
	last := len(c) - 1
	if !digitsOnly(c[:last]) || sameDigits(c[:last]) {
		return false
	}
	sum := 0
	for i := range last {
		sum += digit(c[last-1-i]) * (2 + i%6)
	}
	return "0K987654321"[sum%11] == c[last]
}

func cuit(c []byte) bool {
	if !digitsOnly(c) {
		return false
	}
	switch value(c[:2]) {
	case 20, 23, 24, 25, 26, 27, 30, 33, 34:
		return "09987654321"[weighted(c, "5432765432")%11] == c[10]
	}
	return false
}

func uyCI(c []byte) bool {
	var d [8]byte
	d[0] = '0'
	copy(d[8-len(c):], c)
	return digitsOnly(c) && !sameDigits(c) && (10-weighted(d[:], "2987634")%10)%10 == digit(d[7])
}

// cedula is Ecuador's: province, a third digit of people, and the check digit of Luhn.
func cedula(c []byte) bool {
	return digitsOnly(c) && value(c[:2]) >= 1 && value(c[:2]) <= 24 && c[2] < '6' && luhn(c)
}

func curp(c []byte) bool {
	if !lettersOnly(c[:4]) || !digitsOnly(c[4:10]) || !monthDay(c[6:8], c[8:10]) || c[10] != 'H' && c[10] != 'M' && c[10] != 'X' || !lettersOnly(c[11:16]) || !isDigit(c[17]) {
		return false
	}
	sum := 0
	for i, x := range c[:17] {
		n := digit(x)
		if isUpper(x) {
			if n = int(x-'A') + 10; x > 'N' {
				n++ // behind the letter with a tilde
			}
		}
		sum += n * (18 - i)
	}
	return (10-sum%10)%10 == digit(c[17])
}

// rfc has its date as its proof: check digits of older ones do not follow the rule.
func rfc(c []byte) bool {
	n := len(c) - 9
	return lettersOnly(c[:n]) && digitsOnly(c[n:n+6]) && monthDay(c[n+2:n+4], c[n+4:n+6]) && (isDigit(c[n+8]) || c[n+8] == 'A')
}

// verhoeff tables: the dihedral group of order ten, and the permutation by place.
const (
	dihedral  = "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"
	placement = "01234567891576283094580379614289160435279453126870428657390127938064157046913258"
)

func aadhaar(c []byte) bool {
	if !digitsOnly(c) || c[0] < '2' {
		return false
	}
	sum := 0
	for i := range c {
		permuted := digit(placement[i%8*10+digit(c[len(c)-1-i])])
		sum = digit(dihedral[sum*10+permuted])
	}
	return sum == 0
}

func inPAN(c []byte) bool {
	if !lettersOnly(c[:5]) || !digitsOnly(c[5:9]) || !isUpper(c[9]) || string(c[5:9]) == "0000" {
		return false
	}
	switch c[3] {
	case 'P', 'C', 'H', 'F', 'A', 'T', 'B', 'L', 'J', 'G':
		return true
	}
	return false
}

func chineseID(c []byte) bool {
	if !digitsOnly(c[:17]) || c[0] == '0' || c[0] == '9' || value(c[6:10]) < 1880 || value(c[6:10]) > 2099 || !monthDay(c[10:12], c[12:14]) {
		return false
	}
	return "10X98765432"[weighted(c, "79A584216379A5842")%11] == c[17]
}

// rrn has no check digit since October 2020.
func rrn(c []byte) bool {
	return digitsOnly(c) && monthDay(c[2:4], c[4:6]) && c[6] >= '1' && c[6] <= '8'
}

// rrnChecked is a number from before.
func rrnChecked(c []byte) bool {
	base := 11
	if c[6] >= '5' {
		base = 13 // a foreigner's
	}
	return rrn(c) && (base-weighted(c, "234567892345")%11)%10 == digit(c[12])
}

func myNumber(c []byte) bool {
	if !digitsOnly(c) || sameDigits(c) {
		return false
	}
	check := 11 - weighted(c, "65432765432")%11
	if check >= 10 {
		check = 0
	}
	return check == digit(c[11])
}

// taiwanLetters are the numbers of the letters less ten, in letters from A.
const taiwanLetters = "ABCDEFGHYIJKLMZNOPQRSTWUVX"

func taiwanID(c []byte) bool {
	if !isUpper(c[0]) || !digitsOnly(c[1:]) || c[1] != '1' && c[1] != '2' && c[1] != '8' && c[1] != '9' {
		return false
	}
	letter := int(taiwanLetters[c[0]-'A']-'A') + 10
	return (letter/10+letter%10*9+weighted(c[1:], "876543211"))%10 == 0
}

func hkid(c []byte) bool {
	n := len(c) - 7
	if !lettersOnly(c[:n]) || !digitsOnly(c[n:n+6]) {
		return false
	}
	sum := 36 * 9 // a blank before a single letter
	if n == 2 {
		sum = 9 * int(c[0]-'A'+10)
	}
	sum += 8*int(c[n-1]-'A'+10) + weighted(c[n:], "765432")
	check := c[n+6]
	return isDigit(check) && (sum+digit(check))%11 == 0 || check == 'A' && (sum+10)%11 == 0
}

func nric(c []byte) bool {
	if !digitsOnly(c[1:8]) || !isUpper(c[8]) {
		return false
	}
	sum := weighted(c[1:], "2765432")
	switch c[0] {
	case 'S':
		return "JZIHGFEDCBA"[sum%11] == c[8]
	case 'T':
		return "JZIHGFEDCBA"[(sum+4)%11] == c[8]
	case 'F':
		return "XWUTRQPNMLK"[sum%11] == c[8]
	case 'G':
		return "XWUTRQPNMLK"[(sum+4)%11] == c[8]
	case 'M':
		return "XWUTRQPNJLK"[(sum+3)%11] == c[8]
	}
	return false
}

func mykad(c []byte) bool {
	place := value(c[6:8])
	return digitsOnly(c) && monthDay(c[2:4], c[4:6]) && place > 0 && (place < 17 || place > 20) && place != 69 && place != 70
}

func thaiID(c []byte) bool {
	return digitsOnly(c) && c[0] != '0' && c[0] != '9' && (11-weighted(c, "DCBA98765432")%11)%10 == digit(c[12])
}

func nik(c []byte) bool {
	if !digitsOnly(c) {
		return false
	}
	day := value(c[6:8])
	if day > 40 {
		day -= 40 // a woman
	}
	month := value(c[8:10])
	return value(c[:2]) >= 11 && value(c[:2]) <= 96 && month >= 1 && month <= 12 && day >= 1 && day <= monthDays(month)
}

func tfn(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && weighted(c, "14375869A")%11 == 0
}

func auMedicare(c []byte) bool {
	return digitsOnly(c) && c[0] >= '2' && c[0] <= '6' && weighted(c, "13791379")%10 == digit(c[8])
}

func abn(c []byte) bool {
	return digitsOnly(c) && c[0] != '0' && (weighted(c, "A13579BDFHJ")-10)%89 == 0
}

func ird(c []byte) bool {
	if !digitsOnly(c) || value(c) < 10000000 || value(c) > 150000000 {
		return false
	}
	var d [9]byte
	d[0] = '0'
	copy(d[9-len(c):], c)
	check := (11 - weighted(d[:], "32765432")%11) % 11
	if check == 10 {
		check = (11 - weighted(d[:], "74325276")%11) % 11
	}
	return check == digit(d[8])
}

func emiratesID(c []byte) bool { return digitsOnly(c) && string(c[:3]) == "784" && luhn(c) }

func saudiID(c []byte) bool { return digitsOnly(c) && (c[0] == '1' || c[0] == '2') && luhn(c) }

// zaUsual is a South African number of a citizen or resident, with the eighth or ninth series in its eleventh place.
func zaUsual(c []byte) bool { return zaID(c) && c[10] <= '1' && (c[11] == '8' || c[11] == '9') }

// voter is an Indian number of the electors' photo identity card.
func voter(c []byte) bool { return lettersOnly(c[:3]) && digitsOnly(c[3:]) }

// filipinoTIN is a tax number of the Philippines with its branch behind the check digit.
func filipinoTIN(c []byte) bool { return digitsOnly(c) && weighted(c, "98765432")%11 == digit(c[8]) }

// iin is a Kazakh individual number.
func iin(c []byte) bool {
	if !digitsOnly(c) || !monthDay(c[2:4], c[4:6]) {
		return false
	}
	check := weighted(c, "123456789AB") % 11
	if check == 10 {
		check = weighted(c, "3456789AB12") % 11
	}
	return check == digit(c[11])
}

// pis is a Brazilian number of social integration.
func pis(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && (11-weighted(c, "3298765432")%11)%11%10 == digit(c[10])
}

// imss is a Mexican social security number.
func imss(c []byte) bool { return digitsOnly(c) && !sameDigits(c) && luhn(c) }

// kodeMelli is an Iranian national code.
func kodeMelli(c []byte) bool {
	if !digitsOnly(c) || sameDigits(c) {
		return false
	}
	check := weighted(c, "A98765432") % 11
	if check >= 2 {
		check = 11 - check
	}
	return check == digit(c[9])
}
