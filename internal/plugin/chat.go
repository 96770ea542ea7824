package plugin

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/consent"
)

// beGuest begins a chat of somebody without an account: a person of the world who is
// made for it. [doc guest chat; that each chat makes one own]
func (k *click) beGuest(ctx context.Context) error {
	if k.c.query.Get("guest_chat_mode") == "disabled" { // the website turned it off
		return &Refusal{"This Page has no guest chat."}
	}
	handle, err := k.c.d.opt.Guest(ctx, k.tx)
	if err != nil {
		return err
	}
	if k.who, err = k.c.meet(ctx, k.r, handle, true); err != nil {
		return err
	}
	if k.who == nil {
		return &Refusal{gone}
	}
	k.answer["session"], k.answer["name"] = k.who.sealed(k.c.d), "Guest"
	return k.chat(ctx, "begin")
}

// chat is what somebody does in the chat plugin. It answers with the conversation.
func (k *click) chat(ctx context.Context, do string) error {
	at := &place{page: k.f.page, id: k.f.page.ID, public: k.f.page.PublicID, name: k.f.page.Name}
	contact, _, err := standing(ctx, k.r, at, k.who.Person)
	if err != nil {
		return err
	}
	switch {
	case contact.Erased:
		return &Refusal{gone}
	case do == "begin" && (!contact.Thread || k.f.ref != ""):
		err = k.begin(ctx, at)
	case do == "say":
		text := strings.TrimSpace(k.c.form.Get("text"))
		if text == "" || !utf8.ValidString(text) {
			return &Refusal{"Write something."}
		}
		err = k.do(ctx, consent.Message, func(d *Deed) { d.Text = text })
	case do != "begin" && do != "read":
		return &Refusal{"This plugin does nothing of the kind."}
	}
	if err != nil {
		return err
	}
	_, digits, err := standing(ctx, k.r, at, k.who.Person)
	if err != nil {
		return err
	}
	log, err := lines(ctx, k.r, at, digits, k.who.ID)
	if err != nil {
		return err
	}
	said := make([]map[string]any, len(log))
	for i, l := range log {
		said[i] = map[string]any{"mine": l.mine, "text": l.text}
	}
	k.answer["log"] = said
	return nil
}

// begin opens the conversation: Get Started, with where the person came from. [seen
// messenger-platform samples]
func (k *click) begin(ctx context.Context, at *place) error {
	event := consent.ChatPlugin
	if k.who.guest {
		event = consent.ChatPluginGuest
	}
	p := at.profile()
	return k.do(ctx, event, func(d *Deed) { d.Ref, d.Referer, d.Payload = k.f.ref, k.referer(), p.Start() })
}
