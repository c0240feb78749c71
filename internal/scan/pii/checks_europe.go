package pii

// The checks see letters in capitals and digits without separators, of a length that the kind's row allows.
// Sources: the issuing offices' specifications, as OECD's sheets of tax identification numbers and Wikipedia's "National
// identification number" collect them.

func nino(c []byte) bool {
	if !lettersOnly(c[:2]) || !digitsOnly(c[2:8]) || c[8] < 'A' || c[8] > 'D' {
		return false
	}
	for _, l := range c[:2] {
		switch l {
		case 'D', 'F', 'I', 'Q', 'U', 'V':
			return false
		}
	}
	switch string(c[:2]) {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return c[1] != 'O'
}

func nhs(c []byte) bool {
	if !digitsOnly(c) || sameDigits(c) {
		return false
	}
	return (11-weighted(c, "A98765432")%11)%11 == digit(c[9])
}

func utr(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && "21987654321"[weighted(c[1:], "6789A5432")%11] == c[0]
}

func sin(c []byte) bool {
	return digitsOnly(c) && c[0] != '0' && c[0] != '8' && !sameDigits(c) && luhn(c)
}

// mod1110 is ISO/IEC 7064 MOD 11,10: what remains of all digits but the check digit.
func mod1110(digits []byte) int {
	product := 10
	for _, d := range digits {
		sum := (digit(d) + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = sum * 2 % 11
	}
	return (11 - product) % 10
}

func deTaxID(c []byte) bool {
	if !digitsOnly(c) || c[0] == '0' {
		return false
	}
	var seen [10]int
	for _, d := range c[:10] {
		if seen[digit(d)]++; seen[digit(d)] > 3 {
			return false
		}
	}
	return mod1110(c[:10]) == digit(c[10])
}

func deSSN(c []byte) bool {
	if !digitsOnly(c[:8]) || !isUpper(c[8]) || !digitsOnly(c[9:]) {
		return false
	}
	day, month := value(c[2:4]), value(c[4:6])
	if day == 0 || day%50 > 31 || month == 0 || month > 12 {
		return false
	}
	letter := int(c[8]-'A') + 1
	var d [12]byte
	copy(d[:8], c)
	d[8], d[9], d[10], d[11] = byte(letter/10)+'0', byte(letter%10)+'0', c[9], c[10]
	sum := 0
	for i, w := range "212571212121" {
		p := digit(d[i]) * int(w-'0')
		sum += p/10 + p%10
	}
	return sum%10 == digit(c[11])
}

// deIDCard is the serial number of an identity card: no vowels and nothing that reads like a digit; a tenth character is the
// check digit of the machine-readable zone.
func deIDCard(c []byte) bool {
	digits := 0
	for _, d := range c[:9] {
		switch {
		case isDigit(d):
			digits++
		case d == 'A' || d == 'B' || d == 'D' || d == 'E' || d == 'I' || d == 'O' || d == 'Q' || d == 'S' || d == 'U':
			return false
		}
	}
	return digits >= 3 && digits < 9 && !isDigit(c[0]) && (len(c) == 9 || mrzDigit(c[:9]) == c[9])
}

func nir(c []byte) bool {
	if len(c) == 14 || c[0] < '1' || c[0] > '8' || !digitsOnly(c[1:5]) || !digitsOnly(c[7:]) || !isDigit(c[5]) {
		return false
	}
	month := value(c[3:5])
	if month == 0 || month > 12 && month < 20 || month > 42 && month < 50 {
		return false
	}
	department := value(c[5:6])*10 + int(c[6]-'0')
	switch {
	case isDigit(c[6]):
	case c[5] == '2' && c[6] == 'A':
		department = 19
	case c[5] == '2' && c[6] == 'B':
		department = 18
	default:
		return false
	}
	if len(c) == 13 {
		return c[0] <= '2' // no key: the words vouch for it
	}
	number := value(c[:5])*100000000 + department*1000000 + value(c[7:13])
	return 97-number%97 == value(c[13:])
}

func spi(c []byte) bool {
	return digitsOnly(c) && c[0] <= '3' && value(c[:10]) > 99 && value(c[:10])%511 == value(c[10:])
}

const esLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

func esNIF(c []byte) bool {
	return digitsOnly(c[:8]) && esLetters[value(c[:8])%23] == c[8]
}

func esNIE(c []byte) bool {
	if c[0] < 'X' || c[0] > 'Z' || !digitsOnly(c[1:8]) {
		return false
	}
	return esLetters[(int(c[0]-'X')*10000000+value(c[1:8]))%23] == c[8]
}

// itOdd are the values of digits and letters in odd places: 0 and A have the same, and so on.
var itOdd = [26]uint8{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

func itFiscalCode(c []byte) bool {
	sum := 0
	for i, l := range c[:15] {
		letter := i < 6 || i == 8 || i == 11
		n := int(l - 'A')
		switch {
		case letter && !isUpper(l):
			return false
		case !letter && isDigit(l):
			n = digit(l)
		case !letter && (l < 'L' || l > 'V' || l == 'O'):
			return false // letters stand for digits only where two people would have the same code
		}
		if i&1 == 0 {
			n = int(itOdd[n])
		} else if !letter && !isDigit(l) {
			n = int(l - 'A')
		}
		sum += n
	}
	return c[8] != 'F' && byte('A'+sum%26) == c[15]
}

func ptNIF(c []byte) bool {
	if !digitsOnly(c) || c[0] == '0' || c[0] == '4' {
		return false
	}
	check := 11 - weighted(c, "98765432")%11
	if check > 9 {
		check = 0
	}
	return check == digit(c[8])
}

func bsn(c []byte) bool {
	return digitsOnly(c) && !sameDigits(c) && (weighted(c, "98765432")-digit(c[8]))%11 == 0
}

func beNN(c []byte) bool {
	if !digitsOnly(c) || value(c[2:4]) > 12 && value(c[2:4]) < 20 || value(c[2:4])%20 > 12 || value(c[4:6]) > 31 {
		return false
	}
	n, check := value(c[:9]), value(c[9:])
	return 97-n%97 == check || 97-(2000000000+n)%97 == check
}

// centuryDate reports whether year, month and day are a date where the month says the century by having 20, 40, 60 or 80 added.
func centuryDate(c []byte) bool {
	m := value(c[2:4]) % 20
	d := value(c[4:6])
	return m >= 1 && m <= 12 && d >= 1 && d <= monthDays(m)
}

func pesel(c []byte) bool {
	return digitsOnly(c) && centuryDate(c) && (10-weighted(c, "1379137913")%10)%10 == digit(c[10])
}

func personnummer(c []byte) bool {
	if len(c) == 11 || !digitsOnly(c) {
		return false
	}
	if len(c) == 12 {
		if century := value(c[:2]); century < 18 || century > 20 {
			return false
		}
		c = c[2:]
	}
	day := value(c[4:6])
	if day > 60 { // a coordination number
		day -= 60
	}
	m := value(c[2:4])
	return m >= 1 && m <= 12 && day >= 1 && day <= monthDays(m) && luhn(c)
}

// hetu comes without the sign of the century, which may be a letter.
func hetu(c []byte) bool {
	if !digitsOnly(c[:6]) || !monthDay(c[2:4], c[:2]) {
		return false
	}
	if len(c) == 11 {
		switch c[6] {
		case 'A', 'B', 'C', 'D', 'E', 'F', 'U', 'V', 'W', 'X', 'Y':
		default:
			return false
		}
	}
	serial := c[len(c)-4:]
	if !digitsOnly(serial[:3]) || value(serial[:3]) < 2 {
		return false
	}
	return "0123456789ABCDEFHJKLMNPRSTUVWXY"[(value(c[:6])*1000+value(serial[:3]))%31] == serial[3]
}

func fnr(c []byte) bool {
	if !digitsOnly(c) {
		return false
	}
	day, month := value(c[:2]), value(c[2:4])
	if day > 40 {
		day -= 40
	}
	if month > 40 {
		month -= 40
	}
	if month < 1 || month > 12 || day < 1 || day > monthDays(month) {
		return false
	}
	first := (11 - weighted(c, "376189452")%11) % 11
	second := (11 - weighted(c, "5432765432")%11) % 11
	return first == digit(c[9]) && second == digit(c[10])
}

func cpr(c []byte) bool { return digitsOnly(c) && monthDay(c[2:4], c[:2]) }

func pps(c []byte) bool {
	if !digitsOnly(c[:7]) || !isUpper(c[7]) {
		return false
	}
	sum := weighted(c, "8765432")
	if len(c) == 9 {
		if !isUpper(c[8]) {
			return false
		}
		if c[8] != 'W' {
			sum += 9 * int(c[8]-'A'+1)
		}
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == c[7]
}

func svnr(c []byte) bool {
	if !digitsOnly(c) || c[0] == '0' || value(c[4:6]) > 31 || value(c[6:8]) > 13 || value(c[4:6]) == 0 || value(c[6:8]) == 0 {
		return false
	}
	sum := weighted(c, "379") + weighted(c[4:], "584216")
	return sum%11 == digit(c[3])
}

func ahv(c []byte) bool {
	return digitsOnly(c) && string(c[:3]) == "756" && ean(c)
}

// ean is the check digit of GS1, over any number of digits.
func ean(c []byte) bool {
	sum := 0
	for i := range c {
		w := 1
		if i&1 == 1 {
			w = 3
		}
		sum += w * digit(c[len(c)-1-i])
	}
	return sum%10 == 0
}

// rodneCislo is Czech and Slovak; until 1953 it had nine digits and no check digit.
func rodneCislo(c []byte) bool {
	if !digitsOnly(c) {
		return false
	}
	month, day := value(c[2:4]), value(c[4:6])
	if month > 50 {
		month -= 50
	}
	if month > 20 {
		month -= 20
	}
	if month < 1 || month > 12 || day < 1 || day > monthDays(month) {
		return false
	}
	if len(c) == 9 {
		return value(c[:2]) < 54
	}
	return value(c[:9])%11%10 == digit(c[9])
}

func cnp(c []byte) bool {
	if !digitsOnly(c) || c[0] == '0' || !monthDay(c[3:5], c[5:7]) {
		return false
	}
	check := weighted(c, "279146358279") % 11
	if check == 10 {
		check = 1
	}
	return check == digit(c[12])
}

func egn(c []byte) bool {
	return digitsOnly(c) && centuryDate(c) && value(c[2:4]) < 60 && weighted(c, "2485A9736")%11%10 == digit(c[9])
}

func oib(c []byte) bool { return digitsOnly(c) && mod1110(c[:10]) == digit(c[10]) }

func baltic(c []byte) bool {
	if !digitsOnly(c) || c[0] == '0' || c[0] > '8' || !monthDay(c[3:5], c[5:7]) {
		return false
	}
	check := weighted(c, "1234567891") % 11
	if check == 10 {
		check = weighted(c, "3456789123") % 11 % 10
	}
	return check == digit(c[10])
}

// latvian numbers issued since 2017 begin with 32 and have no check digit.
func latvian(c []byte) bool {
	if !digitsOnly(c) {
		return false
	}
	if c[0] == '3' && c[1] == '2' {
		return true
	}
	return monthDay(c[2:4], c[:2]) && (1101-weighted(c, "16379A5842"))%11%10 == digit(c[10])
}

// polishCard is a Polish identity card: a series, a check digit and a number.
func polishCard(c []byte) bool {
	if !lettersOnly(c[:3]) || !digitsOnly(c[3:]) {
		return false
	}
	sum := 7*int(c[0]-'A'+10) + 3*int(c[1]-'A'+10) + int(c[2]-'A'+10) + weighted(c[4:], "73173")
	return sum%10 == digit(c[3])
}

// italianCard is an Italian identity card, electronic or of paper.
func italianCard(c []byte) bool {
	return lettersOnly(c[:2]) && digitsOnly(c[2:7]) && (lettersOnly(c[7:]) || digitsOnly(c[7:]))
}

// spanishInsured is a Spanish social security number: a province, a number, and what remains of both by 97.
func spanishInsured(c []byte) bool {
	if !digitsOnly(c) {
		return false
	}
	province, number := value(c[:2]), value(c[2:10])
	if number < 10_000_000 {
		return (province*10_000_000+number)%97 == value(c[10:])
	}
	return (province*100_000_000+number)%97 == value(c[10:])
}
