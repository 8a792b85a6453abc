package cloudapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
)

const (
	// longestBody is what a webhook may weigh: Meta sends up to 3 MB, and a limit
	// below that would make it repeat the same body for seven days. The margin is
	// for providers that wrap it.
	longestBody = 3<<20 + 256<<10
	// smallBody is what every body may weigh whatever the others do: more than
	// any single message (4,096 characters, each escaped in six bytes), so that
	// large bodies never hold up a resident.
	smallBody = 32 << 10
	// mostHeld is what all bodies together may weigh above their small part. A
	// signature can only be judged over the whole body, so that without this
	// anybody could fill the memory: with wrong signatures, from a few hundred
	// connections.
	mostHeld = 20 << 20
)

// errBusy says that too many large bodies are under way.
var errBusy = errors.New("too many large bodies at once")

// body is one body under way; what it weighs counts until it is let go.
type body struct {
	from  io.Reader
	held  *atomic.Int64 // of all bodies
	size  int
	share int64 // of held
}

// Read is io.Reader's; it ends with errBusy where the bodies are too much together.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.size += n
	if more := int64(max(b.size-smallBody, 0)) - b.share; more > 0 {
		b.share += more
		if b.held.Add(more) > mostHeld {
			return n, errBusy
		}
	}
	return n, err
}

func (b *body) letGo() { b.held.Add(-b.share) }

// read takes the whole body, in one piece of memory where its size is
// announced. The caller lets it go, also after an error.
func (h *Webhook) read(w http.ResponseWriter, r *http.Request) (data []byte, letGo func(), err error) {
	in := &body{from: http.MaxBytesReader(w, r.Body, longestBody), held: &h.held}
	if r.ContentLength > longestBody {
		return nil, in.letGo, &http.MaxBytesError{Limit: longestBody}
	}
	var out bytes.Buffer
	if r.ContentLength > 0 {
		// ReadFrom wants MinRead of room at the end before it sees EOF. What is
		// announced but not yet there is not trusted with megabytes.
		out.Grow(int(min(r.ContentLength, smallBody)) + bytes.MinRead)
	}
	_, err = out.ReadFrom(in)
	return out.Bytes(), in.letGo, err
}
