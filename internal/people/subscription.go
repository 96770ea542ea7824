package people

import (
	"slices"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

// A Subscription is what an app wants to be told of one type of object, and where.
type Subscription struct {
	Object string // page, instagram, user, permissions
	URL    string
	// Token is what the app's own address was asked with when it was verified.
	Token  string
	Fields []string
	// Values says that the new values come along, for objects that have both forms.
	Values bool
	// Version is the one in which the app subscribed, zero for the app's own.
	Version graph.Version
	rest    []store.Field
}

// Has reports whether it is for a field.
func (s *Subscription) Has(field string) bool { return slices.Contains(s.Fields, field) }

// Tags of a subscription inside an app's record: only appended.
const (
	tagSubObject  = 1
	tagSubURL     = 2
	tagSubToken   = 3
	tagSubField   = 4 // repeated
	tagSubValues  = 5
	tagSubVersion = 6
)

func (s *Subscription) encode() string {
	var e Encoder
	e.Text(tagSubObject, s.Object)
	e.Text(tagSubURL, s.URL)
	e.Text(tagSubToken, s.Token)
	for _, f := range s.Fields {
		e.Text(tagSubField, f)
	}
	e.Flag(tagSubValues, s.Values)
	e.Int(tagSubVersion, int64(s.Version))
	e.Keep(s.rest)
	return string(e.Bytes())
}

func decodeSubscription(data []byte) (s Subscription, err error) {
	fields, err := store.ParseRecord(data)
	for _, f := range fields {
		switch f.Tag {
		case tagSubObject:
			s.Object = FieldText(f)
		case tagSubURL:
			s.URL = FieldText(f)
		case tagSubToken:
			s.Token = FieldText(f)
		case tagSubField:
			s.Fields = append(s.Fields, FieldText(f))
		case tagSubValues:
			s.Values = true
		case tagSubVersion:
			s.Version = graph.Version(FieldInt(f))
		default:
			s.rest = append(s.rest, keep(f))
		}
	}
	return s, err
}

// Subscription is what the app subscribed to of an object, nil for nothing.
func (a *App) Subscription(object string) *Subscription {
	for i := range a.Subscriptions {
		if a.Subscriptions[i].Object == object {
			return &a.Subscriptions[i]
		}
	}
	return nil
}

// Subscribe puts a subscription in the place of the one of its object. It changes
// the receiver, never the list of an app that was read and is shared.
func (a *App) Subscribe(s Subscription) {
	list := slices.Clone(a.Subscriptions)
	i := slices.IndexFunc(list, func(old Subscription) bool { return old.Object == s.Object })
	if i < 0 {
		i, list = len(list), append(list, s)
	}
	s.rest = list[i].rest
	list[i] = s
	a.Subscriptions = list
}

// Unsubscribe takes fields off the subscription of an object, or all of it where
// none are named or none are left; an empty object means every one.
func (a *App) Unsubscribe(object string, fields []string) {
	list := slices.Clone(a.Subscriptions)
	a.Subscriptions = slices.DeleteFunc(list, func(s Subscription) bool { return object == "" || s.Object == object && len(fields) == 0 })
	for i := range a.Subscriptions {
		if s := &a.Subscriptions[i]; s.Object == object {
			s.Fields = slices.DeleteFunc(slices.Clone(s.Fields), func(f string) bool { return slices.Contains(fields, f) })
		}
	}
	a.Subscriptions = slices.DeleteFunc(a.Subscriptions, func(s Subscription) bool { return len(s.Fields) == 0 })
}
