package login

import (
	"cmp"
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A login on a device: how long the code that it shows is good for, and how long
// it waits between two questions. [seen RESTFB v2_3/devicecode.json]
const (
	deviceLife  = 420 * time.Second
	devicePause = 5 * time.Second
	// mostWaiting is how many devices of an app wait at a time: anybody may have its
	// client token. [own]
	mostWaiting = 100
)

// Device answers POST /device/login, by a client or app token: a code for the
// device to ask with and one for the person to type. [doc facebook-login/for-devices]
func (d *Desk) Device(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	var code, user string
	err := d.opt.DB.Update(ctx, func(tx *store.Tx) error {
		app, err := d.deviceApp(ctx, &tx.Reader, c)
		if err != nil {
			return err
		}
		scope, unknown := readPermissions(c.Param("scope"), false)
		if unknown != nil {
			return graph.ErrParamKind.Args("scope", "a list of permissions")
		}
		if full, err := access.Waits(ctx, tx, app.ID, c.Now.Unix(), mostWaiting); err != nil || full {
			return cmp.Or(err, error(graph.ErrAppLimit))
		}
		label := d.draw(tx, "device", app.PublicID)
		code, user = hex.EncodeToString(label[:]), userCode(d.opt.Keys.Label("user code", string(label[:])))
		return access.KeepAll(ctx, tx, []string{deviceKey(code), userKey(user)}, &access.Code{App: app.ID, Subject: app.ID, Device: access.Waiting,
			Granted: scope.With(graph.PublicProfile), Issued: c.Now.Unix(), Expires: c.Now.Add(deviceLife).Unix()})
	})
	if err != nil {
		return b, err
	}
	b = append(append(append(b, `{"code":"`...), code...), `","user_code":"`...)
	b = append(append(b, user...), `","verification_uri":`...)
	b = graph.AppendString(b, d.devicePage(c.Place))
	b = strconv.AppendInt(append(b, `,"expires_in":`...), int64(deviceLife.Seconds()), 10)
	return append(strconv.AppendInt(append(b, `,"interval":`...), int64(devicePause.Seconds()), 10), '}'), nil
}

// devicePage is where a person types the code. On a host that is nobody's it is
// kith's own address. [seen RESTFB; own]
func (d *Desk) devicePage(p Place) string {
	if p == Anywhere && d.opt.Base != nil {
		return d.opt.Base() + "/device"
	}
	return "https://www.facebook.com/device"
}

// The two texts of a code are kept apart from each other and from those of browsers.
func deviceKey(code string) string { return "device code " + code }
func userKey(user string) string   { return "user code " + user }

// userCode is what a person types: eight letters and digits that are not taken
// for each other. [seen, as six to eight; alphabet guess]
func userCode(random [16]byte) string {
	const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	out := make([]byte, 8)
	for i := range out {
		out[i] = alphabet[random[i]%32]
	}
	return string(out)
}

// typed is a user code as it was made, however a person typed it.
func typed(text string) string {
	return strings.ToUpper(strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' {
			return -1
		}
		return c
	}, text))
}

// deviceApp is the app that a device logs in to.
func (d *Desk) deviceApp(ctx context.Context, r *store.Reader, c *Call) (*people.App, error) {
	if c.Method != "POST" {
		return nil, graph.ErrUnsupportedMethod.Args(strings.ToLower(c.Method))
	}
	v, err := d.viewer(ctx, r, c)
	if err == nil && v.Kind != access.AppToken {
		err = graph.ErrNeedsAppToken
	}
	return v.App, err
}

// DeviceStatus answers POST /device/login_status: a token of sixty days once
// somebody agreed, and what is missing until then. [doc facebook-login/for-devices]
func (d *Desk) DeviceStatus(ctx context.Context, c *Call, b []byte) ([]byte, error) {
	var g grant
	var data int64
	var refused error
	err := d.opt.DB.Update(ctx, func(tx *store.Tx) error {
		refused = nil
		app, err := d.deviceApp(ctx, &tx.Reader, c)
		if err != nil {
			return err
		}
		if c.Param("code") == "" {
			return graph.ErrNeedsParam.Args("code")
		}
		code, err := access.FindCode(ctx, &tx.Reader, deviceKey(c.Param("code")))
		switch {
		case err != nil:
			return err
		case code == nil, code.App != app.ID, code.Used != 0, c.Now.Unix() >= code.Expires:
			return graph.ErrDeviceExpired
		case code.Device == access.DeclinedDevice:
			return graph.ErrDeviceDeclined
		case code.Device == access.Waiting:
			if c.Now.Unix()-code.Polled < int64(devicePause.Seconds()) {
				return graph.ErrDevicePolling
			}
			refused = graph.ErrDevicePending
			asked := *code
			asked.Polled = c.Now.Unix()
			return access.Mark(ctx, tx, &asked)
		}
		g, data, err = d.redeemDevice(ctx, tx, c, app, code)
		return err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return b, err
	}
	b = graph.AppendString(append(b, `{"access_token":`...), g.token)
	if dataAccesses.Has(c.Served) {
		b = strconv.AppendInt(append(b, `,"data_access_expiration_time":`...), data, 10)
	}
	return append(strconv.AppendInt(append(b, `,"expires_in":`...), g.left, 10), '}'), nil
}

// redeemDevice issues the token of a device: what the person agreed to and has not
// taken back since.
func (d *Desk) redeemDevice(ctx context.Context, tx *store.Tx, c *Call, app *people.App, code *access.Code) (g grant, data int64, err error) {
	in, ok, err := pair[*people.Install](ctx, &tx.Reader, app.ID, store.AssocInstall, code.Subject)
	if err != nil || !ok {
		if err == nil {
			err = graph.ErrDeviceExpired
		}
		return g, 0, err
	}
	t := userToken(app, code.Subject, code.Granted.And(in.Granted), c.Now)
	t.Long, t.Expires = true, c.Now.Add(longLife).Unix()
	g = grant{token: d.opt.Keys.Mint(false, app.PublicID, d.draw(tx, "device login", app.PublicID)), left: t.Expires - t.Issued}
	if err := access.Issue(ctx, tx, g.token, t); err != nil {
		return g, 0, err
	}
	used := *code
	used.Used = t.ID
	return g, t.DataAccess, access.Mark(ctx, tx, &used)
}

// DeviceCode finds the login that waits behind a code that a person typed, nil for
// none.
func DeviceCode(ctx context.Context, r *store.Reader, user string, now time.Time) (*access.Code, error) {
	const longest = 32
	if user == "" || len(user) > longest {
		return nil, nil
	}
	code, err := access.FindCode(ctx, r, userKey(typed(user)))
	if err != nil || code == nil || code.Device != access.Waiting || now.Unix() >= code.Expires {
		return nil, err
	}
	return code, nil
}

// AppOf is the app of a code.
func AppOf(ctx context.Context, r *store.Reader, code *access.Code) (*people.App, error) {
	return get[*people.App](ctx, r, code.App)
}

// MayLogIn reports whether a person has an account to log in with, and, in an app
// that is in development, a role. [doc app modes]
func MayLogIn(ctx context.Context, r *store.Reader, app *people.App, person *people.Person) (bool, error) {
	if person.Account != people.Facebook || app.Mode != graph.ModeDevelopment {
		return person.Account == people.Facebook, nil
	}
	role, _, err := pair[graph.Role](ctx, r, app.ID, store.AssocRole, person.ID)
	return role != graph.RoleNone, err
}

// Connect lets the app of a device in, or turns it down if nobody logs in.
func (d *Desk) Connect(ctx context.Context, tx *store.Tx, code *access.Code, ask *Ask, now time.Time) error {
	c := *code
	if ask == nil {
		c.Device = access.DeclinedDevice
		return access.Mark(ctx, tx, &c)
	}
	_, all, err := Let(ctx, tx, d.opt.Keys, d.opt.Outbox, ask, now)
	if err != nil {
		return err
	}
	c.Device, c.Granted = access.Agreed, all
	return access.HandOver(ctx, tx, &c, ask.Person.ID)
}
