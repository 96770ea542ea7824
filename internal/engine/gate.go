package engine

import (
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// A verdict is what one rung says: go on, answer {} or fail.
type verdict struct {
	ok    bool
	empty bool
	err   *graph.Error
	arg   string
	// detail is the small code of why, where the rung has several.
	detail journal.Detail
}

func pass(arg string) verdict                     { return verdict{ok: true, arg: arg} }
func refuse(err *graph.Error, arg string) verdict { return verdict{err: err, arg: arg} }
func emptied(arg string) verdict                  { return verdict{empty: true, arg: arg} }

// gate walks the node's ladder and stops at the first rung that does not hold.
// It reports whether there is anything to write; {} is no error. [doc user-profile]
func (e *Engine) gate(s *state, c *Call) (bool, error) {
	if s.viewer.Client && s.plan.deep {
		c.Ladder.Fail(journal.TokenKind, 0, "client")
		return false, graph.ErrNeedsAppToken
	}
	for _, rung := range s.plan.node.Ladder {
		v := e.check(rung, s, c)
		if v.ok {
			c.Ladder.Pass(rung, v.arg)
			continue
		}
		c.Ladder.Fail(rung, v.detail, v.arg)
		if v.empty {
			return false, nil
		}
		return false, v.err
	}
	if p := s.plan; p.broken != nil && p.rung == journal.Parameter {
		c.Ladder.Fail(p.rung, 0, p.arg)
		return false, p.broken
	}
	if err := s.checkFields(); err != nil {
		c.Ladder.Fail(journal.Parameter, 0, errorName(err))
		return false, err
	}
	return true, nil
}

// checkFields asks the fields that go by parameters whether they can.
func (s *state) checkFields() error {
	for i := range s.plan.items {
		if f := s.plan.items[i].field; f != nil && f.Check != nil {
			if err := f.Check(&s.row); err != nil {
				return err
			}
		}
	}
	return nil
}

// check asks one rung. This is the only place that knows what each means.
func (e *Engine) check(rung journal.Rung, s *state, c *Call) verdict {
	switch rung {
	case journal.Node:
		return e.checkAccess(s, c)
	case journal.AccountKind:
		return e.checkAccount(s, c)
	case journal.AppMode:
		return e.checkMode(s, c)
	case journal.Feature:
		return e.checkFeature(s, c)
	case journal.InstantGames:
		if s.viewer.Page != nil && s.viewer.Page.Instant {
			return refuse(graph.ErrInstantGames, "")
		}
	case journal.PhoneOnly:
		if s.row.Person.Account == people.PhoneOnly {
			return refuse(graph.ErrNoProfile, "")
		}
	case journal.Blocked:
		if s.row.Contact != nil && s.row.Contact.Blocked.On {
			return e.unavailable(s, c, e.opt.Knobs.InstagramBlocked)
		}
	case journal.Consent:
		return e.checkConsent(s, c)
	case journal.Syntax, journal.UnknownField:
		if s.plan.broken != nil && s.plan.rung == rung {
			return refuse(s.plan.broken, s.plan.arg)
		}
	case journal.UnapprovedField:
		return s.checkApproval()
	case journal.EUPicture:
		return s.checkEurope()
	case journal.Task:
		return s.checkTask()
	case journal.Permission:
		return e.checkPermission(s)
	}
	return pass("")
}

// checkAccess says who may read a public node, by the accesses it declares. Who a
// thing belongs to may write to it without the permission that reads it.
func (e *Engine) checkAccess(s *state, c *Call) verdict {
	a, v := s.target.node.Access, &s.viewer
	own := v.Page != nil && (v.Page.ID == s.target.id || v.Page.Instagram == s.target.id) || v.Instagram != nil && v.Instagram.ID == s.target.id
	ok := a&schema.AccessOwnToken != 0 && own ||
		a&schema.AccessOwnApp != 0 && v.App.ID == s.target.id ||
		a&schema.AccessTask != 0 && s.row.Tasks != 0 ||
		a&schema.AccessOwner != 0 && (s.owns() || c.Method != "GET" && s.row.Self) ||
		a&schema.AccessMember != 0 && (s.row.Self || v.App.Business == s.target.id) ||
		a&schema.AccessPublic != 0 && c.Method == "GET" && s.published() ||
		a&schema.AccessConnectedApp != 0 && v.Kind == access.AppToken && s.row.Page != nil && contains(s.row.Page.Apps, v.App.ID)
	switch {
	case !ok && a&schema.AccessPublic != 0 && c.Method == "GET" && s.row.Env.Reviewed(s.row.Version) && s.public():
		return s.reviewed()
	case !ok:
		return refuse(e.hidden(c), "")
	case s.row.Env.Realistic && c.Version != 0 && c.Version < c.Served && s.advertises():
		return refuse(graph.ErrOldAds, "")
	}
	return pass("")
}

// advertises reports whether the node belongs to the Marketing API, whose versions that
// are gone no later one answers for. [doc GP 3.5]
func (s *state) advertises() bool {
	need := s.target.node.Need
	return need != nil && need.Permissions(s.row.Version).Has(graph.AdsManagement)
}

// published reports whether everybody may read the node.
func (s *state) published() bool { return s.row.Env.Public(s.row.Version) && s.public() }

// public reports whether the node is a Page that is published, or a thing of one, and
// the token is none of a Page.
func (s *state) public() bool {
	page := s.row.Page
	if s.row.Thing != nil {
		page = s.holder
	}
	v := s.viewer.Kind
	return page != nil && (v == access.UserToken || v == access.AppToken) &&
		page.Parts.JSON("is_published") != "false" && s.row.Parts.JSON("is_published") != "false"
}

// reviewed asks the app for Page Public Content Access, and for its secret.
func (s *state) reviewed() verdict {
	switch v := &s.viewer; {
	case !v.Has(graph.PagePublicContentAccess, graph.RoleNone):
		return refuse(graph.ErrPageReview, graph.PagePublicContentAccess.String())
	case v.Kind == access.AppToken && !v.Client, v.Proved:
		return pass("")
	}
	return refuse(graph.ErrPageProof, "")
}

// owns reports whether a thing may be read by the Viewer: nobody's is public
// [guess], a person's takes the permission of its node type.
func (s *state) owns() bool {
	row, need := &s.row, s.target.node.Need
	switch {
	case row.Thing.Owner == 0:
		return true
	case need == nil:
		return row.Self || row.Install != nil && s.viewer.Kind == access.AppToken
	}
	return s.permitted(row, need) && (row.Self || s.viewer.Kind == access.AppToken)
}

func contains(ids []store.ID, id store.ID) bool {
	for _, i := range ids {
		if i == id {
			return true
		}
	}
	return false
}

// checkAccount refuses accounts that have no profile: guests of the chat plugin
// are not to be looked up [seen messenger samples], deactivated ones answer as
// if they were gone [guess], and the review bot matches nobody on Instagram.
func (e *Engine) checkAccount(s *state, c *Call) verdict {
	p := s.row.Person
	switch {
	case p.Account == people.ReviewBot && s.target.node.Space == store.SpaceIGSID:
		return refuse(graph.ErrNoInstagramUser, p.Account.String())
	case p.Account == people.Guest, p.Account == people.Deactivated, p.Account == people.ReviewBot:
		return refuse(e.hidden(c), p.Account.String())
	case s.row.Contact != nil && s.row.Contact.Deactivated.On:
		return refuse(e.hidden(c), people.Deactivated.String())
	case (s.target.node.Space == store.SpaceASID || s.target.node.Persons) && s.row.Install == nil && s.row.Role == graph.RoleNone:
		// A person who left the app is no longer visible to it. [guess]
		return refuse(e.hidden(c), "not in the app")
	}
	return pass(p.Account.String())
}

// checkMode hides people without a role from an app in development. A record of
// 2018 has 2018247 there for Messenger, later ones 100/33: a knob.
// [seen node-red-contrib-chatbot#234; guess]
func (e *Engine) checkMode(s *state, c *Call) verdict {
	switch {
	case s.viewer.App.Mode != graph.ModeDevelopment || s.row.Role != graph.RoleNone:
		return pass("")
	case s.target.node.Space == store.SpacePSID:
		return e.unavailable(s, c, e.opt.Knobs.Development)
	}
	return refuse(e.hidden(c), "")
}

// checkFeature asks business apps for the profile feature. [doc user-profile 2026]
func (e *Engine) checkFeature(s *state, c *Call) verdict {
	name := graph.BusinessAssetUserProfileAccess.String()
	if s.viewer.App.Type != graph.AppBusiness || !schema.ProfileFeature.Has(c.Served) ||
		s.viewer.Has(graph.BusinessAssetUserProfileAccess, s.row.Role) {
		return pass(name)
	}
	v := e.unavailable(s, c, e.opt.Knobs.NoFeature)
	v.arg = name
	return v
}

// checkConsent asks the one place that knows about consent.
func (e *Engine) checkConsent(s *state, c *Call) verdict {
	if s.plan.edge != nil && s.plan.edge.Free {
		return pass(s.plan.edge.Name)
	}
	v := consent.Decide(s.row.Contact, s.viewer.App.ID, s.row.Person.Account, s.consentEdition(), e.opt.Knobs, c.Now.UnixMicro())
	if v.Allowed {
		return pass(v.Event.String())
	}
	answer := refuse(graph.ErrConsent, "")
	if s.target.node.Space != store.SpaceIGSID {
		answer = e.unavailable(s, c, e.opt.Knobs.NoConsent)
	}
	answer.detail = v.Detail
	if v.Event != consent.NoEvent {
		answer.arg = v.Event.String()
	}
	return answer
}

func (s *state) consentEdition() consent.Edition {
	if s.target.node.Space == store.SpaceIGSID {
		return consent.Instagram
	}
	return s.row.Edition
}

// unavailable is a refusal whose form is a knob.
func (e *Engine) unavailable(s *state, c *Call, a consent.Answer) verdict {
	switch a {
	case consent.AnswerEmpty:
		return emptied("")
	case consent.Answer2018218:
		return refuse(graph.ErrNoProfile, "")
	case consent.Answer3:
		return refuse(graph.ErrNoCapability, "")
	case consent.Answer230:
		return refuse(graph.ErrConsent, "")
	case consent.Answer2018247:
		return refuse(graph.ErrUnapprovedField, "")
	}
	return refuse(e.hidden(c), "")
}

// checkApproval fails the whole call for one field that App Review or the
// Page's "Info About People" did not open. [seen remixz/messenger-bot#98]
func (s *state) checkApproval() verdict {
	for i := range s.plan.items {
		f := s.plan.items[i].field
		if f != nil && f.Need.Asks(s.row.Version) && !s.approved(f.Need) {
			return refuse(graph.ErrUnapprovedField, f.Name)
		}
	}
	return pass("")
}

func (s *state) approved(n *schema.Need) bool {
	need := n.Permissions(s.row.Version)
	v := &s.viewer
	if !need.Intersects(s.opened()) {
		return false
	}
	return n.Info < 0 || v.Page == nil || v.Page.Info[n.Info] == graph.Approved
}

// The rule on pictures of people in Europe held from 16 December 2020 until
// April 2021, by the server's clock. [seen botman/driver-facebook#113, doc D2]
var (
	europeFrom  = time.Date(2020, 12, 16, 0, 0, 0, 0, time.UTC).Unix()
	europeUntil = time.Date(2021, 4, 13, 0, 0, 0, 0, time.UTC).Unix()
)

func (s *state) europe() bool {
	now := s.row.Now.Unix()
	return now >= europeFrom && now < europeUntil &&
		(s.row.Person.Europe || s.viewer.Page != nil && s.viewer.Page.Europe)
}

func (s *state) checkEurope() verdict {
	if s.plan.asked && s.europe() && s.plan.wants("profile_pic") {
		return refuse(graph.ErrEuropePicture, "")
	}
	return pass("")
}

// opened are the permissions that the token carries and App Review opened: for
// everyone, or for people with a role. [doc access levels]
func (s *state) opened() graph.Permissions {
	open := s.viewer.App.Advanced
	if s.row.Role != graph.RoleNone {
		open = s.viewer.App.Standard
	}
	return s.viewer.Granted.And(open)
}

// checkTask asks the person behind a Page token for the node's task; a Page's
// own token, which no person asked for, may do everything. [doc instagram user-profile; answer guess]
func (s *state) checkTask() verdict {
	name := s.target.node.Task.String()
	if s.viewer.Kind == access.PageToken && s.viewer.Token.Person != 0 && !s.row.Tasks.Has(s.target.node.Task) {
		return refuse(graph.ErrNoPermission, name)
	}
	return pass(name)
}

// checkPermission asks for all permissions of the node. [doc instagram user-profile; answer guess]
func (e *Engine) checkPermission(s *state) verdict {
	if s.target.node.Space == store.SpacePSID {
		return e.checkMessaging(s)
	}
	asks := s.target.node.PageAsks
	if s.viewer.Kind == access.InstagramToken {
		asks = s.target.node.LoginAsks
	}
	have := s.opened()
	if have.Contains(asks) {
		return pass("")
	}
	for _, n := range asks.Names() {
		if p, _ := graph.ParsePermission(n); !have.Has(p) {
			return refuse(graph.ErrNoPermission, n)
		}
	}
	return pass("")
}

// checkMessaging asks for pages_messaging where a knob wants it: the profile
// documents ask for none, the refusal was recorded on the Send API. [guess]
func (e *Engine) checkMessaging(s *state) verdict {
	if e.opt.Knobs.NoMessaging != consent.AnswerOpen && s.viewer.Kind == access.PageToken && !s.opened().Has(graph.PagesMessaging) {
		return refuse(graph.ErrNoMessaging.Args(graph.PagesMessaging.String()), graph.PagesMessaging.String())
	}
	return pass("")
}
