package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// BusinessActivityLogEvent is one line of what was done in a business.
func BusinessActivityLogEvent() *schema.Node {
	return unaddressed("BusinessActivityLogEvent", needs(graph.BusinessManagement), columns("[spec v3.3]",
		column{"acted_upon_business_id", schema.String, asked, ""},
		column{"acted_upon_business_name", schema.String, asked, ""},
		column{"acted_upon_business_object_id", schema.String, asked, ""},
		column{"acted_upon_business_object_name", schema.String, asked, ""},
		column{"acted_upon_business_object_type", schema.String, asked, ""},
		column{"acted_upon_user_id", schema.String, asked, ""},
		column{"acted_upon_user_name", schema.String, asked, ""},
		column{"acting_business_id", schema.String, asked, ""},
		column{"acting_business_name", schema.String, asked, ""},
		column{"acting_user_id", schema.String, asked, ""},
		column{"acting_user_name", schema.String, asked, ""},
		column{"event_time", schema.Integer, asked, ""},
		column{"event_type", schema.String, asked, ""},
		column{"extra_data", schema.Struct, asked, ""},
		column{"target_business_id", schema.String, asked, ""},
		column{"target_business_name", schema.String, asked, ""},
		column{"target_business_object_id", schema.String, asked, ""},
		column{"target_business_object_name", schema.String, asked, ""},
		column{"target_business_object_type", schema.String, asked, ""},
	))
}

// BusinessUser is a person as an employee of a business.
func BusinessUser() *schema.Node {
	return thing("BusinessUser", needs(graph.BusinessManagement), columns("[spec v3.3]",
		column{"business", schema.NodeRef, asked, "Business"},
		column{"email", schema.String, asked, ""},
		column{"finance_permission", schema.String, asked, ""},
		column{"first_name", schema.String, asked, ""},
		column{"ip_permission", schema.String, asked, ""},
		column{"last_name", schema.String, asked, ""},
		column{"marked_for_removal", schema.Bool, asked, ""},
		column{"name", schema.String, shown, ""},
		column{"pending_email", schema.String, asked, ""},
		column{"role", schema.String, asked, ""},
		column{"title", schema.String, asked, ""},
		column{"two_fac_status", schema.String, asked, ""},
	))
}
