//go:build race

package main

// racing says that the race detector makes each of the processes that are killed or starved ten times slower: fewer are.
const racing = true
