package access

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Viewer is who is asking: made new for every request from records that are
// never older than the request.
type Viewer struct {
	Kind      Kind
	Token     *Token            // nil for an app token
	App       *people.App       // always there
	Page      *people.Page      // of a Page token
	Instagram *people.Instagram // of an Instagram token
	Person    store.ID          // of a user token
	Granted   graph.Permissions // by whoever asked for the token
	Proved    bool              // a right appsecret_proof came along
	Client    bool              // the app token is one of a client without a secret
}

// Owner is the object whose scoped IDs the Viewer's own people have.
func (v *Viewer) Owner() store.ID {
	switch v.Kind {
	case PageToken:
		return v.Page.ID
	case InstagramToken:
		return v.Instagram.ID
	}
	return v.App.ID
}

// Has reports whether App Review gave the app f for such a person.
func (v *Viewer) Has(f graph.Feature, role graph.Role) bool { return Opens(v.App.Features[f], role) }

// Opens reports whether a level reaches a person with that role.
func Opens(l graph.Level, role graph.Role) bool {
	return l == graph.LevelAdvanced || l == graph.LevelStandard && role != graph.RoleNone
}
