package gateway

import "net/http"

// ProblemKind is a line of the table of problems. Codes are part of the API:
// they are never renamed, and one cause keeps its code.
type ProblemKind struct {
	Code   string
	Status int
	Title  string
	// Next says what to do when the problem itself does not say.
	Next string
	// RetryAfter is the header's value in seconds; 0: none.
	RetryAfter int
}

// The codes that the gateway itself gives. Those of commands are in the table
// under the names of package commands.
const (
	codeInvalid           = "invalid"
	codeInvalidJSON       = "invalid-json"
	codeInvalidUTF8       = "invalid-utf8"
	codeDuplicateKey      = "duplicate-key"
	codeUnknownField      = "unknown-field"
	codeInvalidParameter  = "invalid-parameter"
	codeInvalidID         = "invalid-id"
	codeInvalidBody       = "invalid-body"
	codeNotFound          = "not-found"
	codeNoSuchPath        = "no-such-path"
	codeMethodNotAllowed  = "method-not-allowed"
	codeUnsupportedType   = "unsupported-media-type"
	codeTooLarge          = "too-large"
	codeBehind            = "behind"
	codeActivationFailed  = "activation-failed"
	codeVersionMismatch   = "version-mismatch"
	codeWebhookUnknown    = "webhook-not-registered"
	codeWebhookTimeout    = "webhook-timeout"
	codeWebhookRefused    = "webhook-refused"
	codeBadResponse       = "bad-response"
	codeStarting          = "starting"
	codeShuttingDown      = "shutting-down"
	codeUnavailable       = "unavailable"
	codePayloadMissing    = "payload-missing"
	codeErased            = "erased"
	codeDamaged           = "damaged"
	codeTimeout           = "timeout"
	codeRequestIncomplete = "request-incomplete"
	codeTooManyStreams    = "too-many-streams"
	codeRebuilding        = "rebuilding"
	codeHalted            = "projection-halted"
	codeCrossOrigin       = "cross-origin"
	codeInternal          = "internal"
)

// problemTable is the one place where a code gets its status and words.
var problemTable = []ProblemKind{
	{Code: codeInvalid, Status: http.StatusUnprocessableEntity, Title: "The request cannot be carried out as it is", Next: "Correct what the detail names and send it again."},
	{Code: codeInvalidJSON, Status: http.StatusBadRequest, Title: "The body is not valid JSON", Next: "Correct the body at the place that the detail names."},
	{Code: codeInvalidUTF8, Status: http.StatusBadRequest, Title: "The body is not valid UTF-8", Next: "Send the body in UTF-8."},
	{Code: codeDuplicateKey, Status: http.StatusBadRequest, Title: "An object of the body has a key twice", Next: "Remove one of the two."},
	{Code: codeUnknownField, Status: http.StatusBadRequest, Title: "The body has a field that this operation does not know", Next: "Remove the field or correct its name; docs/http.md lists the fields."},
	{Code: codeInvalidParameter, Status: http.StatusBadRequest, Title: "A parameter is not valid", Next: "Correct the parameter; docs/http.md lists what it may be."},
	{Code: codeInvalidID, Status: http.StatusBadRequest, Title: "This is not an id", Next: "Copy the id from a list, such as GET /v1/workflows or GET /v1/runs."},
	{Code: codeInvalidBody, Status: http.StatusBadRequest, Title: "The body does not have the form that its type says", Next: "Correct the body or its Content-Type."},
	{Code: codeNotFound, Status: http.StatusNotFound, Title: "There is no such thing", Next: "Look for it in the list, such as GET /v1/workflows or GET /v1/runs."},
	{Code: codeNoSuchPath, Status: http.StatusNotFound, Title: "There is no such path", Next: "docs/http.md lists every operation."},
	{Code: codeMethodNotAllowed, Status: http.StatusMethodNotAllowed, Title: "The path does not have this method", Next: "Use one of the methods in the Allow header."},
	{Code: codeUnsupportedType, Status: http.StatusUnsupportedMediaType, Title: "The body's type is not supported", Next: "Send application/json, or what the detail names."},
	{Code: codeTooLarge, Status: http.StatusRequestEntityTooLarge, Title: "The request is over a limit", Next: "Send less."},
	{Code: codeBehind, Status: http.StatusGatewayTimeout, Title: "The read model is not yet as fresh as asked", Next: "Ask again, or without Jobsprint-At-Least.", RetryAfter: 1},
	{Code: codeActivationFailed, Status: http.StatusConflict, Title: "The workflow was not activated", Next: "Remove what the errors name, then activate again."},
	{Code: codeVersionMismatch, Status: http.StatusPreconditionFailed, Title: "The workflow has another version", Next: "Read it again and repeat the change on the newest version."},
	{Code: codeWebhookUnknown, Status: http.StatusNotFound, Title: "The requested webhook is not registered", Next: "Activate the workflow: jobsprint import FILE --activate, or POST /v1/workflows/{id}/activate."},
	{Code: codeWebhookTimeout, Status: http.StatusGatewayTimeout, Title: "The run has not answered in time", Next: "The run goes on: read it under the address in instance."},
	{Code: codeWebhookRefused, Status: http.StatusBadRequest, Title: "The webhook did not accept the request", Next: "Send what the workflow's webhook step expects."},
	{Code: codeBadResponse, Status: http.StatusBadGateway, Title: "The run's answer is no valid HTTP response", Next: "Correct the status code or headers of the step that responds."},
	{Code: codeStarting, Status: http.StatusServiceUnavailable, Title: "The server is not ready yet", Next: "Try again in a moment.", RetryAfter: 1},
	{Code: codeShuttingDown, Status: http.StatusServiceUnavailable, Title: "The server is shutting down", Next: "Try again in a moment.", RetryAfter: 2},
	{Code: codePayloadMissing, Status: http.StatusInternalServerError, Title: "A stored payload is missing or damaged", Next: `Run "jobsprint doctor".`},
	{Code: codeErased, Status: http.StatusGone, Title: "The content was erased", Next: "It cannot be brought back."},
	{Code: codeDamaged, Status: http.StatusInternalServerError, Title: "The log is damaged here", Next: `Run "jobsprint doctor".`},
	{Code: codeTooManyStreams, Status: http.StatusServiceUnavailable, Title: "Too many streams are open", Next: "Close one, or try again later.", RetryAfter: 5},
	{Code: codeRebuilding, Status: http.StatusServiceUnavailable, Title: "The read model is being rebuilt", Next: "Try again shortly.", RetryAfter: 2},
	{Code: codeHalted, Status: http.StatusServiceUnavailable, Title: "A read model has halted", Next: `Run "jobsprint doctor".`},
	{Code: codeCrossOrigin, Status: http.StatusForbidden, Title: "Another site's page may not do this", Next: "Send the request from a program, or from a page of this server."},
	{Code: codeTimeout, Status: http.StatusGatewayTimeout, Title: "It took too long", Next: "Try again.", RetryAfter: 1},
	{Code: codeRequestIncomplete, Status: http.StatusBadRequest, Title: "The body ended early", Next: "Send the whole body."},
	{Code: codeInternal, Status: http.StatusInternalServerError, Title: "Something went wrong on our side", Next: "Try again; if it stays, look for the request id in the server's log."},

	// Refusals of commands.
	{Code: "denied", Status: http.StatusForbidden, Title: "You may not do this", Next: "Ask an administrator of the workspace."},
	{Code: "archived", Status: http.StatusConflict, Title: "The workflow is archived", Next: "Archived workflows take no more commands; import it again as a new one."},
	{Code: "inactive", Status: http.StatusConflict, Title: "The workflow has no active version", Next: `Activate it first, or start a version by its number or as "newest".`},
	{Code: "not-runnable", Status: http.StatusUnprocessableEntity, Title: "The workflow has problems that keep it from running", Next: "Remove what the errors name and revise the workflow."},
	{Code: "route-taken", Status: http.StatusConflict, Title: "Another workflow holds the route", Next: "Deactivate the other workflow or change the webhook's path."},
	{Code: "conflict", Status: http.StatusConflict, Title: "It has moved on meanwhile", Next: "Read it again and repeat the change."},
	{Code: "run-ended", Status: http.StatusConflict, Title: "The run has ended", Next: "Nothing is left to do for this run; start a new one if needed."},
	{Code: "idempotency-expired", Status: http.StatusConflict, Title: "The idempotency key is older than what is remembered", Next: "Look whether the command was carried out, then use a new key."},
	{Code: "idempotency-mismatch", Status: http.StatusUnprocessableEntity, Title: "The idempotency key came with another body before", Next: "Use a new key for another command."},
	{Code: "too-many-runs", Status: http.StatusTooManyRequests, Title: "Too many runs are in work", Next: "Try again in a moment.", RetryAfter: 1},
	{Code: codeUnavailable, Status: http.StatusServiceUnavailable, Title: "The log cannot be written now", Next: "Try again; the same idempotency key makes that safe.", RetryAfter: 1},
	{Code: "invalid-signature", Status: http.StatusUnauthorized, Title: "The address does not show that the run has told it", Next: "Call the whole address that $execution.resumeUrl or $execution.resumeFormUrl gives, its signature included."},
	{Code: "gone", Status: http.StatusGone, Title: "It is older than what is kept", Next: "It has left the log with its slice."},
}

var problemByCode = func() map[string]*ProblemKind {
	m := make(map[string]*ProblemKind, len(problemTable))
	for i := range problemTable {
		m[problemTable[i].Code] = &problemTable[i]
	}
	return m
}()

// Problems lists the whole table; it must not be changed.
func Problems() []ProblemKind { return problemTable }
