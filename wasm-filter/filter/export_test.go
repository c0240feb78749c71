package filter

// SHA256Hex lets the digest be compared with the standard library's.
var SHA256Hex = sha256Hex

// ReadsCharset lets the parameter's parsing be tested by table.
var ReadsCharset = readsCharset
