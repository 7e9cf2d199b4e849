package item_test

import (
	"fmt"

	"github.com/jobsprint/jobsprint/item"
)

func ExampleParse() {
	v, err := item.Parse([]byte(`{"b": 1.50, "10": "x", "a": [true, null], "9": "y"}`), item.Limits{})
	fmt.Println(v, err)
	_, err = item.Parse([]byte("{\n  \"list\": [1, 2,]\n}"), item.Limits{})
	fmt.Println(err)
	// Output:
	// {"9":"y","10":"x","b":1.5,"a":[true,null]} <nil>
	// line 2, column 17, at /list/2: expected a value, not ']'
}

func ExampleObject_With() {
	o, _ := item.MustParse(`{"name":"Ada","age":36}`).Obj()
	older := o.With("age", item.Int(37))
	fmt.Println(o.Value(), older.Value())
	// Output: {"name":"Ada","age":36} {"name":"Ada","age":37}
}

func ExampleSetPath() {
	v, err := item.SetPath(item.MustParse(`{"order":{"id":7}}`), "order.lines[0].sku", item.String("A-100"))
	fmt.Println(v, err)
	fmt.Println(item.GetPath(v, `order["lines"][0].sku`))
	// Output:
	// {"order":{"id":7,"lines":[{"sku":"A-100"}]}} <nil>
	// "A-100"
}

func ExampleAdd() {
	fmt.Println(item.Add(item.Int(1), item.Int(2)), item.Add(item.Int(1), item.String("2")))
	fmt.Println(item.Add(item.MustParse("[1,2]"), item.Null))
	// Output:
	// 3 "12"
	// "1,2null"
}

func ExampleItemFromValue() {
	it, err := item.ItemFromValue(item.MustParse(`{"json":{"a":1},"pairedItem":{"item":2,"input":1}}`))
	first, _ := it.Paired.First()
	fmt.Println(it.JSON.Get("a"), first, err)
	_, err = item.ItemFromValue(item.MustParse(`{"json":[]}`))
	fmt.Println(err)
	// Output:
	// 1 {2 1 <nil>} <nil>
	// not an item: at /json: expected an object, got array
}
