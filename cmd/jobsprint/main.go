// Command jobsprint is the program: the server and the commands that use it.
package main

import (
	"os"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/cli"
)

func main() { os.Exit(cli.Main()) }
