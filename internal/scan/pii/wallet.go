package pii

import (
	"github.com/meshwarden/meshwarden/internal/scan/digest"
	"github.com/meshwarden/meshwarden/internal/scan/fold"
	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// walletAt appends the address or key of a wallet that the run of letters and digits from start to end is. Each kind
// but two has a checksum of its own, of 16 bits or more; those two need evidence.
func (t *Text) walletAt(start, end int, dst []Match) []Match {
	run := t.Bytes[start:end]
	n := len(run)
	if isWord(t.at(start - 1)) {
		return dst
	}
	if n == 42 && run[0] == '0' && run[1] == 'x' {
		return t.ethereumAt(start, end, dst)
	}
	if coin := bech32Coin(run); coin != nil {
		return t.foundAs(dst, coin.typ, coin.subtype, start, end, 0.98, match.High, "bech32")
	}
	if n == 42 && (run[0] == 'q' || run[0] == 'p') && cashAddress(run) {
		const prefix = "bitcoincash:"
		if start >= len(prefix) && string(t.Bytes[start-len(prefix):start]) == prefix {
			start -= len(prefix)
		}
		return t.foundAs(dst, CryptoWallet, "bitcoin_cash", start, end, 0.98, match.High, "cashaddr")
	}
	if n == 56 && (run[0] == 'G' || run[0] == 'S') && stellarKey(run) {
		if run[0] == 'S' {
			return t.foundAs(dst, Secret, "stellar_seed", start, end, 0.98, match.Critical, "wallet-key")
		}
		return t.foundAs(dst, CryptoWallet, "stellar", start, end, 0.98, match.High, "strkey")
	}
	if coin := t.base58Coin(run); coin != nil {
		severity := match.High
		if coin.typ == Secret {
			severity = match.Critical
		}
		return t.foundAs(dst, coin.typ, coin.subtype, start, end, 0.98, severity, "base58check")
	}
	if (n == 95 || n == 106) && (run[0] == '4' || run[0] == '8') && t.moneroAddress(run) {
		return t.foundAs(dst, CryptoWallet, "monero", start, end, 0.98, match.High, "monero-keccak")
	}
	if n == 43 || n == 44 || n == 87 || n == 88 {
		return t.solanaAt(start, end, dst)
	}
	return dst
}

// coin is what an address or key belongs to.
type coin struct {
	subtype string
	typ     Type
}

// ethereumAt matches 0x and 40 hexadecimal digits. Mixed case is a checksum (EIP-55), which makes up for words that speak of a wallet; in
// one case any 20 bytes look alike.
func (t *Text) ethereumAt(start, end int, dst []Match) []Match {
	var lower [40]byte
	mixed := uint8(0)
	for i, c := range t.Bytes[start+2 : end] {
		switch {
		case c >= 'A' && c <= 'F':
			mixed |= 1
			c |= 0x20
		case c >= 'a' && c <= 'f':
			mixed |= 2
		case !isDigit(c):
			return dst
		}
		lower[i] = c
	}
	if !varied(lower[:]) {
		return dst
	}
	if t.speaksOf(start, &ethereumWords, &t.ethereum) {
		return t.foundAs(dst, CryptoWallet, "ethereum", start, end, 0.8, match.High, "wallet-label")
	}
	if mixed != 3 {
		return dst
	}
	if !t.affordsSum() {
		return t.foundAs(dst, CryptoWallet, "ethereum", start, end, 0.8, match.High, "eip-55")
	}
	sum := digest.Keccak256(lower[:])
	for i, c := range t.Bytes[start+2 : end] {
		if !isDigit(c) && (sum[i/2]<<(i%2*4)&0x80 != 0) != isUpper(c) {
			return dst
		}
	}
	return t.foundAs(dst, CryptoWallet, "ethereum", start, end, 0.98, match.High, "eip-55")
}

// solanaAt matches 32 bytes in base58 (a Solana address), and 64 (its key), where something says so: base58 of that length
// has no checksum.
func (t *Text) solanaAt(start, end int, dst []Match) []Match {
	run := t.Bytes[start:end]
	var number base58Number
	if !number.read(run, bitcoinDigits) || !t.speaksOf(start, &solanaWords, &t.solana) || classes(run) < 3 {
		return dst
	}
	switch length := number.length(run, '1'); {
	case length == 32 && len(run) < 50:
		return t.foundAs(dst, CryptoWallet, "solana", start, end, 0.8, match.High, "wallet-label")
	case length == 64 && len(run) > 50:
		return t.foundAs(dst, Secret, "solana_key", start, end, 0.85, match.Critical, "wallet-key")
	}
	return dst
}

// maxSums is how many digests of addresses are computed for one text. Of a text with more, all that have the form of an address are
// taken for one: what costs most to check must not be what hides the rest.
const maxSums = 64

func (t *Text) affordsSum() bool {
	t.sums++
	return t.sums <= maxSums
}

// nearWords are words that say what stands shortly behind them.
type nearWords struct {
	words  []string
	firsts [256]bool // what they begin with, in both cases
}

func newNearWords(words ...string) (n nearWords) {
	n.words = words
	for _, word := range words {
		n.firsts[word[0]], n.firsts[word[0]&^0x20] = true, true
	}
	return n
}

var (
	ethereumWords = newNearWords("eth", "wallet", "address", "erc20", "erc-20", "usdt", "usdc", "metamask", "crypto", "web3", "polygon", "bsc", "payout", "adresse", "direcci", "indirizzo", "endere")
	solanaWords   = newNearWords("solana", "sol ", "sol:", "sol_", "spl", "phantom", "wallet", "pubkey", "address", "private", "secret")
)

// Bounds of nearWords: how far before what they speak of they stand, and their lengths.
const (
	nearBytes   = 48
	maxNearWord = 9
)

// spoken is where nearWords stand in a text that is asked about from left to right: each byte is looked at once.
type spoken struct {
	read        int // words that begin before have been looked for
	behind      int // the offset behind the first byte of the last word, 0 when there was none
	asked, name bool
}

// speaksOf reports whether the field's name or the bytes shortly before i have one of the words.
func (t *Text) speaksOf(i int, near *nearWords, s *spoken) bool {
	if !s.asked {
		s.asked, s.name = true, near.in(t.Name)
	}
	if s.name {
		return true
	}
	first := max(0, i-nearBytes)
	for p := max(first, s.read); p < i; p++ {
		if near.firsts[t.Bytes[p]] && near.at(t.Bytes[p:i]) {
			s.behind = p + 1
		}
	}
	s.read = max(s.read, i-maxNearWord)
	return s.behind > first
}

// at reports whether b begins with one of the words.
func (n *nearWords) at(b []byte) bool {
	for _, word := range n.words {
		if fold.HasPrefix(b, word) {
			return true
		}
	}
	return false
}

func (n *nearWords) in(name []byte) bool {
	for i := range name {
		if n.firsts[name[i]] && n.at(name[i:]) {
			return true
		}
	}
	return false
}
