//go:build race

package extract

// racing says that the race detector makes everything ten times slower.
const racing = true
