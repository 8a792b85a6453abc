package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

// backupFormat is the version of the file: lines of JSON. First a backupHead,
// then for each table a tableLine and its rows as arrays, last a backupEnd.
const backupFormat = 1

type backupHead struct {
	Part         string    `json:"bode_backup"` // "data" or "keys"
	Format       int       `json:"format"`
	Schema       int64     `json:"schema"` // the number of the newest migration
	Taken        time.Time `json:"taken"`
	Installation []byte    `json:"installation"` // tells key files apart, and nothing else
}

type tableLine struct {
	Table   string         `json:"table"`
	Columns []backupColumn `json:"columns"`
}

type backupColumn struct {
	Name  string `json:"name"`
	Bytes bool   `json:"bytes,omitempty"`
	kind  string // what the database calls its type
}

type backupEnd struct {
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"` // of all bytes before this line
}

func partName(keys bool) string {
	if keys {
		return "keys"
	}
	return "data"
}

// ErrDamaged says that a backup's file is not as it was written.
var ErrDamaged = errors.New("the backup is damaged or incomplete")

var errNoBackup = errors.New("this is not a backup of bode")

// backupWriter counts the rows and sums all that goes by.
type backupWriter struct {
	out  *bufio.Writer
	sum  hash.Hash
	rows int
}

func newBackupWriter(w io.Writer) *backupWriter {
	return &backupWriter{out: bufio.NewWriterSize(w, 1<<16), sum: sha256.New()}
}

func (w *backupWriter) line(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	w.sum.Write(line)
	_, err = w.out.Write(line)
	return err
}

func (w *backupWriter) row(values []any) error {
	w.rows++
	return w.line(values)
}

func (w *backupWriter) end() error {
	if err := w.line(backupEnd{w.rows, hex.EncodeToString(w.sum.Sum(nil))}); err != nil {
		return err
	}
	return w.out.Flush()
}

// readHead verifies a whole file against its checksum, before a line of it is
// used, and gives its first line.
func readHead(file io.ReadSeeker, part string) (head backupHead, err error) {
	sum, rows, last := sha256.New(), 0, []byte(nil)
	err = eachLine(file, func(n int, line []byte) error {
		if n == 0 {
			if err := json.Unmarshal(line, &head); err != nil || head.Part == "" {
				return errNoBackup
			}
		}
		if len(last) > 0 && last[0] == '[' {
			rows++
		}
		sum.Write(last)
		last = append(last[:0], line...)
		return nil
	})
	if err != nil {
		return head, err
	}
	var end backupEnd
	if json.Unmarshal(last, &end) != nil || end.SHA256 != hex.EncodeToString(sum.Sum(nil)) || end.Rows != rows {
		return head, ErrDamaged
	}
	if head.Part != part {
		return head, fmt.Errorf("this is the part with the %s of a backup, where the %s are needed", head.Part, part)
	}
	if head.Format != backupFormat {
		return head, fmt.Errorf("the backup has format %d, this program reads %d: use the version of bode that wrote it", head.Format, backupFormat)
	}
	return head, nil
}

// eachLine reads a file from its beginning. A line that was cut short is there too.
func eachLine(file io.ReadSeeker, do func(n int, line []byte) error) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(file, 1<<16)
	for n := 0; ; n++ {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			if err := do(n, line); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readRow gives the values of a row; bytes are not decoded yet.
func readRow(line []byte, want int) ([]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber() // microseconds do not fit a float
	var values []any
	if err := decoder.Decode(&values); err != nil || len(values) != want {
		return nil, ErrDamaged
	}
	return values, nil
}

// SameInstallation tells whether two parts of backups are of databases with
// the same key file, by their first lines.
func SameInstallation(a, b io.Reader) (bool, error) {
	first, err := readInstallation(a)
	if err != nil {
		return false, err
	}
	second, err := readInstallation(b)
	return bytes.Equal(first, second), err
}

func readInstallation(r io.Reader) ([]byte, error) {
	var head backupHead
	if err := json.NewDecoder(r).Decode(&head); err != nil || head.Part == "" {
		return nil, errNoBackup
	}
	return head.Installation, nil
}
