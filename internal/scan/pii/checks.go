package pii

func digitsOnly(c []byte) bool {
	for _, d := range c {
		if !isDigit(d) {
			return false
		}
	}
	return true
}

// lettersOnly wants capitals.
func lettersOnly(c []byte) bool {
	for _, l := range c {
		if !isUpper(l) {
			return false
		}
	}
	return true
}

// weighted sums the digits by their weights, which are digits themselves or, from 'A' on, 10 and more.
func weighted(digits []byte, weights string) int {
	sum := 0
	for i := range len(weights) {
		w := int(weights[i] - '0')
		if weights[i] >= 'A' {
			w = int(weights[i]-'A') + 10
		}
		sum += w * int(digits[i]-'0')
	}
	return sum
}

func digit(c byte) int { return int(c - '0') }

// monthDay reports whether two digits of a month and two of a day make a date of some year.
func monthDay(month, day []byte) bool {
	m, d := value(month), value(day)
	return m >= 1 && m <= 12 && d >= 1 && d <= monthDays(m)
}

func monthDays(m int) int {
	switch m {
	case 2:
		return 29
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
