package storagetest

import (
	"testing"

	"dateline/storage"
)

func TestMemory(t *testing.T) {
	Run(t, func(*testing.T) storage.Driver { return NewMemory() })
}
