package control

import (
	"net/http"

	"github.com/kithgraph/kith/internal/fault"
	"github.com/kithgraph/kith/internal/graph"
)

// maxTimes bounds how many calls one fault answers.
const maxTimes = 1_000_000

// faultView is a planned failure: the next Times calls, of one node if ID says
// so, answer the row of the error table called Error. Args are what its text
// interpolates.
type faultView struct {
	Error string   `json:"error"`
	Times int      `json:"times,omitempty"`
	ID    string   `json:"id,omitempty"`
	Args  []string `json:"args,omitempty"`
}

func (p *plane) faults(w http.ResponseWriter, _ *http.Request) {
	list := []faultView{}
	for _, r := range p.Faults.Rules() {
		list = append(list, faultView{Error: r.Error.Name(), Times: r.Times, ID: r.ID})
	}
	reply(w, http.StatusOK, map[string][]faultView{"faults": list})
}

func (p *plane) addFault(w http.ResponseWriter, r *http.Request) {
	var f faultView
	err := read(r, &f)
	if err == nil {
		err = p.plan(&f)
	}
	p.done(w, err)
}

func (p *plane) plan(f *faultView) error {
	e := graph.ErrorNamed(f.Error)
	switch {
	case e == nil:
		return bad("One of: "+graph.ErrorNames()+".", "No error is called %q.", f.Error)
	case f.Times < 0 || f.Times > maxTimes:
		return bad("", "times is %d: 1 to %d calls can fail.", f.Times, maxTimes)
	case len(f.Args) != e.Holes():
		return bad("", "The text of %s takes %d args, not %d.", f.Error, e.Holes(), len(f.Args))
	}
	if err := p.Faults.Add(fault.Rule{Error: e.Args(f.Args...), Times: f.Times, ID: f.ID}); err != nil {
		return bad("DELETE /_/api/faults clears them.", "%v.", err)
	}
	return nil
}

func (p *plane) clearFaults(w http.ResponseWriter, _ *http.Request) {
	p.Faults.Clear()
	p.done(w, nil)
}
