package schema

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A Call is one write on its way, inside its transaction.
type Call struct {
	Tx     *store.Tx
	Viewer *access.Viewer
	// Node and ID are what the path named, Row what a read would know of it.
	Node *Node
	ID   store.ID
	Row  *Row
	Op   *Operation
	Args Args
	Now  time.Time
	*Services
	// After run once the transaction is durable.
	After []func()
	// Part is the how many-th transaction of the call this is, from zero, where an
	// answer said that there is more. Memo is kept from part to part, for what
	// follows from the parameters alone.
	Part int
	Memo *any
	// Hold is graph.In's: what is in memory besides the body is asked for.
	Hold func(bytes int) error
}

// Micros is now for an association.
func (c *Call) Micros() int64 { return max(c.Now.UnixMicro(), 1) }

// An Answer is what a write says. The zero Answer is success.
type Answer struct {
	// Created is the ID of what was made.
	Created string
	// Body is the whole answer, where it has another form.
	Body []byte
	// More says that the rest takes another transaction.
	More bool
}

// Services are what a write may ask of the rest of kith; app fills them.
type Services struct {
	// Act lets a person do something that worlds know already.
	Act func(ctx context.Context, c *Call, d Deed) (token string, err error)
	// Send lets a Page or account write to a person.
	Send func(ctx context.Context, c *Call, p *people.Person, said Outgoing) (Sent, error)
	// Control changes which app has control of a conversation.
	Control func(ctx context.Context, c *Call, p *people.Person, digits string, k Control) error
	// Unlink ends that a person's account is linked to the Page.
	Unlink func(ctx context.Context, c *Call, p *people.Person, digits string) error
	// Changed tells the apps of a person what a write changes of them.
	Changed func(ctx context.Context, c *Call, before, now *people.Person) error
	// Newcomer makes a person who was not there, with a handle that begins with
	// prefix and has a number from n on; it sets ID, handle and seed.
	Newcomer func(ctx context.Context, c *Call, p *people.Person, prefix string, n int) error
	// Fetch brings a file that is named by its address; nil where that is passed on as
	// it is. Errors are *graph.Error.
	Fetch func(ctx context.Context, f Fetch) (*graph.File, error)
	// Verify asks an address of an app whether it wants to be told: the error says
	// why not, in words for the app.
	Verify func(ctx context.Context, address, token, challenge string) error
}

// A Fetch is a file that is named by its address: of which Type it is said to be, and how
// many bytes it may have.
type Fetch struct {
	Address, Type string
	Most          int64
	Hold          func(bytes int) error
}

// An Outgoing is what a Page or account says: a message, or an action alone.
type Outgoing struct {
	Action, Text, Metadata, ReplyTo string
	// Mid is the message that an action is about, Reaction what it says of it.
	Mid, Reaction string
	// Attachments and QuickReplies are lists in JSON, nil for none.
	Attachments, QuickReplies []byte
	// Instagram says that it is the account's, which may be linked to the Page that
	// was named.
	Instagram bool
	// Digits is the ID that the place has of the person; empty where they were named
	// in another Form, by the member of recipient, which led to a Ticket or to none.
	Digits, Form string
	Ticket       store.ID
	// Persona is the ID of the one under which the Page says it, empty for none.
	Persona string
	// Control is what is done with the control of the conversation afterwards.
	Control *Control
}

// A Sent is what became of it: the ID that the place has of the person, and that of the
// message, empty for an action alone.
type Sent struct {
	Recipient, Mid string
}

// A Control is what an app does with the control of a conversation: pass it to the app
// Target, take, request, release or extend it, the latter by Seconds from now.
type Control struct {
	Do, Target, Metadata string
	Seconds              int64
	Instagram            bool // as that of an Outgoing
}

// A Deed is what a person does: befriend, install, decline, revoke, delete,
// page_ban, page_unban. Who is not part of it is nil.
type Deed struct {
	Event       string
	Person      *people.Person
	Friend      *people.Person
	App         *people.App
	Page        *people.Page
	Instagram   *people.Instagram
	Permissions graph.Permissions
}

// An Arg is a decoded parameter: Text of texts, IDs, enums and URLs, JSON of
// objects and lists, Int of numbers, booleans and times.
type Arg struct {
	Name  string
	Text  string
	Int   int64
	Float float64
	List  []Arg
	Args  Args // the members of an object that are declared
	File  *graph.File
}

// Args are the decoded parameters of a call, in the order they are declared.
type Args []Arg

// Find returns a parameter by name, nil where it was not given.
func (a Args) Find(name string) *Arg {
	for i := range a {
		if a[i].Name == name {
			return &a[i]
		}
	}
	return nil
}

// Text is a text, empty where it was not given.
func (a Args) Text(name string) string {
	if v := a.Find(name); v != nil {
		return v.Text
	}
	return ""
}

// File is a file, nil where none was sent.
func (a Args) File(name string) *graph.File {
	if v := a.Find(name); v != nil {
		return v.File
	}
	return nil
}

// Bool is a boolean, or what it is without being given.
func (a Args) Bool(name string, otherwise bool) bool {
	if v := a.Find(name); v != nil {
		return v.Int != 0
	}
	return otherwise
}
