package quota

import "time"

// parts is how many counters a window is divided into. A request is counted in the part of the clock's
// grid that it falls into, and a limit sums the current part and the parts before it that the window
// touches, each in full. So no span of Window ever holds more than Limit, and a request is forgotten at
// most one part late. (The usual counter that weights the previous window by its overlap is smaller, and
// admits up to twice the limit when requests come in bursts: RATIONALE.md.)
const parts = 24

// window is the state of a SlidingWindow limit.
type window struct {
	// width of a part in microseconds; newest is the number of the newest part on the clock's grid.
	width, newest int64
	// counts of the parts newest-parts to newest, each at its number modulo their count.
	counts [parts + 1]uint32
}

// partWidth rounds up, so that the parts together are never shorter than the window.
func partWidth(w time.Duration) int64 { return (w.Microseconds() + parts - 1) / parts }

func newWindow(c *Charge, now int64) window {
	width := partWidth(c.Window)
	return window{width: width, newest: now / width}
}

func (w *window) slot(part int64) *uint32 { return &w.counts[part%int64(len(w.counts))] }

// advance forgets the parts that have left the window at now. For clocks that step back see bucket.advance.
func (w *window) advance(c *Charge, now int64) {
	part := now / w.width
	switch {
	case part > w.newest:
		for i := w.newest + 1; i <= min(part, w.newest+int64(len(w.counts))); i++ {
			*w.slot(i) = 0
		}
		w.newest = part
	case w.newest-part > parts:
		w.rebase(part)
	}
	if width := partWidth(c.Window); width != w.width {
		w.resize(width, now)
	}
}

// resize is for a limit whose window was edited: all that still counts moves to the current part, so that it
// is held too long rather than too short.
func (w *window) resize(width, now int64) {
	sum := w.sum()
	*w = window{width: width, newest: now / width}
	*w.slot(w.newest) = uint32(sum)
}

// rebase moves the counts, each with its age, to an earlier newest part.
func (w *window) rebase(part int64) {
	moved := window{width: w.width, newest: part}
	for age := range min(int64(len(w.counts)), part+1) {
		*moved.slot(part - age) = *w.slot(w.newest - age)
	}
	*w = moved
}

func (w *window) sum() (n int64) {
	for _, count := range w.counts {
		n += int64(count)
	}
	return n
}

func (w *window) charge() { *w.slot(w.newest)++ }

// end is when a part is forgotten.
func (w *window) end(part int64) int64 { return (part + parts + 1) * w.width }

// retry is microseconds from now until the sum is below the limit.
func (w *window) retry(c *Charge, now int64) float64 {
	over := w.sum() - c.Limit + 1
	for part := max(0, w.newest-parts); part <= w.newest && over > 0; part++ {
		if over -= int64(*w.slot(part)); over <= 0 {
			return float64(w.end(part) - now)
		}
	}
	return 0
}

// reset is microseconds from now until nothing is counted.
func (w *window) reset(now int64) float64 {
	for part := w.newest; part >= max(0, w.newest-parts); part-- {
		if *w.slot(part) > 0 {
			return float64(w.end(part) - now)
		}
	}
	return 0
}
