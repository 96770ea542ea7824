package messaging

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what a person sends along. [own]
const (
	MostAttachments = 30
	maxAttached     = 4096
	maxAddress      = 2048
)

// Unsupported is the type of what the platform does not pass on.
const Unsupported = "unsupported_type"

// StoryMention is the type of the attachment that is the story in which an account was
// mentioned.
const StoryMention = "story_mention"

// attachmentTypes are what a person can send. [doc messages, instagram webhooks]
func attachmentTypes(instagram bool) []string {
	if instagram {
		return []string{"image", "video", "audio", "file", "share", StoryMention, "ig_post", "ig_reel", "reel", "story", "ig_story", LikeHeart, Unsupported}
	}
	return []string{"image", "audio", "video", "file", "location", "fallback", "template"}
}

// ParseAttachment reads the short form of what a person sends along: a type, an equals
// sign and the URL; for a location two numbers, for a sticker its ID and, behind a
// comma, the URL.
func ParseAttachment(text string, instagram bool) (a Attachment, err error) {
	kind, what, _ := strings.Cut(text, "=")
	payload := map[string]any{}
	switch {
	case kind == "location" && !instagram:
		lat, long, _ := strings.Cut(what, ",")
		x, err := strconv.ParseFloat(lat, 64)
		y, err2 := strconv.ParseFloat(long, 64)
		if err != nil || err2 != nil || !(x >= -90 && x <= 90) || !(y >= -180 && y <= 180) {
			return a, fmt.Errorf("%q is no place on the map: write location=52.52,13.40", what)
		}
		a.Title = "Pinned Location" // [doc messages; guess]
		payload["coordinates"] = map[string]float64{"lat": x, "long": y}
	case kind == "sticker" && !instagram:
		id, address, _ := strings.Cut(what, ",")
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || n <= 0 {
			return a, fmt.Errorf("%q is no sticker: write sticker=369239263222822,https://...", what)
		}
		kind, payload["sticker_id"] = "image", n // [doc messages]
		payload["url"] = address
	case (kind == LikeHeart || kind == Unsupported) && what == "":
	default:
		payload["url"] = what
	}
	a.Type = kind
	if len(payload) > 0 {
		if a.Payload, err = json.Marshal(payload); err != nil {
			return a, err
		}
	}
	return a, a.Check(instagram)
}

// Check says what is wrong with something that a person sends along.
func (a *Attachment) Check(instagram bool) error {
	if known := attachmentTypes(instagram); !slices.Contains(known, a.Type) {
		return fmt.Errorf("unknown type of attachment %q: %s", a.Type, strings.Join(known, ", "))
	}
	if a.File != nil {
		return fmt.Errorf("a file is named by what it is attached from")
	}
	if len(a.Payload)+len(a.Title)+len(a.URL) > maxAttached {
		return fmt.Errorf("an attachment takes up to %d bytes", maxAttached)
	}
	var p struct {
		URL         *string          `json:"url"`
		Coordinates *json.RawMessage `json:"coordinates"`
	}
	if len(a.Payload) > 0 && json.Unmarshal(a.Payload, &p) != nil {
		return fmt.Errorf("the payload of an attachment is an object")
	}
	switch a.Type {
	case LikeHeart, Unsupported, "template", "fallback":
		return nil
	case "location":
		if p.Coordinates == nil {
			return fmt.Errorf("the payload of a location has coordinates")
		}
		return nil
	}
	if p.URL == nil {
		return fmt.Errorf("the payload of attachment %s has a url", a.Type)
	}
	u, err := url.Parse(*p.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(*p.URL) > maxAddress {
		return fmt.Errorf("%q is no address of attachment %s", *p.URL, a.Type)
	}
	return nil
}

// Sticker is the number of a sticker, empty for what is none.
func (a *Attachment) Sticker() string {
	var p struct {
		ID json.Number `json:"sticker_id"`
	}
	if a.Type != "image" || json.Unmarshal(a.Payload, &p) != nil {
		return ""
	}
	return p.ID.String()
}

// Address is the URL of what was sent along, empty for none.
func (a *Attachment) Address() string {
	var p struct {
		URL string `json:"url"`
	}
	_ = json.Unmarshal(a.Payload, &p) // without one there is none
	return p.URL
}

// Link is the address of what was shared, empty for what is no link.
func (a *Attachment) Link() string {
	switch a.Type {
	case "share", "ig_post", "ig_reel", "reel", "fallback":
		return cmp.Or(a.URL, a.Address())
	}
	return ""
}
