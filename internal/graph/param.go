package graph

// A Param is one parameter of a call as the client sent it. Value is plain text,
// or with JSON a JSON text that is no string: a number, a list, an object.
type Param struct {
	Name, Value string
	JSON        bool
	// File is what a file of a multipart form holds; its Value is empty.
	File *File
}

// A File is one that a client sent along. It is read-only.
type File struct {
	Name, Type string // as the client says
	Data       []byte
}
