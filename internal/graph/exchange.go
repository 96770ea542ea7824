package graph

// An In is one request as it came from a connection, whoever read it: the wire
// core knows no HTTP library. The core may use it, and the memory behind Body,
// until it returns.
type In struct {
	Method      string // GET where the client said HEAD
	Target      string // path and query as received, beginning with a slash
	Host        string
	TLS         bool
	Header      func(name string) string // first value, any case of name, "" if absent
	Body        []byte
	BodyErr     error // why the body did not arrive whole
	ContentType string
	Remote      string // address of the client

	// Hold asks for memory of so many bytes in all beside Body, until the core returns:
	// a packed body is unpacked into it. The error is the answer. Nil is no limit.
	Hold func(bytes int) error
}

// A HeaderPair is one line of the response head. The name is sent in exactly
// this spelling, because clients compare some of them; over HTTP/2 all names
// are lower case.
type HeaderPair struct{ Name, Value string }

// An Out is what the core answers. It comes empty, with room to append to. A
// name occurs once in Header; Content-Length is added by whoever sends it.
type Out struct {
	Status int
	Header []HeaderPair
	Body   []byte
	// Long follows Body; nil: nothing does.
	Long *Long
}

// A Long is the rest of a body that nobody holds as a whole.
type Long struct {
	Size int64
	// Next is some of it, at least a byte, until Size is reached. It is good until the
	// next call. After an error the connection is to end.
	Next func() ([]byte, error)
}

// Gather appends what is long to the body, for those who want it in one piece.
func (o *Out) Gather() error {
	err := o.Rest(func(b []byte) error {
		o.Body = append(o.Body, b...)
		return nil
	})
	o.Long = nil
	return err
}

// Length is how many bytes the body has in all.
func (o *Out) Length() int64 {
	if o.Long == nil {
		return int64(len(o.Body))
	}
	return int64(len(o.Body)) + o.Long.Size
}

// Rest hands what is long to write, piece by piece.
func (o *Out) Rest(write func([]byte) error) error {
	if o.Long == nil {
		return nil
	}
	for left := o.Long.Size; left > 0; {
		b, err := o.Long.Next()
		if err != nil {
			return err
		}
		if err := write(b); err != nil {
			return err
		}
		left -= int64(len(b))
	}
	return nil
}
