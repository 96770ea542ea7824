package graph

// A Param is one parameter of a call as the client sent it. Value is plain text,
// or with JSON a JSON text that is no string: a number, a list, an object.
type Param struct {
	Name, Value string
	JSON        bool
}
