package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"sync"

	"github.com/gemeentebode/bode/bot"
)

// errUnreadable says that a sealed column cannot be opened: its key is gone,
// or it was not written for this row. It never says what was in it.
var errUnreadable = errors.New("sealed column cannot be opened")

// errNoKey says that the key file lacks the wrapping key that a row was
// written with; it comes with errUnreadable.
var errNoKey = errors.New("the key file lacks this wrapping key")

// keysInMemory bounds the data keys that are kept unwrapped; about 1 kB each.
const keysInMemory = 8192

// hashBytes is the length of a keyed hash: 128 bits of HMAC-SHA256.
const hashBytes = 16

// vault seals, opens and hashes. Sealed is: the length and name of the key
// (both absent for a resident's own data key), nonce, ciphertext.
type vault struct {
	wrapping     map[string]cipher.AEAD
	current      string
	lookup, mark *hasher

	mu   sync.Mutex
	open map[bot.ID]cipher.AEAD // data keys by resident
}

func newVault(keys Keyring) (*vault, error) {
	if err := keys.check(); err != nil {
		return nil, err
	}
	v := &vault{wrapping: map[string]cipher.AEAD{}, current: keys.Current, lookup: newHasher(keys.Lookup), mark: newHasher(keys.Mark),
		open: map[bot.ID]cipher.AEAD{}}
	for id, key := range keys.Wrapping {
		v.wrapping[id] = aead(key)
	}
	return v, nil
}

func aead(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the length was checked
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the block size that GCM needs
	}
	return gcm
}

// place names a column of a row; it is the associated data, so that a sealed
// value that was moved to another row or column does not open.
func place(table string, row bot.ID, column string) []byte {
	return []byte(table + ":" + string(row) + ":" + column)
}

// seal seals with a resident's data key. Nothing is sealed as NULL.
func seal(key cipher.AEAD, plain []byte, where []byte) []byte {
	if len(plain) == 0 {
		return nil
	}
	return key.Seal([]byte{0}, nil, plain, where)
}

// unseal opens what seal wrote; NULL opens as nothing.
func unseal(key cipher.AEAD, sealed []byte, where []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	if sealed[0] != 0 {
		return nil, fmt.Errorf("%s: %w", where, errUnreadable)
	}
	plain, err := key.Open(nil, nil, sealed[1:], where)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, errUnreadable)
	}
	return plain, nil
}

// wrap seals with the current wrapping key, whose name goes before it.
func (v *vault) wrap(plain []byte, where []byte) []byte {
	head := append([]byte{byte(len(v.current))}, v.current...)
	return v.wrapping[v.current].Seal(head, nil, plain, where)
}

// unwrap opens what wrap wrote, with whichever wrapping key it names.
func (v *vault) unwrap(sealed []byte, where []byte) ([]byte, error) {
	if len(sealed) == 0 || len(sealed) < 1+int(sealed[0]) {
		return nil, fmt.Errorf("%s: %w", where, errUnreadable)
	}
	end := 1 + int(sealed[0])
	key, ok := v.wrapping[string(sealed[1:end])]
	if !ok {
		return nil, fmt.Errorf("%s: %w: %w: %q", where, errUnreadable, errNoKey, sealed[1:end])
	}
	plain, err := key.Open(nil, nil, sealed[end:], where)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, errUnreadable)
	}
	return plain, nil
}

// newDataKey makes a resident's key and wraps it for resident_key.
func (v *vault) newDataKey(resident bot.ID) (key cipher.AEAD, wrapped []byte) {
	raw := newKey()
	return aead(raw), v.wrap(raw, place("resident_key", resident, "wrapped"))
}

// dataKey gives a resident's key, from memory or by unwrapping.
func (v *vault) dataKey(resident bot.ID, wrapped []byte) (cipher.AEAD, error) {
	if key, ok := v.remembered(resident); ok {
		return key, nil
	}
	raw, err := v.unwrap(wrapped, place("resident_key", resident, "wrapped"))
	if err != nil {
		return nil, err
	}
	if len(raw) != keyBytes {
		return nil, fmt.Errorf("resident_key:%s: %w", resident, errUnreadable)
	}
	key := aead(raw)
	v.remember(resident, key)
	return key, nil
}

func (v *vault) remembered(resident bot.ID) (cipher.AEAD, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	key, ok := v.open[resident]
	return key, ok
}

// remember keeps a key in memory; when there are too many, any one goes.
func (v *vault) remember(resident bot.ID, key cipher.AEAD) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.open) >= keysInMemory {
		for any := range v.open {
			delete(v.open, any)
			break
		}
	}
	v.open[resident] = key
}

func (v *vault) forget(resident bot.ID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.open, resident)
}

// hasher hashes with one key. What begins each hash is kept ready: to make it
// anew took longer than the hash.
type hasher struct{ ready sync.Pool }

func newHasher(key []byte) *hasher {
	return &hasher{ready: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// keyed is HMAC-SHA256 over the parts, each with its length before it.
func (h *hasher) keyed(parts ...string) []byte {
	mac := h.ready.Get().(hash.Hash)
	defer h.ready.Put(mac)
	mac.Reset()
	var all []byte
	for _, part := range parts {
		all = binary.BigEndian.AppendUint32(all, uint32(len(part)))
		all = append(all, part...)
	}
	mac.Write(all)
	return mac.Sum(nil)[:hashBytes]
}

func (v *vault) externalHash(channel, account string, external bot.Private) []byte {
	return v.lookup.keyed("external", channel, account, external.Reveal())
}

// phoneHash is nil when the number is not known.
func (v *vault) phoneHash(c bot.Contact) []byte {
	if c.Phone.Empty() {
		return nil
	}
	return v.lookup.keyed("phone", c.Channel, c.Account, c.Phone.Reveal())
}

func (v *vault) messageHash(account string, id bot.Private) []byte {
	return v.lookup.keyed("message", account, id.Reveal())
}

// sentHash is of the id that the platform gave one of our messages; a status names no account.
func (v *vault) sentHash(id bot.Private) []byte { return v.lookup.keyed("sent", id.Reveal()) }

func (v *vault) bagHash(id bot.Private) []byte {
	if id.Empty() {
		return nil
	}
	return v.lookup.keyed("bag", id.Reveal())
}

// aboutHash tells what a subscription is about from what the resident's others
// of the topic are about.
func (v *vault) aboutHash(resident bot.ID, c bot.Consent) []byte {
	return v.lookup.keyed("about", string(resident), c.Topic, subject(c.About))
}

func (v *vault) receiptHash(receipt string) []byte { return v.lookup.keyed("receipt", receipt) }

// fingerprint tells two key files apart by the keys that never rotate.
func (v *vault) fingerprint() []byte {
	return append(v.lookup.keyed("fingerprint"), v.mark.keyed("fingerprint")...)
}

// marks are the suppression marks of a contact: one for the external id, one
// for the phone when it is known. A person keyed by phone has one.
func (v *vault) marks(c bot.Contact) [][]byte {
	marks := [][]byte{v.mark.keyed(c.Channel, c.External.Reveal())}
	if !c.Phone.Empty() && !c.Phone.Equal(c.External) {
		marks = append(marks, v.mark.keyed(c.Channel, c.Phone.Reveal()))
	}
	return marks
}
