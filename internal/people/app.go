package people

import (
	"fmt"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// An App is a client of the Graph, with what App Review gave it.
type App struct {
	ID       store.ID
	PublicID string
	Handle   string
	Name     string
	Secret   string
	// Sealed is the secret as the store keeps it, of an app that was read.
	Sealed []byte
	Type   graph.AppType
	Mode   graph.AppMode
	// RequireProof is the setting "Require App Secret". [doc secure-requests]
	RequireProof bool
	// DefaultVersion serves unversioned paths; zero means the server's default.
	DefaultVersion graph.Version
	// MinimumVersion is the oldest that serves the app under versions.policy
	// realistic; zero: none.
	MinimumVersion graph.Version
	// Created is when the app was made, in seconds since 1970; zero: before anything
	// was taken from new apps.
	Created int64
	// Edition overrides what the version says: 0 auto, 2016, 2018, 2026.
	Edition  int
	Business store.ID
	// Standard and Advanced are the permissions App Review opened; Advanced
	// ones are in both sets.
	Standard, Advanced graph.Permissions
	Features           [graph.FeatureCount]graph.Level
	Deleted            bool
	Category           string
	Link               string
	Namespace          string
	// Redirects are where a login may lead back to, byte for byte.
	Redirects []string
	// DeauthURL and DeletionURL are told when a person removes the app, and when one
	// wants their data deleted; empty: nobody is.
	DeauthURL, DeletionURL string
	// Subscriptions are what the app is told of besides, one for each type of object.
	Subscriptions []Subscription

	// ActiveUsers are how many people use the app in a day, as rate limits count
	// them; zero: those who use it are counted.
	ActiveUsers int64

	// Parts are fields that nothing in kith decides by.
	Parts Parts
	rest  []store.Field
}

// Level returns how far App Review opened a permission.
func (a *App) Level(p graph.Permission) graph.Level {
	switch {
	case a.Advanced.Has(p):
		return graph.LevelAdvanced
	case a.Standard.Has(p):
		return graph.LevelStandard
	}
	return graph.LevelNone
}

// SetLevel is for building records.
func (a *App) SetLevel(p graph.Permission, l graph.Level) {
	a.Standard, a.Advanced = a.Standard.Without(p), a.Advanced.Without(p)
	if l >= graph.LevelStandard {
		a.Standard = a.Standard.With(p)
	}
	if l >= graph.LevelAdvanced {
		a.Advanced = a.Advanced.With(p)
	}
}

// Encode returns the app's record, with the secret as seal made it.
func (a *App) Encode(seal func(owner, secret string) []byte) []byte {
	var e Encoder
	e.Text(tagPublicID, a.PublicID)
	e.Text(tagHandle, a.Handle)
	e.Text(tagName, a.Name)
	if a.Secret != "" {
		e.Text(tagSecret, string(seal(a.PublicID, a.Secret)))
	}
	e.Int(tagType, int64(a.Type))
	e.Int(tagMode, int64(a.Mode))
	e.Flag(tagProof, a.RequireProof)
	e.Int(tagVersion, int64(a.DefaultVersion))
	e.Int(tagEdition, int64(a.Edition))
	e.Int(tagBusiness, int64(a.Business))
	e.Permissions(tagStandard, a.Standard)
	e.Permissions(tagAdvanced, a.Advanced)
	for f, l := range a.Features {
		if l != graph.LevelNone {
			e.Int(tagFeature, int64(f)<<8|int64(l))
		}
	}
	e.Flag(tagDeleted, a.Deleted)
	e.Text(tagCategory, a.Category)
	e.Text(tagLink, a.Link)
	e.Text(tagNamespace, a.Namespace)
	e.Int(tagMinimum, int64(a.MinimumVersion))
	e.Int(tagAt, a.Created)
	for _, uri := range a.Redirects {
		e.Text(tagRedirect, uri)
	}
	e.Int(tagActiveUsers, a.ActiveUsers)
	e.Text(tagDeauthURL, a.DeauthURL)
	e.Text(tagDeletionURL, a.DeletionURL)
	for i := range a.Subscriptions {
		e.Text(tagSubscription, a.Subscriptions[i].encode())
	}
	e.Parts(a.Parts)
	e.Keep(a.rest)
	return e.Bytes()
}

// DecodeApp reads an app's record; its secret stays sealed.
func DecodeApp(id store.ID, data []byte) (*App, error) {
	fields, err := store.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("app record: %w", err)
	}
	a := &App{ID: id}
	for _, f := range fields {
		switch f.Tag {
		case tagPublicID:
			a.PublicID = FieldText(f)
		case tagHandle:
			a.Handle = FieldText(f)
		case tagName:
			a.Name = FieldText(f)
		case tagSecret:
			a.Sealed = append([]byte(nil), f.Val...)
		case tagType:
			a.Type = graph.AppType(FieldInt(f))
		case tagMode:
			a.Mode = graph.AppMode(FieldInt(f))
		case tagProof:
			a.RequireProof = true
		case tagVersion:
			a.DefaultVersion = graph.Version(FieldInt(f))
		case tagEdition:
			a.Edition = int(FieldInt(f))
		case tagBusiness:
			a.Business = store.ID(FieldInt(f))
		case tagStandard:
			a.Standard = FieldPermissions(f)
		case tagAdvanced:
			a.Advanced = FieldPermissions(f)
		case tagFeature:
			if n := FieldInt(f); int(n>>8) < len(a.Features) && n >= 0 {
				a.Features[n>>8] = graph.Level(n & 0xff)
			}
		case tagDeleted:
			a.Deleted = true
		case tagCategory:
			a.Category = FieldText(f)
		case tagLink:
			a.Link = FieldText(f)
		case tagNamespace:
			a.Namespace = FieldText(f)
		case tagMinimum:
			a.MinimumVersion = graph.Version(FieldInt(f))
		case tagAt:
			a.Created = FieldInt(f)
		case tagRedirect:
			a.Redirects = append(a.Redirects, FieldText(f))
		case tagActiveUsers:
			a.ActiveUsers = FieldInt(f)
		case tagDeauthURL:
			a.DeauthURL = FieldText(f)
		case tagDeletionURL:
			a.DeletionURL = FieldText(f)
		case tagSubscription:
			s, err := decodeSubscription(f.Val)
			if err != nil {
				return nil, fmt.Errorf("app record: %w", err)
			}
			a.Subscriptions = append(a.Subscriptions, s)
		default:
			if part, ok := decodePart(f); ok {
				a.Parts = append(a.Parts, part)
				continue
			}
			a.rest = append(a.rest, keep(f))
		}
	}
	return a, nil
}

func keep(f store.Field) store.Field {
	return store.Field{Tag: f.Tag, Val: append([]byte(nil), f.Val...)}
}
