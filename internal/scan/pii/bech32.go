package pii

// bech32Digits are the digits of BIP-173.
const bech32Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32Coins are human-readable parts with their coins (SLIP-173).
var bech32Coins = [...]struct {
	prefix string
	coin
}{
	{"bc", coin{"bitcoin", CryptoWallet}}, {"tb", coin{"bitcoin_testnet", CryptoWallet}}, {"ltc", coin{"litecoin", CryptoWallet}},
	{"addr", coin{"cardano", CryptoWallet}}, {"stake", coin{"cardano", CryptoWallet}}, {"cosmos", coin{"cosmos", CryptoWallet}},
	{"osmo", coin{"osmosis", CryptoWallet}}, {"terra", coin{"terra", CryptoWallet}}, {"bnb", coin{"binance", CryptoWallet}},
	{"inj", coin{"injective", CryptoWallet}}, {"zil", coin{"zilliqa", CryptoWallet}}, {"one", coin{"harmony", CryptoWallet}},
	{"erd", coin{"multiversx", CryptoWallet}}, {"kava", coin{"kava", CryptoWallet}}, {"nsec", coin{"nostr_key", Secret}},
}

// bech32Coin returns what a text in Bech32 or Bech32m (BIP-173, BIP-350) is, nil when it is none of the list or its checksum
// is wrong.
func bech32Coin(run []byte) *coin {
	for i := range bech32Coins {
		c := &bech32Coins[i]
		n := len(c.prefix)
		if len(run) < n+1+6 || run[n] != '1' || !prefixFold(run, c.prefix) {
			continue
		}
		if sum, ok := bech32Sum(run[:n], run[n+1:]); ok && (sum == 1 || sum == 0x2BC830A3) {
			return &c.coin
		}
	}
	return nil
}

// prefixFold reports whether run begins with a lower-case prefix, in one case or the other.
func prefixFold(run []byte, prefix string) bool {
	for i := range len(prefix) {
		if run[i]|0x20 != prefix[i] || isUpper(run[i]) != isUpper(run[0]) {
			return false
		}
	}
	return true
}

// bech32Sum is the checksum of a text: 1 when it is valid Bech32. ok is false when it has other digits or both cases.
func bech32Sum(prefix, data []byte) (sum uint32, ok bool) {
	sum = 1
	upper := isUpper(prefix[0])
	for _, c := range prefix {
		sum = bech32Step(sum, uint32(c|0x20)>>5)
	}
	sum = bech32Step(sum, 0)
	for _, c := range prefix {
		sum = bech32Step(sum, uint32(c|0x20)&31)
	}
	for _, c := range data {
		digit := bech32Digit(c, upper)
		if digit < 0 {
			return 0, false
		}
		sum = bech32Step(sum, uint32(digit))
	}
	return sum, true
}

// bech32Digit is the value of a digit, -1 when it is none of the case given.
func bech32Digit(c byte, upper bool) int {
	if isLetter(c) {
		if isUpper(c) != upper {
			return -1
		}
		c |= 0x20
	}
	for d := range len(bech32Digits) {
		if bech32Digits[d] == c {
			return d
		}
	}
	return -1
}

func bech32Step(sum, value uint32) uint32 {
	generators := [5]uint32{0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3}
	top := sum >> 25
	sum = sum&0x1FFFFFF<<5 ^ value
	for i, g := range generators {
		if top>>i&1 != 0 {
			sum ^= g
		}
	}
	return sum
}

// cashAddress checks an address of Bitcoin Cash without its prefix bitcoincash: (the CashAddr specification).
func cashAddress(run []byte) bool {
	generators := [5]uint64{0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470}
	sum := uint64(1)
	step := func(value uint64) {
		top := sum >> 35
		sum = sum&0x07FFFFFFFF<<5 ^ value
		for i, g := range generators {
			if top>>i&1 != 0 {
				sum ^= g
			}
		}
	}
	for _, c := range []byte("bitcoincash") {
		step(uint64(c & 31))
	}
	step(0)
	for _, c := range run {
		digit := bech32Digit(c, false)
		if digit < 0 {
			return false
		}
		step(uint64(digit))
	}
	return sum^1 == 0
}

// stellarKey checks a key of Stellar (SEP-23): base32 of a version, 32 bytes and their CRC-16.
func stellarKey(run []byte) bool {
	var raw [35]byte
	n, bits, width := 0, uint32(0), 0
	for _, c := range run {
		switch {
		case isUpper(c):
			bits = bits<<5 | uint32(c-'A')
		case c >= '2' && c <= '7':
			bits = bits<<5 | uint32(c-'2'+26)
		default:
			return false
		}
		if width += 5; width >= 8 {
			width -= 8
			raw[n] = byte(bits >> width)
			n++
		}
	}
	sum := uint16(0)
	for _, b := range raw[:33] {
		sum ^= uint16(b) << 8
		for range 8 {
			sum = sum<<1 ^ 0x1021&-(sum>>15)
		}
	}
	return raw[33] == byte(sum) && raw[34] == byte(sum>>8)
}
