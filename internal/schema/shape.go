package schema

// A Shape is what a value is made of: the members of a struct, or of each struct of
// a list. A value without a Shape is plain, or free of form.
type Shape struct {
	Name    string // of the type, in error texts
	Members []Member
	// To is the node type of a value that is a node: it is kept as its ID and what
	// else a world says of it, which is shown where the ID leads to no such node.
	To string
	// Data says that the struct stands under data, as what an edge answers does.
	Data bool
}

// A Member is one member of a struct.
type Member struct {
	Name  string
	Shape *Shape // nil: plain
}

// Member finds a member by name.
func (s *Shape) Member(name string) *Member {
	for i := range s.Members {
		if s.Members[i].Name == name {
			return &s.Members[i]
		}
	}
	return nil
}

// Targets calls f with the node type of each node that a value may name.
func (s *Shape) Targets(f func(to string)) {
	if s == nil {
		return
	}
	if s.To != "" {
		f(s.To)
	}
	for i := range s.Members {
		s.Members[i].Shape.Targets(f)
	}
}
