package world

import "encoding/json"

type personLine struct {
	Handle           string                     `json:"handle"`
	Seed             string                     `json:"seed,omitempty"` // only if it does not follow from the handle
	Account          string                     `json:"account,omitempty"`
	DefaultShape     string                     `json:"default_shape,omitempty"`
	Europe           bool                       `json:"europe,omitempty"`
	Picture          string                     `json:"picture,omitempty"` // none or stored
	JPEG             []byte                     `json:"jpeg,omitempty"`
	Instagram        bool                       `json:"instagram,omitempty"`
	InstagramPicture string                     `json:"instagram_picture,omitempty"`
	Updated          int64                      `json:"updated,omitempty"` // seconds
	Fields           map[string]json.RawMessage `json:"fields,omitempty"`
	Audience         map[string]string          `json:"audience,omitempty"` // what is not public
	Partner          string                     `json:"significant_other,omitempty"`
	IDs              []idLine                   `json:"ids,omitempty"`
	Apps             []installLine              `json:"apps,omitempty"`
	Friends          []friendLine               `json:"friends,omitempty"` // those whose handle comes before
	Follows          []followLine               `json:"follows,omitempty"`
	FollowedBy       []followLine               `json:"followed_by,omitempty"`
	Contacts         []contactLine              `json:"contacts,omitempty"`
	History          []historyLine              `json:"history,omitempty"` // newest first
	Tokens           []tokenLine                `json:"tokens,omitempty"`
	Tickets          []ticketLine               `json:"tickets,omitempty"`
	Rest             []byte                     `json:"rest,omitempty"`
}

type installLine struct {
	App      string   `json:"app"`
	Granted  []string `json:"granted,omitempty"`
	Declined []string `json:"declined,omitempty"`
	Type     string   `json:"install_type,omitempty"`
	At       int64    `json:"at"`
	Rest     []byte   `json:"rest,omitempty"`
}

type friendLine struct {
	Person string `json:"person"`
	At     int64  `json:"at"`
}

type followLine struct {
	Instagram string `json:"instagram"`
	At        int64  `json:"at"`
}

// A contactLine is a consent.Contact. Its rest has the message IDs that were
// seen, which no other kith needs to read.
type contactLine struct {
	Page        string      `json:"page,omitempty"`
	Instagram   string      `json:"instagram,omitempty"`
	Time        int64       `json:"time"`
	Known       bool        `json:"known,omitempty"`
	Thread      bool        `json:"thread,omitempty"`
	PageFirst   bool        `json:"page_first,omitempty"`
	Guest       bool        `json:"guest,omitempty"`
	Erased      bool        `json:"erased,omitempty"`
	Seq         int64       `json:"seq,omitempty"`
	WindowUntil int64       `json:"window_until,omitempty"`
	Origin      *stampLine  `json:"origin,omitempty"`
	Revoked     *stampLine  `json:"revoked,omitempty"`
	Shut        *stampLine  `json:"shut,omitempty"`
	Blocked     *switchLine `json:"blocked,omitempty"`
	MessagesOff *switchLine `json:"messages_off,omitempty"`
	PageBanned  *switchLine `json:"page_banned,omitempty"`
	Deactivated *switchLine `json:"deactivated,omitempty"`
	Ad          *adLine     `json:"ad,omitempty"`
	Grants      []grantLine `json:"grants,omitempty"`
	Rest        []byte      `json:"rest,omitempty"`
}

type stampLine struct {
	Event string `json:"event"`
	At    int64  `json:"at"`
	Seq   int64  `json:"seq"`
}

type switchLine struct {
	On  bool  `json:"on"`
	At  int64 `json:"at"`
	Seq int64 `json:"seq"`
}

type adLine struct {
	ID     string `json:"ad_id,omitempty"`
	Source string `json:"source,omitempty"`
	Type   string `json:"type,omitempty"`
}

// A grantLine is what stands for one app. by has the stamp of each edition;
// editions with the same stamp share one.
type grantLine struct {
	App     string     `json:"app"`
	By      []byLine   `json:"by,omitempty"`
	Revoked *stampLine `json:"revoked,omitempty"`
}

type byLine struct {
	Editions []string `json:"editions"`
	stampLine
}

type historyLine struct {
	Page      string      `json:"page,omitempty"`
	Instagram string      `json:"instagram,omitempty"`
	App       string      `json:"app,omitempty"`
	Event     string      `json:"event"`
	At        int64       `json:"at"`
	Seq       int64       `json:"seq"`
	Text      string      `json:"text,omitempty"`
	Mid       string      `json:"mid,omitempty"`
	Gained    []AppAccess `json:"gained,omitempty"`
	Lost      []AppAccess `json:"lost,omitempty"`
	Rest      []byte      `json:"rest,omitempty"`
}

// A ticketLine is a messaging.Ticket; form and text are as a recipient has them.
type ticketLine struct {
	Page      string `json:"page,omitempty"`
	Instagram string `json:"instagram,omitempty"`
	Form      string `json:"form"`
	Text      string `json:"text"`
	At        int64  `json:"at"`
	Used      int64  `json:"used,omitempty"`
	Replied   int64  `json:"replied,omitempty"`
	Rest      []byte `json:"rest,omitempty"`
}
