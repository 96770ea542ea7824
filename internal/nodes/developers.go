package nodes

import (
	"github.com/kithgraph/kith/internal/schema"
)

// FavoriteRequest is a call kept in the Explorer.
func FavoriteRequest() *schema.Node {
	return deletable(schema.ByPerson, nil, thing("FavoriteRequest", nil, columns("[spec v3.3]",
		column{"api_version", schema.String, asked, ""},
		column{"description", schema.String, asked, ""},
		column{"graph_path", schema.String, asked, ""},
		column{"http_method", schema.String, asked, ""},
		column{"post_params", schema.Struct, asked, ""},
		column{"query_params", schema.Struct, asked, ""},
	)))
}

// RequestHistory is a call that a developer made.
func RequestHistory() *schema.Node {
	return unaddressed("RequestHistory", nil, columns("[spec v3.3]",
		column{"api_version", schema.String, asked, ""},
		column{"created_time", schema.Datetime, asked, ""},
		column{"error_code", schema.Integer, asked, ""},
		column{"graph_path", schema.String, asked, ""},
		column{"http_method", schema.String, asked, ""},
		column{"post_params", schema.Struct, asked, ""},
		column{"query_params", schema.Struct, asked, ""},
	))
}
