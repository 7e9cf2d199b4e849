// Package datatable is the step types that work on data tables: n8n's
// "dataTable", and "evaluationTrigger" and "evaluation", which read test cases
// from a table and write results to it. Tables are kept by the platform; the
// steps see them through nodes.Tables.
package datatable
