// Command jobsprint is the program: the server and the commands that use it.
package main

import (
	"os"
	_ "time/tzdata" // time zones where the system has none, as in a bare container

	"github.com/jobsprint/jobsprint/cmd/jobsprint/cli"
)

func main() { os.Exit(cli.Main()) }
