package wire

// ProblemType is the common part of every problem's type URI; the code follows.
const ProblemType = "https://jobsprint.dev/problems/"

// ProblemMediaType is the content type of every refusal (RFC 9457).
const ProblemMediaType = "application/problem+json"

// Problem is a refusal: nothing has changed unless Detail says otherwise.
type Problem struct {
	// Type is ProblemType and Code; neither ever changes for one cause.
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code"`
	// Detail says what was wrong in this request and Next what to do about it.
	Detail string `json:"detail,omitempty"`
	Next   string `json:"next,omitempty"`
	// Pointer is the JSON pointer (RFC 6901) to what was wrong in the body.
	Pointer string `json:"pointer,omitempty"`
	// Parameter names the path, query or header parameter that was wrong.
	Parameter string `json:"parameter,omitempty"`
	// Errors lists single faults where there are several.
	Errors []Fault `json:"errors,omitempty"`
	// Instance is the address of what the problem is about, such as a run.
	Instance  string `json:"instance,omitempty"`
	RequestID string `json:"requestId,omitempty"`
}

// Fault is one of several things wrong with a request.
type Fault struct {
	Detail  string `json:"detail"`
	Pointer string `json:"pointer,omitempty"`
}
