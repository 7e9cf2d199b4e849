// Package table is the model of data tables: their columns, what a cell may
// hold, rows, and which rows a filter means. It is pure; package commands
// changes tables, and step types see them through their call.
package table
