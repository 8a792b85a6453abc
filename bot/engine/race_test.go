//go:build race

package engine

// overhead is what the race detector adds to a turn, in bytes.
const overhead = 3 << 10
