// Package datatable is the step type that works on data tables: n8n's
// "dataTable". Tables are kept by the platform; the step sees them through
// nodes.Tables.
package datatable
