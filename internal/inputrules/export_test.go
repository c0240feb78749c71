package inputrules

// Hold takes the schema's turn until release is called.
func Hold(r *Rules) (release func()) {
	r.schema.turn <- struct{}{}
	return func() { <-r.schema.turn }
}
