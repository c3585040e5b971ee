package main

import (
	"os"

	"github.com/spf13/cobra"

	"dateline/storage"
	"dateline/storage/raw"
)

func (a *app) dbCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "db",
		Short: "Look after the database: check, back up, compact, measure, rescue",
		Long:  `Looks after the database. Each command has a help text of its own.`,
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.dbCheckCommand(), a.dbBackupCommand(), a.dbCompactCommand(), a.dbStatsCommand(), a.dbRescueCommand())
	return c
}

// dbSize is the size of the database file in bytes; 0 if it is not one file.
func (a *app) dbSize() int64 {
	info, err := os.Stat(a.dbPath)
	if err != nil {
		return 0
	}
	return info.Size()
}

// maxProblems is how many problems are printed; the rest is counted.
const maxProblems = 1000

// checkup is what `db check` tells; --json prints it.
type checkup struct {
	Rows     map[string]int    `json:"rows"` // by bucket
	Entries  storage.Tally     `json:"entries"`
	Raw      *raw.Stats        `json:"raw,omitempty"`
	Count    int               `json:"problem_count"`
	Problems []storage.Problem `json:"problems,omitempty"` // the first thousand
}

// note adds a problem.
func (c *checkup) note(p storage.Problem) {
	if c.Count++; c.Count <= maxProblems {
		c.Problems = append(c.Problems, p)
	}
}

func (c *checkup) rows() (sum int) {
	for _, n := range c.Rows {
		sum += n
	}
	return sum
}
