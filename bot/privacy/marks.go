package privacy

// marks remember which of 4,096 short mixes of a word occur in a table. They
// take half a kilobyte: most words are told to be in no table without reading
// one, and what is read stays near.
type marks [1 << 12 / 64]uint64

func (m *marks) set(mark uint16)      { m[mark>>6] |= 1 << (mark & 63) }
func (m *marks) has(mark uint16) bool { return m[mark>>6]&(1<<(mark&63)) != 0 }
