//go:build !race

package ingest

// Racing says that the race detector makes everything ten times slower. What is long and has one goroutine is shortened then.
const Racing = false
