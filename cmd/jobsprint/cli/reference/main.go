// Command reference writes the reference of the command line to a file.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/cli"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func write(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one argument, the file to write")
	}
	var b bytes.Buffer
	if err := cli.WriteReference(&b); err != nil {
		return err
	}
	return os.WriteFile(args[0], b.Bytes(), 0o644)
}
