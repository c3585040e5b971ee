//go:build race

package main

// releaseSample is of how many pages one is part of the replayed web: the race detector makes each take ten times as long.
const releaseSample = 8
