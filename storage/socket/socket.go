// Package socket lets other processes of the same user read a store whose file one process holds. The holder
// serves its driver on a Unix socket beside the database; [Driver] is the other end, under the same rules as any driver
// that only reads.
//
// A connection is one transaction or one question. Both sides speak gob: the client sends requests, the server
// answers each with one reply or, to a question, with several. A client that falls silent is cut off, because its view
// keeps the holder's file from reusing pages.
package socket

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"time"

	"dateline/storage"
)

const (
	// silence is how long a server waits for a client's next request within a transaction.
	silence = 30 * time.Second

	// Bounds of one answer to a scan: rows and bytes.
	maxRows  = 256
	maxBytes = 1 << 20

	// maxPath is the longest address of a Unix socket on every system that has them.
	maxPath = 100
)

type op string

const (
	opGet     op = "get"
	opScan    op = "scan"
	opChanges op = "changes"
	opAsk     op = "ask"
)

type request struct {
	Op       op
	Bucket   string
	Key      []byte
	From, To []byte
	Open     bool // a scan without an upper bound
	After    uint64
	Limit    int
	Body     []byte // of a question
}

type reply struct {
	Found   bool // a get's key exists
	Value   []byte
	Rows    []storage.Row
	Changes []storage.Change
	More    bool   // more rows, or more replies to a question
	Err     string // why there is no answer
}

// Path is where the holder of a database listens: beside the file, or in the user's cache folder if that address is
// longer than a socket may have.
func Path(db string) string {
	if real, err := filepath.EvalSymlinks(db); err == nil {
		db = real
	}
	path := db + ".sock"
	if len(path) <= maxPath {
		return path
	}
	if abs, err := filepath.Abs(db); err == nil {
		db = abs
	}
	sum := sha256.Sum256([]byte(db))
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "dateline", hex.EncodeToString(sum[:8])+".sock")
}
