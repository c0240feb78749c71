package keyring

import "context"

// Bounds that tests reach.
const JumpFloor = jumpFloor

// Flush writes the uses, as Run does from time to time.
func (r *Ring) Flush(ctx context.Context) { r.flush(ctx) }

// Inspect looks after the keys, as Run does from time to time.
func (r *Ring) Inspect(ctx context.Context) { r.inspect(ctx) }

// EndHour ends the hour in which uses are counted.
func (r *Ring) EndHour() { r.endHour() }
