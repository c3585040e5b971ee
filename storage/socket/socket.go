// Package socket lets other processes of the same user read a store whose file one process holds. The holder
// serves its driver on a Unix socket beside the database; [Driver] is the other end, under the same rules as any driver
// that only reads.
//
// A connection is one transaction or one question. Both sides speak gob: the client sends requests, the server
// answers each with one reply or, to a question, with several. A transaction that takes long is cut off, because its
// view keeps the holder's file from reusing pages, and in the end from growing.
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
	// patience is how long a server bears with a client: with a transaction as a whole, and with one reply to a question
	// that is not read.
	patience = 30 * time.Second

	// Bounds of one answer to a scan: rows and bytes.
	maxRows  = 256
	maxBytes = 1 << 20

	// maxPath is the longest address of a Unix socket on every system that has them.
	maxPath = 100
)

type op string

const (
	opHello   op = "hello" // who holds the database?
	opGet     op = "get"
	opScan    op = "scan"
	opChanges op = "changes"
	opAsk     op = "ask"
	opCopy    op = "copy"  // of the whole database
	opCheck   op = "check" // of its structure
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
	if abs, err := filepath.Abs(db); err == nil {
		db = abs // however the file is named, its socket is one
	}
	if real, err := filepath.EvalSymlinks(db); err == nil {
		db = real
	}
	path := db + ".sock"
	if len(path) <= maxPath {
		return path
	}
	sum := sha256.Sum256([]byte(db))
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "dateline", hex.EncodeToString(sum[:8])+".sock")
}
