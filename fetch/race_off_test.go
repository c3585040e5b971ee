//go:build !race

package fetch

// racing says that the race detector makes everything ten times slower: an eighth of the damage is done then.
const racing = false
