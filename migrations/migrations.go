// Package migrations embeds the SQL migrations of the databases that hold read
// models, one folder for each dialect, numbered for goose. They make only the
// tables by which the runtime keeps its books. The tables of the read models
// are not migrated: they are thrown away and rebuilt from the log.
//
// It imports nothing of Jobsprint.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed sqlite/*.sql
var files embed.FS

// SQLite holds the migrations for SQLite, oldest first by file name.
func SQLite() fs.FS {
	sub, err := fs.Sub(files, "sqlite")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}
