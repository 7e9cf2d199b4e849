package nodes

import "github.com/jobsprint/jobsprint/item"

// Child asks for a run of another workflow. The same step run asks for the same
// run by the same Item, however often it asks.
type Child struct {
	// Workflow is the id of a definition, here or where it comes from, and Name
	// its name, which counts where the id is not known. With Raw, n8n JSON, the
	// workflow is no definition; with File it is read from a file, and with URL
	// from the network, where that is allowed.
	Workflow string
	Name     string
	Raw      string
	File     string
	URL      string
	// Items are what its trigger gets.
	Items []item.Item
	// Item is the input item that it is for, 0 for a run for all of them.
	Item int
	// Wait asks for its end; else the run goes on by itself.
	Wait bool
}

// ChildEnd is how a run ended: what its last step emitted, by output.
type ChildEnd struct {
	Run     string
	Outputs [][]item.Item
}

// ChildError is why a run of another workflow could not begin, or failed.
type ChildError struct {
	Err *StepError
	// Plain is set for an error that n8n names as it is, without the index of the
	// item.
	Plain bool
}

// Error gives the message.
func (e *ChildError) Error() string { return e.Err.Message }

// Unwrap gives the step error.
func (e *ChildError) Unwrap() error { return e.Err }

// Caller is implemented by steps that start runs and may wait for them; when
// their own run is canceled, those are, too.
type Caller interface {
	// Calls reports whether it does, with these parameters.
	Calls() bool
}

// Callable is implemented by triggers through which other workflows start runs.
type Callable interface {
	// Called turns what the caller gives into what the trigger emits.
	Called(items []item.Item) ([]item.Item, error)
}
