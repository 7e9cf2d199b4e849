package main

import "strings"

// figures are what n8n 2.41.1 reached on a machine with 2 cores, history saved,
// the load generator on the same cores; zero: nobody has measured it. They were
// recorded once, with the scenarios' own 5 virtual users, and are the base of the
// ratios: measure yours on a machine of the same kind, or read the ratio as one
// between two machines.
type figures struct {
	perSecond, p50MS, p95MS float64
}

// scenario is one of n8n's own benchmarks: its workflows, and what a user sends.
type scenario struct {
	name string
	// paths are asked in turn, under /webhook/.
	method      string
	paths       []string
	body        string
	contentType string
	contains    string // in every answer
	// standard is n8n as it is installed, legacy with the expression engine of
	// older versions. goals are how many times their rates we want.
	standard, legacy         figures
	goalStandard, goalLegacy float64
}

// users is how many virtual users the scenarios are made for.
const users = 5

const jsonBody = `{"name":"Ada","amount":12.5,"tags":["a","b"]}`

var scenarios = []scenario{
	{
		name: "single-webhook", method: "GET", paths: []string{"single-webhook"},
		standard: figures{16.5, 278, 488}, legacy: figures{59.6, 72, 126}, goalStandard: 100, goalLegacy: 30,
	},
	{
		name: "set-node-expressions", method: "POST", paths: []string{"set-expressions-benchmark"}, body: jsonBody, contains: "Set key with expression",
		standard: figures{16.8, 288, 430}, legacy: figures{58.2, 78, 123}, goalStandard: 100, goalLegacy: 30,
	},
	{
		name: "js-code-node", method: "POST", paths: []string{"code-node-benchmark"}, body: jsonBody, contains: `"emailData"`,
		standard: figures{6.9, 688, 1027}, legacy: figures{10.1, 488, 572}, goalStandard: 30, goalLegacy: 20,
	},
	{name: "multiple-webhooks", method: "GET", paths: []string{
		"multiple-webhook1", "multiple-webhook2", "multiple-webhook3", "multiple-webhook4", "multiple-webhook5",
		"multiple-webhook6", "multiple-webhook7", "multiple-webhook8", "multiple-webhook9", "multiple-webhook10",
	}},
	{
		name: "binary-data", method: "POST", paths: []string{"binary-files-benchmark"}, contains: uploadLine,
		body: upload(), contentType: "multipart/form-data; boundary=" + uploadBoundary,
	},
}

const (
	uploadBoundary = "jobsprint-bench"
	uploadLine     = "export const answer = 42; // a line of a file that is sent up and comes back"
	uploadLines    = 100
)

// upload is a form with one file of some 8 KB in the field that the workflow
// reads.
func upload() string {
	return "--" + uploadBoundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"answer.js\"\r\nContent-Type: application/javascript\r\n\r\n" +
		strings.Repeat(uploadLine+"\n", uploadLines) + "\r\n--" + uploadBoundary + "--\r\n"
}

// many is the run of many items: 100,000 made by code, one field set on each, and
// the first let through.
var many = struct {
	items             int
	goalSeconds       float64
	goalMB            int64
	n8nSeconds, n8nMB float64
}{100_000, 5, 400, 50, 1200}
