package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// Album is a photo album of a person or Page.
func Album() *schema.Node {
	fields := columns("[doc album]",
		column{name: "created_time", kind: schema.Datetime, def: true},
		column{name: "name", kind: schema.String, def: true},
		column{name: "description", kind: schema.String},
		column{name: "from", kind: schema.NodeRef, to: schema.AnyNode},
		column{name: "cover_photo", kind: schema.NodeRef, to: "Photo"},
		column{name: "privacy", kind: schema.String},
		column{name: "type", kind: schema.String},
		column{name: "updated_time", kind: schema.Datetime},
	)
	return thing("Album", needs(graph.UserPhotos), fields,
		schema.Edge{Name: "photos", To: "Photo", Assoc: store.Edge("album.photos"), Need: needs(graph.UserPhotos), Total: true, Mark: "[doc album]"})
}

// Photo is one picture that a person or Page put up.
func Photo() *schema.Node {
	fields := columns("[doc photo]",
		column{name: "created_time", kind: schema.Datetime, def: true},
		column{name: "name", kind: schema.String, def: true},
		column{name: "album", kind: schema.NodeRef, to: "Album"},
		column{name: "from", kind: schema.NodeRef, to: schema.AnyNode},
		column{name: "height", kind: schema.Integer},
		column{name: "width", kind: schema.Integer},
		column{name: "link", kind: schema.URL},
		column{name: "updated_time", kind: schema.Datetime},
	)
	return thing("Photo", needs(graph.UserPhotos), fields)
}
