package store

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

// keyBytes is the length of every key: AES-256 and HMAC-SHA256.
const keyBytes = 32

// Keyring holds the installation's keys. It stands in a file of its own, and
// in no database, log or backup.
type Keyring struct {
	Wrapping map[string][]byte // wraps the residents' data keys; by id, because it rotates
	Current  string            // the wrapping key for what is written now
	Next     string            // the wrapping key that every process learns before it becomes current; mostly none
	Lookup   []byte            // keyed hashes that rows are found by
	Mark     []byte            // suppression marks; never rotates, or who said STOP would be forgotten
}

// String hides the keys from %v and logs.
func (Keyring) String() string { return "[keys]" }

// GoString hides the keys from %#v.
func (Keyring) GoString() string { return "[keys]" }

// NewKeyring makes fresh keys.
func NewKeyring() Keyring {
	id := newKeyID()
	return Keyring{Wrapping: map[string][]byte{id: newKey()}, Current: id, Lookup: newKey(), Mark: newKey()}
}

// WithNext adds a wrapping key that waits to become the current one: every
// process must know it before the first one writes with it. When one waits
// already, nothing changes.
func (k Keyring) WithNext() Keyring {
	if k.Next != "" {
		return k
	}
	k.Next = newKeyID()
	k.Wrapping = maps.Clone(k.Wrapping)
	k.Wrapping[k.Next] = newKey()
	return k
}

// Finished makes the key that waits the current one; Rewrap then moves the
// data keys over, and only after that may the old one go. When none waits,
// nothing changes.
func (k Keyring) Finished() Keyring {
	if k.Next != "" {
		k.Current, k.Next = k.Next, ""
	}
	return k
}

// Rotated is both steps at once.
func (k Keyring) Rotated() Keyring { return k.WithNext().Finished() }

func newKey() []byte {
	key := make([]byte, keyBytes)
	rand.Read(key) // never fails: crypto/rand.Read ends the process instead
	return key
}

// keyID is how newKeyID names a key.
var keyID = regexp.MustCompile(`^w[0-9a-f]{8}$`)

func newKeyID() string { return "w" + hex.EncodeToString(newKey()[:4]) }

// keyFile is the keyring as it stands in its file.
type keyFile struct {
	Current  string            `toml:"current"`
	Next     string            `toml:"next,omitempty"`
	Lookup   string            `toml:"lookup"`
	Mark     string            `toml:"mark"`
	Wrapping map[string]string `toml:"wrapping"`
}

const keyFileHead = `# The keys of this installation of Bode. Without this file nothing that is
# stored can be read; with it, everything can. Keep it apart from the database
# and its backups, readable for the service alone.

`

// Encode writes the keyring as a TOML file; each key is 32 bytes in base64.
func (k Keyring) Encode() []byte {
	file := keyFile{k.Current, k.Next, encodeKey(k.Lookup), encodeKey(k.Mark), map[string]string{}}
	for id, key := range k.Wrapping {
		file.Wrapping[id] = encodeKey(key)
	}
	data, err := toml.Marshal(file)
	if err != nil {
		panic(err) // strings only
	}
	return append([]byte(keyFileHead), data...)
}

func encodeKey(key []byte) string { return base64.StdEncoding.EncodeToString(key) }

// ParseKeyring reads what Encode wrote. Its errors never quote a value.
func ParseKeyring(data []byte) (Keyring, error) {
	var file keyFile
	if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(&file); err != nil {
		return Keyring{}, fmt.Errorf("not a key file: it needs current, lookup, mark and [wrapping]") // the cause quotes lines
	}
	keys := Keyring{Wrapping: map[string][]byte{}, Current: file.Current, Next: file.Next}
	var err error
	if keys.Lookup, err = decodeKey("lookup", file.Lookup); err != nil {
		return Keyring{}, err
	}
	if keys.Mark, err = decodeKey("mark", file.Mark); err != nil {
		return Keyring{}, err
	}
	for _, id := range slices.Sorted(maps.Keys(file.Wrapping)) {
		name := "a key of [wrapping]" // without its id: where the two changed places that is the key
		if keyID.MatchString(id) {
			name = "wrapping." + id
		}
		if keys.Wrapping[id], err = decodeKey(name, file.Wrapping[id]); err != nil {
			return Keyring{}, err
		}
	}
	return keys, keys.check()
}

func decodeKey(name, text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("%s must be %d bytes in base64", name, keyBytes)
	}
	return key, nil
}

// check refuses a keyring that cannot work, before anything is written with it.
func (k Keyring) check() error {
	if len(k.Lookup) != keyBytes || len(k.Mark) != keyBytes {
		return fmt.Errorf("keyring: the lookup and mark keys must be %d bytes", keyBytes)
	}
	if _, ok := k.Wrapping[k.Current]; !ok {
		return fmt.Errorf("keyring: current names no wrapping key")
	}
	if _, ok := k.Wrapping[k.Next]; !ok && k.Next != "" {
		return fmt.Errorf("keyring: next names no wrapping key")
	}
	for id, key := range k.Wrapping {
		if len(key) != keyBytes || len(id) == 0 || len(id) > 255 {
			return fmt.Errorf("keyring: every wrapping key must have a name of at most 255 bytes, and %d bytes", keyBytes)
		}
	}
	return nil
}
