package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// Place is where something is.
func Place() *schema.Node {
	return thing("Place", nil, columns("[spec v3.3]",
		column{"location", schema.Struct, asked, ""},
		column{"name", schema.String, asked, ""},
		column{"overall_rating", schema.Float, asked, ""},
	))
}

// PlaceTag is where a person was tagged.
func PlaceTag() *schema.Node {
	return thing("PlaceTag", needs(graph.UserTaggedPlaces), columns("[spec v3.3]",
		column{"created_time", schema.Datetime, asked, ""},
		column{"place", schema.NodeRef, asked, "Page"},
	))
}

// LocationTag is a post or photo that says where a person was.
func LocationTag() *schema.Node {
	return thing("LocationTag", needs(graph.UserTaggedPlaces), columns("[spec v3.3]",
		column{"type", schema.String, asked, ""},
		column{"from", schema.NodeRef, asked, "User"},
		column{"place", schema.NodeRef, asked, "Place"},
		column{"created_time", schema.Datetime, asked, ""},
		column{"application", schema.NodeRef, asked, "Application"},
		column{"tags", schema.List, asked, ""},
	))
}
