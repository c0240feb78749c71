package pii

// CRCSuffix reports whether a token's body ends with its checksum.
func CRCSuffix(body string) bool { return crcSuffix([]byte(body)) }
