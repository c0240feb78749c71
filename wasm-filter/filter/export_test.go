package filter

// ReadsCharset lets the parameter's parsing be tested by table.
var ReadsCharset = readsCharset
