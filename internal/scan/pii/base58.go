package pii

import "github.com/meshwarden/meshwarden/internal/scan/digest"

// The digits of base58 as Bitcoin and as Ripple order them.
const (
	bitcoinDigits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	rippleDigits  = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
)

// base58Values has for each character its digit plus one in Bitcoin's order, and 64 times as much in Ripple's.
var base58Values = func() (t [128]uint16) {
	for i := range len(bitcoinDigits) {
		t[bitcoinDigits[i]] |= uint16(i + 1)
		t[rippleDigits[i]] |= uint16(i+1) << 6
	}
	return t
}()

// base58Coins are the version bytes in front of what Base58Check encodes, how many bytes follow them, and the lengths of the
// text. Sources: the coins' chainparams; BIP-32, SLIP-132.
var base58Coins = [...]struct {
	first             string // characters that the text may begin with
	digits            string
	version           uint32
	width             uint8 // bytes of the version
	payload           uint8
	shortest, longest uint8
	coin
}{
	{"1", bitcoinDigits, 0x00, 1, 20, 26, 34, coin{"bitcoin", CryptoWallet}},
	{"3", bitcoinDigits, 0x05, 1, 20, 33, 34, coin{"bitcoin", CryptoWallet}},
	{"mn", bitcoinDigits, 0x6F, 1, 20, 33, 34, coin{"bitcoin_testnet", CryptoWallet}},
	{"2", bitcoinDigits, 0xC4, 1, 20, 34, 35, coin{"bitcoin_testnet", CryptoWallet}},
	{"L", bitcoinDigits, 0x30, 1, 20, 33, 34, coin{"litecoin", CryptoWallet}},
	{"M", bitcoinDigits, 0x32, 1, 20, 33, 34, coin{"litecoin", CryptoWallet}},
	{"D", bitcoinDigits, 0x1E, 1, 20, 33, 34, coin{"dogecoin", CryptoWallet}},
	{"9A", bitcoinDigits, 0x16, 1, 20, 33, 34, coin{"dogecoin", CryptoWallet}},
	{"X", bitcoinDigits, 0x4C, 1, 20, 33, 34, coin{"dash", CryptoWallet}},
	{"T", bitcoinDigits, 0x41, 1, 20, 33, 34, coin{"tron", CryptoWallet}},
	{"t", bitcoinDigits, 0x1CB8, 2, 20, 34, 35, coin{"zcash", CryptoWallet}},
	{"t", bitcoinDigits, 0x1CBD, 2, 20, 34, 35, coin{"zcash", CryptoWallet}},
	{"r", rippleDigits, 0x00, 1, 20, 25, 35, coin{"ripple", CryptoWallet}},
	{"s", rippleDigits, 0x21, 1, 16, 28, 29, coin{"ripple_seed", Secret}},
	{"5", bitcoinDigits, 0x80, 1, 32, 51, 51, coin{"wif_private_key", Secret}},
	{"KL", bitcoinDigits, 0x80, 1, 33, 52, 52, coin{"wif_private_key", Secret}},
	{"6", bitcoinDigits, 0xB0, 1, 32, 51, 51, coin{"wif_private_key", Secret}},
	{"T", bitcoinDigits, 0xB0, 1, 33, 52, 52, coin{"wif_private_key", Secret}},
	{"Q", bitcoinDigits, 0x9E, 1, 33, 52, 52, coin{"wif_private_key", Secret}},
	{"9", bitcoinDigits, 0xEF, 1, 32, 51, 51, coin{"wif_private_key", Secret}},
	{"c", bitcoinDigits, 0xEF, 1, 33, 52, 52, coin{"wif_private_key", Secret}},
	{"x", bitcoinDigits, 0x0488B21E, 4, 74, 111, 111, coin{"extended_public_key", CryptoWallet}},
	{"y", bitcoinDigits, 0x049D7CB2, 4, 74, 111, 111, coin{"extended_public_key", CryptoWallet}},
	{"z", bitcoinDigits, 0x04B24746, 4, 74, 111, 111, coin{"extended_public_key", CryptoWallet}},
	{"x", bitcoinDigits, 0x0488ADE4, 4, 74, 111, 111, coin{"extended_private_key", Secret}},
	{"y", bitcoinDigits, 0x049D7878, 4, 74, 111, 111, coin{"extended_private_key", Secret}},
	{"z", bitcoinDigits, 0x04B2430C, 4, 74, 111, 111, coin{"extended_private_key", Secret}},
	{"t", bitcoinDigits, 0x04358394, 4, 74, 111, 111, coin{"extended_private_key", Secret}},
}

// base58Coin returns what a text in Base58Check is, nil when it is none.
func (t *Text) base58Coin(run []byte) *coin {
	var raw [maxBase58]byte
	var number base58Number
	read := ""
	for i := range base58Coins {
		c := &base58Coins[i]
		if len(run) < int(c.shortest) || len(run) > int(c.longest) || !hasByte(c.first, run[0]) {
			continue
		}
		if read != c.digits {
			if !number.read(run, c.digits) {
				return nil
			}
			read = c.digits
		}
		size := int(c.width) + int(c.payload)
		if number.length(run, c.digits[0]) != size+4 {
			continue
		}
		number.write(raw[:size+4])
		version := uint32(0)
		for _, b := range raw[:c.width] {
			version = version<<8 | uint32(b)
		}
		if version != c.version {
			continue
		}
		if !t.affordsSum() {
			return &c.coin
		}
		first := digest.Sum256(raw[:size])
		second := digest.Sum256(first[:])
		if string(second[:4]) == string(raw[size:size+4]) {
			return &c.coin
		}
	}
	return nil
}

func hasByte(s string, c byte) bool {
	for i := range len(s) {
		if s[i] == c {
			return true
		}
	}
	return false
}

// maxBase58 is the bytes of the longest that is read: an extended key with its checksum, and Solana's keys.
const maxBase58 = 84

// base58Number is a number below 2^672, its least significant word first.
type base58Number struct {
	words [maxBase58 / 4]uint32
	used  int
}

// read reads digits; ok is false when there are others or too many.
func (n *base58Number) read(text []byte, digits string) (ok bool) {
	shift := 0
	if digits == rippleDigits {
		shift = 6
	}
	n.used = 0
	for i := 0; i < len(text); {
		// Five digits at a time: 58^5 is below 2^32.
		add, factor := uint64(0), uint64(1)
		for k := 0; k < 5 && i < len(text); k++ {
			digit := base58Values[text[i]&0x7F] >> shift & 63
			if digit == 0 || text[i] > 0x7F {
				return false
			}
			add, factor = add*58+uint64(digit-1), factor*58
			i++
		}
		for w := range n.used {
			add += uint64(n.words[w]) * factor
			n.words[w] = uint32(add)
			add >>= 32
		}
		if add != 0 {
			if n.used == len(n.words) {
				return false
			}
			n.words[n.used] = uint32(add)
			n.used++
		}
	}
	return true
}

// length is how many bytes the text encodes: those of the number and one for each zero digit in front.
func (n *base58Number) length(text []byte, zero byte) int {
	size := 0
	if n.used > 0 {
		size = 4 * n.used
		for shift := 24; n.words[n.used-1]>>shift == 0; shift -= 8 {
			size--
		}
	}
	for _, c := range text {
		if c != zero {
			break
		}
		size++
	}
	return size
}

// write writes the number into b, the most significant byte first.
func (n *base58Number) write(b []byte) {
	for i := range b {
		at := len(b) - 1 - i
		b[at] = 0
		if i/4 < n.used {
			b[at] = byte(n.words[i/4] >> (i % 4 * 8))
		}
	}
}

// moneroAddress checks an address of Monero: blocks of eight bytes in eleven digits, the last four of all bytes a
// Keccak of those before.
func (t *Text) moneroAddress(run []byte) bool {
	var raw [maxBase58]byte
	size := 0
	for i := 0; i < len(run); i += 11 {
		block := run[i:min(len(run), i+11)]
		width := map11[len(block)]
		var number base58Number
		if width == 0 || !number.read(block, bitcoinDigits) || number.used > 2 {
			return false
		}
		number.write(raw[size : size+int(width)])
		size += int(width)
	}
	if !t.affordsSum() {
		return true
	}
	sum := digest.Keccak256(raw[:size-4])
	return string(sum[:4]) == string(raw[size-4:size])
}

// map11 is how many bytes so many digits of a block encode, for the lengths that addresses end with.
var map11 = [12]uint8{7: 5, 11: 8}
