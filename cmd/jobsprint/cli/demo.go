package cli

type demoCmd struct {
	Output string `short:"o" enum:"table,jsonl" default:"table" help:"table (for a person) or jsonl (an object a line, with a kind)."`
}

func (c *demoCmd) Run(env *Env) error { return nil }
