// Command kith serves the people side of the Graph API.
package main

import (
	"os"

	"github.com/kithgraph/kith/internal/cli"
)

func main() { os.Exit(cli.Main()) }
