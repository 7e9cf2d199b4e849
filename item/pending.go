package item

func (v Value) Truthy() bool                               { panic("pending") }
func (v Value) ToString() string                           { panic("pending") }
func (v Value) ToNumber() float64                          { panic("pending") }
func (v Value) TypeOf() string                             { panic("pending") }
func (v Value) AppendJSON(dst []byte) []byte               { panic("pending") }
func (v Value) JSON() string                               { panic("pending") }
func (v Value) MarshalJSON() ([]byte, error)               { panic("pending") }
func (v *Value) UnmarshalJSON(b []byte) error              { panic("pending") }
func StrictEqual(a, b Value) bool                          { panic("pending") }
func Equal(a, b Value) bool                                { panic("pending") }
func LooseEqual(a, b Value) bool                           { panic("pending") }
func Less(a, b Value) (less, ok bool)                      { panic("pending") }
func Add(a, b Value) Value                                 { panic("pending") }
func FormatNumber(f float64) string                        { panic("pending") }
func AppendNumber(dst []byte, f float64) []byte            { panic("pending") }
func Parse(data []byte, l Limits) (Value, error)           { panic("pending") }
func MustParse(s string) Value                             { panic("pending") }
func GetPath(v Value, path string) Value                   { panic("pending") }
func SetPath(v Value, path string, x Value) (Value, error) { panic("pending") }
func DeletePath(v Value, path string) Value                { panic("pending") }
func AppendItem(dst []byte, it Item) []byte                { panic("pending") }
func AppendItems(dst []byte, its []Item) []byte            { panic("pending") }
func ParseItems(data []byte) ([]Item, error)               { panic("pending") }
func ItemFromValue(v Value) (Item, error)                  { panic("pending") }
func UTF16Len(s string) int                                { panic("pending") }
func CharAt(s string, i int) string                        { panic("pending") }
func Slice(s string, from, to int) string                  { panic("pending") }
func Concat(a, b string) string                            { panic("pending") }
func AppendText(dst []byte, s string) []byte               { panic("pending") }
func CompareStrings(a, b string) int                       { panic("pending") }
