package wire

// Projection is a read model and how far it is.
type Projection struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	// State is "running", "halted" or "rebuilding"; Alarm says why it halted.
	State string `json:"state"`
	Alarm string `json:"alarm,omitempty"`
	// Position is the cursor behind the last commit applied, Lag the number of
	// commits behind the log's end.
	Position      string  `json:"position"`
	Lag           int64   `json:"lag"`
	AppliedPerSec float64 `json:"appliedPerSec"`
}

// Rebuilt answers a rebuild.
type Rebuilt struct {
	Name string `json:"name"`
	// Commits is how many were read.
	Commits    int64 `json:"commits"`
	DurationMS int64 `json:"durationMS"`
}

// Outcomes of a check.
const (
	CheckOK   = "ok"
	CheckWarn = "warn"
	CheckFail = "fail"
)

// Check is one finding of the doctor.
type Check struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Fix says what to do; empty when there is nothing to do.
	Fix string `json:"fix,omitempty"`
}

// Doctor answers GET /v1/doctor. Healthy is false when a check failed.
type Doctor struct {
	Healthy bool    `json:"healthy"`
	Checks  []Check `json:"checks"`
}

// Version says what program answers.
type Version struct {
	Version   string `json:"version"`
	Commit    string `json:"commit,omitempty"`
	Built     string `json:"built,omitempty"`
	Go        string `json:"go"`
	Catalogue string `json:"catalogue,omitempty"`
}

// Ready answers GET /readyz.
type Ready struct {
	Status string `json:"status"` // "ready"
	// Instance is the random id of this start of the server.
	Instance string `json:"instance,omitempty"`
}
