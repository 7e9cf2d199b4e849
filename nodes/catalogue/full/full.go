// Package full lists every step type that the program has, those that need the
// network or large libraries among them.
package full

import (
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue/core"
	"github.com/jobsprint/jobsprint/nodes/datatable"
	"github.com/jobsprint/jobsprint/nodes/files"
	"github.com/jobsprint/jobsprint/nodes/net"
)

// Definitions lists the step types; o is how the network may be used.
func Definitions(o net.Options) []nodes.Definition {
	return append(core.Definitions(), datatable.DataTable(), net.HTTPRequest(o))
	return append(core.Definitions(),
		files.ConvertToFile(),
		files.ExtractFromFile(),
		files.MoveBinaryData(),
		net.HTTPRequest(o),
	)
}
