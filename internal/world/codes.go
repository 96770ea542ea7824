package world

import (
	"context"

	"github.com/kithgraph/kith/internal/login"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A CodeSpec asks for the code that a login would give.
type CodeSpec struct {
	App string `json:"app"`
	// Person or Instagram logs in.
	Person    string `json:"person,omitempty"`
	Instagram string `json:"instagram,omitempty"`
	// Permissions are granted by it, Declined are not.
	Permissions []string `json:"permissions,omitempty"`
	Declined    []string `json:"declined,omitempty"`
	RedirectURI string   `json:"redirect_uri"`
	// Challenge is a code_challenge of PKCE, by S256.
	Challenge string `json:"code_challenge,omitempty"`
	// UserCode is what a device shows: the person logs in there, or, with Decline, does
	// not, and no code is made.
	UserCode string `json:"user_code,omitempty"`
	Decline  bool   `json:"decline,omitempty"`
}

// Code lets an app in as the login page does, and returns the code the app would
// get, none for a device.
func (b *Builder) Code(ctx context.Context, spec CodeSpec) (code string, err error) {
	var ask *login.Ask
	err = b.opt.DB.Update(ctx, func(tx *store.Tx) (err error) {
		ask = &login.Ask{}
		if spec.UserCode != "" {
			return b.connect(ctx, tx, spec, ask)
		}
		if ask, err = askFor(ctx, &tx.Reader, spec); err != nil {
			return err
		}
		code, err = b.opt.Desk.Code(ctx, tx, ask, b.opt.Now())
		return err
	})
	if err == nil {
		b.opt.Outbox.Wake(ask.Told)
	}
	return code, err
}

// connect answers a device for a person.
func (b *Builder) connect(ctx context.Context, tx *store.Tx, spec CodeSpec, ask *login.Ask) error {
	code, err := login.DeviceCode(ctx, &tx.Reader, spec.UserCode, b.opt.Now())
	if err != nil {
		return err
	}
	if code == nil {
		return bad("", "no device waits with that code")
	}
	if spec.Decline {
		return b.opt.Desk.Connect(ctx, tx, code, nil, b.opt.Now())
	}
	if ask.App, err = login.AppOf(ctx, &tx.Reader, code); err != nil {
		return err
	}
	if ask.Person, err = findPerson(ctx, &tx.Reader, spec.Person, nil, ask.App); err != nil {
		return err
	}
	if err := mayLogIn(ctx, &tx.Reader, ask); err != nil {
		return err
	}
	if ask.Declined, err = parsePermissions(spec.Declined); err != nil {
		return err
	}
	ask.Granted = code.Granted.Minus(ask.Declined)
	if spec.Permissions != nil {
		if ask.Granted, err = parsePermissions(spec.Permissions); err != nil {
			return err
		}
		ask.Granted = ask.Granted.And(code.Granted)
	}
	return b.opt.Desk.Connect(ctx, tx, code, ask, b.opt.Now())
}

func askFor(ctx context.Context, r *store.Reader, spec CodeSpec) (*login.Ask, error) {
	ask := &login.Ask{Redirect: spec.RedirectURI, Challenge: spec.Challenge}
	var err error
	if (spec.Person == "") == (spec.Instagram == "") {
		return nil, bad("", "a login is of one of person and instagram")
	}
	if spec.RedirectURI == "" {
		return nil, bad("", "a code goes with its redirect_uri")
	}
	if ask.App, err = findApp(ctx, r, spec.App); err != nil {
		return nil, err
	}
	if ask.Granted, err = parsePermissions(spec.Permissions); err != nil {
		return nil, err
	}
	if ask.Declined, err = parsePermissions(spec.Declined); err != nil {
		return nil, err
	}
	if spec.Instagram != "" {
		ask.Account, err = findInstagram(ctx, r, spec.Instagram)
		return ask, err
	}
	if ask.Person, err = findPerson(ctx, r, spec.Person, nil, ask.App); err != nil {
		return nil, err
	}
	return ask, mayLogIn(ctx, r, ask)
}

func mayLogIn(ctx context.Context, r *store.Reader, ask *login.Ask) error {
	may, err := login.MayLogIn(ctx, r, ask.App, ask.Person)
	if err == nil && !may {
		err = bad("", "%s cannot log in to %s: that takes an account on Facebook, and a role while the app is in development", ask.Person.Handle, ask.App.Handle)
	}
	return err
}

// Logins lists who may be chosen on a login page: people with an account of
// their own, or Instagram accounts, in order of their handles.
func (b *Builder) Logins(ctx context.Context, instagram bool, most int) (out []login.Choice, err error) {
	kind := personKind
	if instagram {
		kind = instagramKind
	}
	err = b.opt.DB.View(ctx, func(r *store.Reader) error {
		out = nil
		list, err := handles(ctx, r, most, kind)
		if err != nil {
			return err
		}
		var rs store.ReadSet
		for _, h := range list {
			rs.Object(h.id)
		}
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		for i, h := range list {
			if p, ok := record[*people.Person](rs.GotObject(i)); ok && p.Account == people.Facebook {
				out = append(out, login.Choice{ID: h.id, Handle: h.handle, Name: login.NameOf(p)})
			}
			if a, ok := record[*people.Instagram](rs.GotObject(i)); ok {
				out = append(out, login.Choice{ID: h.id, Handle: h.handle, Name: a.Username})
			}
		}
		return nil
	})
	return out, err
}

// FindLogin finds who is chosen by a handle, zero for nobody.
func (b *Builder) FindLogin(ctx context.Context, r *store.Reader, instagram bool, handle string) (store.ID, error) {
	kind := personKind
	if instagram {
		kind = instagramKind
	}
	return r.Resolve(ctx, store.SpaceHandle, kind+"/"+handle)
}
