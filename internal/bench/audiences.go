package bench

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// advertiser is who uploads; the ID of the audience is said, so that it need not
// be looked for.
const (
	audienceID = "4700000000000001"
	advertiser = `
apps: {adverts: {}}
people:
  advertiser:
    apps: {adverts: [public_profile, ads_management, ads_read]}
    adaccounts: [{name: Bench, customaudiences: [{name: Bench, id: "` + audienceID + `"}]}]
`
	uploadRows = audience.MaxRows
)

// audiences uploads lists of hashed e-mail addresses, of people who are here and
// of others in turn, and takes each off again.
func (l *lab) audiences(ctx context.Context) error {
	large, err := l.largePlace(ctx)
	if err != nil {
		return err
	}
	p, err := large.copyTo(l.path("audiences"))
	if err != nil {
		return err
	}
	u := &uploader{}
	if err := l.inside(ctx, p, func(g *Graph) (err error) {
		if err := g.Load(ctx, []byte(advertiser)); err != nil {
			return err
		}
		if err := addresses(ctx, g.DB, p.crowd); err != nil {
			return err
		}
		u.token, err = g.Token(ctx, "advertiser", "adverts")
		return err
	}); err != nil {
		return err
	}
	kith, err := l.serve(ctx, modeServer, p.dir)
	if err != nil {
		return err
	}
	if _, err := kith.ready(p.script(kith.addr).request(nil, 0), 200); err != nil {
		return err
	}
	u.kith = kith
	var speeds, ratios []float64
	for r := range l.opt.Rounds + 1 { // the first one warms
		var used [2]float64 // by nobody, by people here
		for i := range 2 {
			here := (i+r)%2 == 0
			took, cpu, err := u.round(ctx, here, r)
			if err != nil {
				return err
			}
			if here {
				used[1] = cpu
			} else {
				used[0] = cpu
			}
			if r > 0 {
				speeds = append(speeds, uploadRows/took.Seconds())
			}
		}
		if r > 0 {
			ratios = append(ratios, used[1]/used[0])
		}
	}
	note := fmt.Sprintf("%d rows a request against %d people, HTTP, durable", uploadRows, len(p.crowd.PSIDs))
	l.set(audienceUpload, note, speeds...)
	l.set(audienceMatch, "the same; all of them here against nobody", ratios...)
	return nil
}

// address is an e-mail address; the first ones are people's.
func address(n int) string { return fmt.Sprintf("person%d@people.example", n) }

// addresses gives the first of a crowd an e-mail address each.
func addresses(ctx context.Context, db *store.DB, c *Crowd) error {
	const part = 1000
	for from := 0; from < uploadRows; from += part {
		if err := db.Update(ctx, func(tx *store.Tx) error {
			var rs store.ReadSet
			for i := range part {
				rs.Key(store.SpaceHandle, "person/"+c.Handle(from+i))
			}
			if err := tx.Load(ctx, &rs); err != nil {
				return err
			}
			var records store.ReadSet
			for i := range part {
				records.Object(rs.GotID(i))
			}
			if err := tx.Load(ctx, &records); err != nil {
				return err
			}
			for i := range part {
				if err := addressed(ctx, tx, records.GotObject(i), from+i); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func addressed(ctx context.Context, tx *store.Tx, rec *store.Record, n int) error {
	old, ok := rec.Value.(*people.Person)
	if !ok {
		return fmt.Errorf("person %d is not in the store", n)
	}
	p := old.Clone()
	p.Set(people.Email, address(n), graph.Public)
	if err := tx.Put(ctx, store.Object{ID: p.ID, Kind: store.KindPerson, Data: p.Encode()}); err != nil {
		return err
	}
	return audience.Retrace(ctx, tx, old, p)
}

// An uploader sends lists to one server.
type uploader struct {
	kith  *process
	token string
}

// round uploads a list and takes it off. It returns how long the upload took,
// and how much of the server's processor.
func (u *uploader) round(ctx context.Context, here bool, r int) (took time.Duration, cpu float64, err error) {
	first := 0
	if !here {
		first = (r + 1) * 1_000_000
	}
	rows := make([][1]string, uploadRows)
	for i := range rows {
		rows[i][0] = fmt.Sprintf("%x", sha256.Sum256([]byte(address(first+i))))
	}
	payload, err := json.Marshal(map[string]any{"schema": []string{"EMAIL"}, "data": rows})
	if err != nil {
		return 0, 0, err
	}
	before, err := cpuTime(u.kith.pid())
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	if err := u.send(ctx, http.MethodPost, payload); err != nil {
		return 0, 0, err
	}
	took = time.Since(begin)
	after, err := cpuTime(u.kith.pid())
	if err != nil {
		return 0, 0, err
	}
	return took, float64(after - before), u.send(ctx, http.MethodDelete, payload)
}

func (u *uploader) send(ctx context.Context, method string, payload []byte) error {
	form := url.Values{"payload": {string(payload)}, "access_token": {u.token}, "method": {method}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+u.kith.addr+"/v2.10/"+audienceID+"/users", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return err
	}
	if want := fmt.Sprintf(`"num_received":%d,"num_invalid_entries":0`, uploadRows); resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
		return fmt.Errorf("upload was answered %d %s", resp.StatusCode, body)
	}
	return nil
}
