package quota

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxPart is the longest part of a Redis key that stands as it is.
const maxPart = 64

// redisKey is mw:{TENANT}:ALGORITHM:LIMIT:KEY. The braces put all limits of a tenant into one hash slot of a
// cluster, so that one script may charge them. The algorithm is in the key because the two kinds of state
// are written differently.
func redisKey(tenant string, c *Charge) string {
	kind := ":b:"
	if c.Algorithm == SlidingWindow {
		kind = ":w:"
	}
	return "mw:{" + keyPart(tenant, false) + "}" + kind + keyPart(c.Name, false) + ":" + keyPart(c.Key, true)
}

// keyPart keeps short plain texts readable and replaces all others, which clients may have chosen, by a
// hash: nothing in a key can end the hash slot or run into the next part. Only the last part may hold colons.
func keyPart(s string, last bool) string {
	if s != "" && len(s) <= maxPart && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) && !(last && r == ':') }) {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return "#" + hex.EncodeToString(sum[:16])
}

func plain(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.@/+=", r)
}
