package pii

// mrzDigit is the check digit of a machine-readable zone (ICAO 9303 part 3): weights 7, 3, 1.
func mrzDigit(c []byte) byte {
	sum := 0
	for i, x := range c {
		n := 0
		switch {
		case isDigit(x):
			n = digit(x)
		case isUpper(x):
			n = int(x-'A') + 10
		}
		sum += n * int("731"[i%3]-'0')
	}
	return byte('0' + sum%10)
}
