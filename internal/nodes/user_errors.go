package nodes

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// userErrors are the tables of errors on the reference page of User, v2.10, in
// its order and words.
func userErrors() []schema.ErrorTable {
	return []schema.ErrorTable{
		{Name: "reading", Actions: []string{schema.Reading}, Rows: rowsOf(100, 200, 210, 110, 452, 289, 278, 3001, 1157, 294)},
		{Name: "creating", Actions: []string{schema.Creating}, Rows: rowsOf(200, 100, 240, 368, 195, 210)},
		{Name: "updating", Actions: []string{schema.Updating}, Rows: rowsOf(200, 100, 240, 368, 195, 210)},
		{Name: "deleting", Actions: []string{schema.Deleting, schema.Dissociate}, Rows: rowsOf(200, 2904, 100, 240, 2903)},
	}
}

// rowsOf are rows by their code; what is wrong with a parameter has several texts
// here, and so has a missing permission.
func rowsOf(codes ...int) (rows []schema.ErrorRow) {
	for _, code := range codes {
		for _, r := range documentedErrors() {
			if r.Code == code {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

func documentedErrors() []schema.ErrorRow {
	answers := func(list ...*graph.Error) []*graph.Error { return list }
	return []schema.ErrorRow{
		{Code: 100, Text: "Invalid parameter", From: answers(graph.ErrBadParam, graph.ErrParamKind, graph.ErrNeedsParam, graph.ErrNoField)},
		{Code: 110, Text: "Invalid user id", From: answers(graph.ErrInvalidUser)},
		{Code: 195, Text: "The name you are trying to use is invalid", From: answers(graph.ErrInvalidName)},
		{Code: 200, Text: "Permissions error", From: answers(graph.ErrPermissions, graph.ErrEndpointEnded)},
		{Code: 210, Text: "User not visible", From: answers(graph.ErrNotVisible)},
		{Code: 240, Text: "Desktop applications cannot call this function for other users", From: answers(graph.ErrDesktop)},
		{Code: 278, Text: "Reading advertisements requires an access token with the extended permission ads_read", From: answers(graph.ErrAdsRead)},
		{Code: 289, Text: "Accessing friend requests requires the extended permission read_requests", From: answers(graph.ErrReadRequests)},
		{Code: 294, Text: "Managing advertisements requires an access token with the extended permission for ads_management", From: answers(graph.ErrAdsManagement)},
		{Code: 368, Text: "The action attempted has been deemed abusive or is otherwise disallowed", From: answers(graph.ErrAbusive)},
		{Code: 452, Text: "Session key invalid. This could be because the session key has an incorrect format, or because the user has revoked this session", From: answers(graph.ErrSession)},
		// Nobody pays here, and the query language of the time is gone.
		{Code: 1157, Text: "Sorry, but we're having trouble processing a payment on this app. The user has not been charged for this transaction and has been asked to try again."},
		{Code: 2903, Text: "Cannot delete this test account", From: answers(graph.ErrKeepTestUser)},
		{Code: 2904, Text: "Cannot delete the OG Test User", From: answers(graph.ErrOpenGraphTestUser)},
		{Code: 3001, Text: "Invalid query"},
	}
}
