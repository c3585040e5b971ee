//go:build !race

package storage

// Racing says that the race detector makes everything ten times slower. What is long and has one goroutine is shortened then.
const Racing = false
