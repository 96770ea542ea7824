package population

import (
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

// A Life is one person with everything that is told with them.
type Life struct {
	Person   int
	Record   *people.Person // without ID, seed and significant other
	Partner  int            // -1 for none
	Friends  []Friend
	Installs []Install
	Contacts []Contact
	Nodes    []Node
	Edges    []Edge
	Uploads  []Upload
}

// An Install is what a person lets an app know.
type Install struct {
	App               int
	Granted, Declined graph.Permissions
	Type              string // empty for unsaid
	At                int64
}

// Life makes person i, one of 0..Size()-1.
func (p *Population) Life(i int) *Life {
	t := p.townOf(i)
	m := p.member(&t, i)
	l := &Life{Person: i, Record: p.profile(&t, &m), Partner: -1}
	if p.plan.Profile {
		l.Contacts = p.contacts(&m, false)
		return l
	}
	l.Partner = m.partner()
	p.details(&t, &m, l.Record)
	p.tastes(&m, l.Record)
	work := p.study(&t, &m, l.Record)
	l.Friends = p.friends(&t, &m)
	l.Installs = p.installs(&m)
	l.Contacts = p.contacts(&m, l.Record.Instagram)
	l.Edges = p.likes(&t, &m, &work)
	if kin := p.relatives(&t, &m); len(kin) > 0 {
		l.Edges = append(l.Edges, Edge{Of: Ref{Person, int64(i)}, Name: "family", Items: kin})
	}
	w := &made{p: p, m: &m, d: p.dice(ofLife, int64(i)), pals: l.Friends}
	w.posts()
	w.albums()
	w.lists()
	w.games(l.Installs)
	w.told()
	w.about()
	w.tools()
	w.purse()
	w.invited()
	l.Uploads = w.runs()
	l.Nodes, l.Edges = w.nodes, append(l.Edges, w.edges...)
	return l
}

// installs are the apps a person uses. Who runs a business uses the one for
// advertisers.
func (p *Population) installs(m *member) (list []Install) {
	d := p.dice(ofInstalls, int64(m.i))
	basic := graph.PermissionSet(graph.PublicProfile)
	for _, a := range []struct {
		app, percent int
		asks         []graph.Permission
	}{
		{appSocial, 45, []graph.Permission{graph.Email, graph.UserFriends, graph.UserBirthday, graph.UserLikes, graph.UserPhotos, graph.UserPosts,
			graph.UserEvents, graph.UserManagedGroups, graph.UserEducationHistory, graph.UserWorkHistory, graph.UserHometown, graph.UserLocation,
			graph.UserRelationships, graph.UserVideos, graph.UserTaggedPlaces, graph.ReadCustomFriendlists}},
		{appArcade, 20, []graph.Permission{graph.Email, graph.UserFriends, graph.UserGamesActivity}},
		{appAds, 0, []graph.Permission{graph.Email, graph.AdsManagement, graph.AdsRead, graph.BusinessManagement, graph.ManagePages, graph.PagesShowList}},
	} {
		runs := p.townOf(m.i).begin == m.i
		if runs && a.app != appArcade || d.happens(a.percent) {
			list = append(list, p.install(&d, m, a.app, basic, a.asks, runs))
		}
	}
	return list
}

// install grants most of what an app asks for, or all.
func (p *Population) install(d *dice, m *member, app int, basic graph.Permissions, asks []graph.Permission, all bool) Install {
	in := Install{App: app, Granted: basic, At: p.lately(d, m, 3*365)}
	if d.happens(50) {
		in.Type = "FACEBOOK"
	}
	careful := !all && d.happens(30)
	for _, perm := range asks {
		if careful && d.happens(40) {
			in.Declined = in.Declined.With(perm)
			continue
		}
		in.Granted = in.Granted.With(perm)
	}
	return in
}
