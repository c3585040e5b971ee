package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"dateline/config"
)

func (a *app) configCommand() *cobra.Command {
	var check bool
	c := &cobra.Command{
		Use:   "config",
		Short: "Print the configuration in force, or check it",
		Long: `Prints the effective configuration as TOML: the file, the built-in agencies that it enables, and the defaults of all
that it does not say. The output is itself a configuration.

With --check it prints no configuration; each mistake is a line with file, line, column and key, and the exit status is
1 if there is one.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if check {
				a.sayChecked(cfg)
				return nil
			}
			return cfg.Encode(a.stdout)
		},
	}
	c.Flags().BoolVar(&check, "check", false, "only check it")
	return c
}

// sayChecked names the file, because it may be another than the user thinks.
func (a *app) sayChecked(cfg *config.Config) {
	a.say("%s: ok, %d agencies with %d feeds", printable(cmp.Or(cfg.Path, "the built-in configuration")),
		len(cfg.Agencies), len(configuredFeeds(cfg)))
}
