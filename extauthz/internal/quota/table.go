package quota

// slot is one limit in use.
type slot[S any] struct {
	key id
	// idleAt is when the state equals that of a limit never charged (microseconds).
	idleAt int64
	state  S
}

// table holds slots without pointers, so that millions of them cost the garbage collector nothing, in
// chunks, so that growing copies none of them.
type table[S any] struct {
	index  map[id]uint32
	chunks [][]slot[S]
	used   int
	// hand is where the next sweep begins.
	hand int
}

const (
	chunkBits = 8
	chunkSize = 1 << chunkBits
	// sweepStep slots are looked at for each new limit: more than one, so that a table whose limits fall idle
	// shrinks. sweepTries sweeps are made before a store is called full.
	sweepStep  = 4
	sweepTries = 64
)

func (t *table[S]) len() int { return t.used }

func (t *table[S]) at(i int) *slot[S] { return &t.chunks[i>>chunkBits][i&(chunkSize-1)] }

// find returns the slot of a key or nil. The pointer is good until the next insert or sweep.
func (t *table[S]) find(key id) *slot[S] {
	i, ok := t.index[key]
	if !ok {
		return nil
	}
	return t.at(int(i))
}

// insert adds a key that is not there.
func (t *table[S]) insert(key id) *slot[S] {
	if t.index == nil {
		t.index = make(map[id]uint32)
	}
	if t.used == len(t.chunks)*chunkSize {
		t.chunks = append(t.chunks, make([]slot[S], chunkSize))
	}
	t.index[key] = uint32(t.used)
	s := t.at(t.used)
	*s = slot[S]{key: key}
	t.used++
	return s
}

// sweep looks at a few slots, round and round, and drops those that are idle.
func (t *table[S]) sweep(now int64) {
	for range min(sweepStep, t.used) {
		if t.hand >= t.used {
			t.hand = 0
		}
		if t.used > 0 && t.at(t.hand).idleAt <= now {
			t.remove(t.hand)
		} else {
			t.hand++
		}
	}
}

// remove fills the gap with the last slot, and gives back a chunk once a whole second one is empty.
func (t *table[S]) remove(i int) {
	last := t.at(t.used - 1)
	delete(t.index, t.at(i).key)
	if i != t.used-1 {
		*t.at(i) = *last
		t.index[last.key] = uint32(i)
	}
	t.used--
	if t.used <= (len(t.chunks)-2)*chunkSize {
		t.chunks[len(t.chunks)-1] = nil
		t.chunks = t.chunks[:len(t.chunks)-1]
	}
}
