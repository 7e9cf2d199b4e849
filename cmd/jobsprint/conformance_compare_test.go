package main

import "github.com/jobsprint/jobsprint/internal/rundiff"

// The comparison is that of the differential test, so that both mean the same.
var (
	executionDifferences = rundiff.Executions
	brief                = rundiff.Brief
	paired               = rundiff.Paired
)
