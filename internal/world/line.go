package world

import "encoding/json"

// A line is one line of JSON Lines: exactly one member is set. Times are unix
// microseconds unless a name says otherwise; people, places and apps are named
// by their handles. The rest members are what a newer kith wrote, as base64.
type line struct {
	Business  *businessLine  `json:"business,omitempty"`
	App       *appLine       `json:"app,omitempty"`
	Page      *pageLine      `json:"page,omitempty"`
	Instagram *instagramLine `json:"instagram,omitempty"`
	Person    *personLine    `json:"person,omitempty"`
	Thing     *thingLine     `json:"thing,omitempty"`
	Edge      *edgeLine      `json:"edge,omitempty"`
	Audience  *audienceLine  `json:"audience,omitempty"`
	Tombstone *tombstoneLine `json:"tombstone,omitempty"`
	File      *fileLine      `json:"file,omitempty"`
	Piece     *pieceLine     `json:"piece,omitempty"`
}

type businessLine struct {
	Handle string     `json:"handle"`
	ID     string     `json:"id"`
	Name   string     `json:"name,omitempty"`
	Parts  []partLine `json:"parts,omitempty"`
	Rest   []byte     `json:"rest,omitempty"`
}

type appLine struct {
	Handle         string             `json:"handle"`
	ID             string             `json:"id"`
	Name           string             `json:"name,omitempty"`
	Secret         string             `json:"secret,omitempty"`
	Type           string             `json:"type"`
	Mode           string             `json:"mode"`
	RequireProof   bool               `json:"require_proof,omitempty"`
	DefaultVersion string             `json:"default_version,omitempty"`
	MinimumVersion string             `json:"minimum_version,omitempty"`
	Created        int64              `json:"created,omitempty"` // seconds
	ProfileEdition int                `json:"profile_edition,omitempty"`
	ActiveUsers    int64              `json:"active_users,omitempty"`
	Business       string             `json:"business,omitempty"`
	Deleted        bool               `json:"deleted,omitempty"`
	Category       string             `json:"category,omitempty"`
	Link           string             `json:"link,omitempty"`
	Namespace      string             `json:"namespace,omitempty"`
	Redirects      []string           `json:"redirect_uris,omitempty"`
	DeauthURL      string             `json:"deauth_callback_url,omitempty"`
	DeletionURL    string             `json:"data_deletion_url,omitempty"`
	Subscriptions  []subscriptionLine `json:"subscriptions,omitempty"`
	Review         map[string]string  `json:"review,omitempty"` // what is not none
	Roles          []roleLine         `json:"roles,omitempty"`
	Parts          []partLine         `json:"parts,omitempty"`
	Rest           []byte             `json:"rest,omitempty"`
}

type roleLine struct {
	Person string `json:"person"`
	Role   string `json:"role"`
	At     int64  `json:"at"`
}

type pageLine struct {
	Handle       string                     `json:"handle"`
	ID           string                     `json:"id"`
	Name         string                     `json:"name,omitempty"`
	Username     string                     `json:"username,omitempty"`
	Category     string                     `json:"category,omitempty"`
	About        string                     `json:"about,omitempty"`
	Website      string                     `json:"website,omitempty"`
	Phone        string                     `json:"phone,omitempty"`
	Link         string                     `json:"link,omitempty"`
	FanCount     int64                      `json:"fan_count,omitempty"`
	EngagedUsers int64                      `json:"engaged_users,omitempty"`
	Verified     bool                       `json:"verified,omitempty"`
	Apps         []string                   `json:"apps,omitempty"`
	Business     string                     `json:"business,omitempty"`
	Instagram    string                     `json:"instagram,omitempty"`
	InstantGames bool                       `json:"instant_games,omitempty"`
	Europe       bool                       `json:"europe,omitempty"`
	Primary      string                     `json:"primary_receiver,omitempty"`
	DefaultApp   string                     `json:"default_app,omitempty"`
	Info         map[string]string          `json:"info_about_people,omitempty"`
	Profile      map[string]json.RawMessage `json:"messenger_profile,omitempty"`
	Tasks        []tasksLine                `json:"tasks,omitempty"`
	Tokens       []tokenLine                `json:"tokens,omitempty"`
	Parts        []partLine                 `json:"parts,omitempty"`
	Rest         []byte                     `json:"rest,omitempty"`
}

type tasksLine struct {
	Person string   `json:"person"`
	Tasks  []string `json:"tasks"`
	At     int64    `json:"at"`
}

type instagramLine struct {
	Handle   string                     `json:"handle"`
	ID       string                     `json:"id"`
	Username string                     `json:"username,omitempty"`
	Name     string                     `json:"name,omitempty"`
	Apps     []string                   `json:"apps,omitempty"`
	Primary  string                     `json:"primary_receiver,omitempty"`
	Default  string                     `json:"default_app,omitempty"`
	Profile  map[string]json.RawMessage `json:"messenger_profile,omitempty"`
	Tokens   []tokenLine                `json:"tokens,omitempty"`
	Parts    []partLine                 `json:"parts,omitempty"`
	Rest     []byte                     `json:"rest,omitempty"`
}

// A tokenLine is a token by the hex SHA-256 of its text.
type tokenLine struct {
	Hash     string   `json:"hash"`
	App      string   `json:"app"`
	Person   string   `json:"person,omitempty"` // of a Page or Instagram token
	Granted  []string `json:"granted,omitempty"`
	Issued   int64    `json:"issued,omitempty"`  // seconds
	Expires  int64    `json:"expires,omitempty"` // seconds
	Reason   string   `json:"reason,omitempty"`
	Explicit bool     `json:"explicit,omitempty"`
	Long     bool     `json:"long_lived,omitempty"`
	Data     int64    `json:"data_access_expires,omitempty"` // seconds
	Rest     []byte   `json:"rest,omitempty"`
}

// A tombstoneLine has the dead IDs of an erased person, and the hash that keeps
// the handle's next owner apart.
type tombstoneLine struct {
	IDs   []idLine `json:"ids"`
	Grave string   `json:"grave,omitempty"`
}

// An idLine is a scoped ID with whose it is: one of the three is set.
type idLine struct {
	Page      string `json:"page,omitempty"`
	Instagram string `json:"instagram,omitempty"`
	App       string `json:"app,omitempty"`
	ID        string `json:"id"`
}
