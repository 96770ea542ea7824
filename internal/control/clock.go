package control

import (
	"net/http"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/world"
)

// clockView is the world's clock as the plane shows it.
type clockView struct {
	Mode string    `json:"mode"` // live or frozen
	Now  time.Time `json:"now"`
}

func (p *plane) clockView() clockView {
	v := clockView{Mode: "live", Now: p.Clock.Now().UTC()}
	if p.Clock.Frozen() {
		v.Mode = "frozen"
	}
	return v
}

func (p *plane) clock(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, p.clockView())
}

// clockChange is asked for in one PUT: first the mode, at now if there is one,
// then the advance.
type clockChange struct {
	Mode    string `json:"mode"`    // live, frozen; empty keeps it
	Now     string `json:"now"`     // RFC 3339
	Advance string `json:"advance"` // 26h, 3d, -2h
}

func (p *plane) setClock(w http.ResponseWriter, r *http.Request) {
	var c clockChange
	err := read(r, &c)
	if err == nil {
		err = p.turn(c)
	}
	p.answer(w, p.clockView(), err)
}

// turn changes the clock, or nothing when any part of the change is wrong.
func (p *plane) turn(c clockChange) error {
	var now time.Time
	var ahead time.Duration
	var err error
	if c.Now != "" {
		if now, err = time.Parse(time.RFC3339, c.Now); err != nil {
			return bad("", "now is %q, not a time such as 2026-03-01T09:00:00Z.", c.Now)
		}
	}
	if c.Advance != "" {
		if ahead, err = parseDuration(c.Advance); err != nil {
			return err
		}
	}
	if c.Mode != "" && c.Mode != "live" && c.Mode != "frozen" {
		return bad("", "mode is %q: live and frozen are its values.", c.Mode)
	}
	if c == (clockChange{}) {
		return bad("", "The body names neither mode, now nor advance.")
	}
	from := now
	if from.IsZero() {
		from = p.Clock.Now()
	}
	if y := from.Add(ahead).Year(); y < 1970 || y > 9000 || from.Year() < 1970 || from.Year() > 9000 {
		return bad("", "The world's clock goes from 1970 to 9000.")
	}
	frozen := c.Mode == "frozen" || c.Mode == "" && p.Clock.Frozen()
	switch {
	case frozen:
		p.Clock.Freeze(from)
	case !now.IsZero():
		p.Clock.Set(now)
	case c.Mode == "live":
		p.Clock.Live()
	}
	if ahead != 0 {
		p.Clock.Advance(ahead)
	}
	return nil
}

// parseDuration reads what a world file takes, and a sign in front.
func parseDuration(text string) (time.Duration, error) {
	size, back := strings.CutPrefix(text, "-")
	d, err := world.ParseDuration(size)
	if err != nil || strings.HasPrefix(size, "-") {
		return 0, bad("", "%q is not a duration such as 26h or 3d.", text)
	}
	if back {
		d = -d
	}
	return d, nil
}
