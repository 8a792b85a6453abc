package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// mostWatched is of how many test messages a process remembers the status.
const mostWatched = 16

// echoKey derives what bode doctor --live and bode serve know each other by:
// whoever has the same key file is the same installation.
func echoKey(keys store.Keyring) []byte {
	mac := hmac.New(sha256.New, keys.Lookup)
	mac.Write([]byte("bode doctor echo"))
	return mac.Sum(nil)
}

func echoProof(key []byte, nonce string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("nonce " + nonce))
	return hex.EncodeToString(mac.Sum(nil))
}

// probeID makes the callback id of a test message. It has the shape of any id
// (version 8: made by a rule of one's own) and ends in a proof, so that a
// process tells it from the id of a row without asking the database.
func probeID(key []byte) bot.ID {
	var random [10]byte
	rand.Read(random[:]) // never fails: crypto/rand.Read ends the process instead
	digits := []byte(hex.EncodeToString(random[:]))
	digits[12], digits[16] = '8', '8'
	head := string(digits[:8]) + "-" + string(digits[8:12]) + "-" + string(digits[12:16]) + "-" + string(digits[16:]) + "-"
	return bot.ID(head + probeEnd(key, head))
}

func probeEnd(key []byte, head string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("probe " + head))
	return hex.EncodeToString(mac.Sum(nil)[:6])
}

func isProbe(key []byte, id bot.ID) bool {
	const head = len("00000000-0000-0000-0000-")
	if len(id) != head+12 || id[14] != '8' { // those of rows have version 7
		return false
	}
	return hmac.Equal([]byte(probeEnd(key, string(id[:head]))), []byte(id[head:]))
}

// echoQuestion is what bode doctor --live sends through the public address.
// The object comes first: that is how the webhook knows it.
type echoQuestion struct {
	Object string `json:"object"`
	Nonce  string `json:"nonce"`
	Probe  bot.ID `json:"probe,omitempty"` // of which test message it wants to know the status
	Pad    string `json:"pad,omitempty"`   // to be as large as the largest delivery
}

// echoAnswer proves that this installation took it.
type echoAnswer struct {
	Proof string `json:"proof"`
	State string `json:"state,omitempty"` // of the test message
	Code  int    `json:"code,omitempty"`  // the platform's, when it failed
}

// echoes answers bode doctor --live, and remembers the statuses of its test
// messages. Nothing of it reaches the database, a resident or a flow.
type echoes struct {
	key   []byte
	ping  func(context.Context) error
	count func(event, detail string)

	mu     sync.Mutex
	states map[bot.ID]bot.Status
	order  []bot.ID
}

func newEchoes(key []byte, ping func(context.Context) error, count func(event, detail string)) *echoes {
	return &echoes{key: key, ping: ping, count: count, states: map[bot.ID]bot.Status{}}
}

var errEcho = errors.New("the echo of bode doctor is not readable")

// answer is the webhook's Echo. It fails when a delivery could not be kept now.
func (e *echoes) answer(ctx context.Context, question []byte) ([]byte, error) {
	var q echoQuestion
	if json.Unmarshal(question, &q) != nil || len(q.Nonce) != 32 {
		return nil, errEcho
	}
	if err := e.ping(ctx); err != nil {
		return nil, err
	}
	e.count("echo", "")
	out := echoAnswer{Proof: echoProof(e.key, q.Nonce)}
	e.mu.Lock()
	status, known := e.states[q.Probe]
	e.mu.Unlock()
	if known {
		out.State = string(status.State)
		if status.Error != nil {
			out.Code = status.Error.Code
		}
	}
	return json.Marshal(out)
}

// deliver takes the statuses of test messages out of a delivery before the
// rest is kept: they are of no row.
func (e *echoes) deliver(next func(context.Context, bot.Delivery) error) func(context.Context, bot.Delivery) error {
	return func(ctx context.Context, d bot.Delivery) error {
		d.Statuses = slices.DeleteFunc(d.Statuses, func(s bot.Status) bool {
			mine := isProbe(e.key, s.Send)
			if mine {
				e.remember(s)
			}
			return mine
		})
		return next(ctx, d)
	}
}

// echoRanks is how far a status is; it only moves forward.
var echoRanks = map[bot.StatusState]int{bot.StatusSent: 1, bot.StatusFailed: 2, bot.StatusDelivered: 3, bot.StatusRead: 4}

func (e *echoes) remember(s bot.Status) {
	e.count("echo", string(s.State))
	e.mu.Lock()
	defer e.mu.Unlock()
	before, known := e.states[s.Send]
	if known && echoRanks[before.State] >= echoRanks[s.State] {
		return
	}
	e.states[s.Send] = bot.Status{State: s.State, Error: s.Error}
	if known {
		return
	}
	if e.order = append(e.order, s.Send); len(e.order) > mostWatched {
		delete(e.states, e.order[0])
		e.order = e.order[1:]
	}
}
