package app

import (
	"fmt"

	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/nodes/catalogue/full"
	"github.com/jobsprint/jobsprint/nodes/files"
	nodesnet "github.com/jobsprint/jobsprint/nodes/net"
)

// Catalogue lists the step types of the program, as they work with a
// configuration.
func Catalogue(c Config) (*catalogue.Catalogue, error) {
	cat, err := catalogue.New(full.Definitions(c.netOptions(), files.Options{Folder: c.FilesFolder})...)
	if err != nil {
		return nil, fmt.Errorf("list the step types: %w", err)
	}
	return cat, nil
}

// netOptions say how steps may use the network.
func (c Config) netOptions() nodesnet.Options {
	return nodesnet.Options{Allow: c.HTTPAllow, Offline: c.Offline}
}
