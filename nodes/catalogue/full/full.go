// Package full lists every step type that the program has, those that need the
// network or large libraries among them.
package full

import (
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue/core"
	"github.com/jobsprint/jobsprint/nodes/datatable"
	"github.com/jobsprint/jobsprint/nodes/files"
	"github.com/jobsprint/jobsprint/nodes/image"
	"github.com/jobsprint/jobsprint/nodes/merge"
	"github.com/jobsprint/jobsprint/nodes/net"
	"github.com/jobsprint/jobsprint/nodes/tablesql"
	"github.com/jobsprint/jobsprint/nodes/webtext"
)

// Definitions lists the step types; o is how the network may be used and disk
// which files may be: without it, none.
func Definitions(o net.Options, disk ...files.Options) []nodes.Definition {
	var f files.Options
	if len(disk) > 0 {
		f = disk[0]
	}
	definitions := core.Definitions()
	withSQL := merge.Merge(tablesql.Query)
	for i := range definitions {
		if definitions[i].Type == withSQL.Type {
			definitions[i] = withSQL
		}
	}
	return append(definitions,
		datatable.DataTable(),
		datatable.Evaluation(),
		datatable.EvaluationTrigger(),
		files.Compression(),
		files.ConvertToFile(),
		files.ExtractFromFile(),
		files.ICalendar(),
		files.MoveBinaryData(),
		files.ReadBinaryFile(f),
		files.ReadBinaryFiles(f),
		files.ReadPDF(),
		files.ReadWriteFile(f),
		files.SpreadsheetFile(),
		files.WriteBinaryFile(f),
		image.EditImage(),
		net.HTTPRequest(o),
		webtext.HTML(),
		webtext.HTMLExtract(),
		webtext.Markdown(),
	)
}
