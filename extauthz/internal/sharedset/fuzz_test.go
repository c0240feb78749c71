package sharedset

import "testing"

// FuzzRecord: what is read of a store is written back as it was, or refused.
func FuzzRecord(f *testing.F) {
	f.Add(`1795521600000000 1795525200000 p {"a":1}`)
	f.Add("1 2 d null")
	f.Add("-1 9223372036854775807 p")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRecord("k", text)
		if err != nil {
			return
		}
		again, err := parseRecord("k", r.text())
		if err != nil || again.Written != r.Written || !again.Expires.Equal(r.Expires) || again.Deleted != r.Deleted || string(again.Value) != string(r.Value) {
			t.Fatalf("%q became %q: %v", text, r.text(), err)
		}
	})
}
