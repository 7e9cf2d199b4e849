package merge

import "github.com/jobsprint/jobsprint/nodes"

// textsAt reads texts for the first item.
func textsAt(c *nodes.Call, params ...nodes.Param[string]) ([]string, error) {
	return valuesAt(c, params)
}

// flagsAt reads flags for the first item.
func flagsAt(c *nodes.Call, params ...nodes.Param[bool]) ([]bool, error) { return valuesAt(c, params) }

func valuesAt[T any](c *nodes.Call, params []nodes.Param[T]) ([]T, error) {
	values := make([]T, len(params))
	for i := range params {
		var err error
		if values[i], err = params[i].At(c, 0); err != nil {
			return nil, err
		}
	}
	return values, nil
}
