package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"dateline/config"
)

func (a *app) feedsExportCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the configured feeds as a subscription list (OPML)",
		Long: `Writes the agencies and feeds of the configuration as a subscription list in OPML 2.0, a folder for each agency. Feed
readers take it, and dateline feeds import makes the same agencies and feeds of it: id, name, home, language. The same
configuration gives the same bytes. With -o the file appears whole or not at all.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.feedsExport(out) },
	}
	c.Flags().StringVarP(&out, "output", "o", "", "write to a `file`, whole or not at all (default: stdout)")
	return c
}

func (a *app) feedsExport(out string) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if len(cfg.Agencies) == 0 {
		return errors.New("no feeds are configured")
	}
	write := func(w io.Writer) error { return config.EncodeOPML(w, cfg.Agencies) }
	if out == "" || out == "-" {
		return write(a.stdout)
	}
	return writeFile(out, write)
}
