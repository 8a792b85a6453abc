package outbox

import "time"

// noteFor is how long it is tried to note what became of a send. While the
// database is away nothing is claimed, so its place is missed by nobody; a send
// that is not noted has to wait for its status, though its end is known.
const noteFor = 30 * time.Second

// untilNoted notes again and again, ever less often, until it succeeds or
// noteFor is over. It ends with the last error.
func untilNoted(note func() error) error {
	begun := time.Now()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := note()
		if err == nil || time.Since(begun)+wait > noteFor {
			return err
		}
		time.Sleep(wait)
	}
}
