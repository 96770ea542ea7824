package control

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/store/driver"
	"github.com/kithgraph/kith/internal/world"
)

// A Failure is the body of every refusal: {"error":{...}}.
type Failure struct {
	Message  string         `json:"message"`
	Remedy   string         `json:"remedy,omitempty"`
	Problems world.Problems `json:"problems,omitempty"` // of a world that was not taken
}

// Error is the message, with what to do about it.
func (f *Failure) Error() string {
	if f.Remedy == "" {
		return f.Message
	}
	return f.Message + " (" + strings.TrimSuffix(f.Remedy, ".") + ")"
}

type envelope struct {
	Error *Failure `json:"error"`
}

// refuse answers with a status and why.
func refuse(w http.ResponseWriter, status int, message, remedy string) {
	reply(w, status, envelope{&Failure{Message: message, Remedy: remedy}})
}

// reply writes v as JSON. Text is for people and programs, not for a page, so
// that < and & stay as they are.
func reply(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		status, b = http.StatusInternalServerError, *bytes.NewBufferString(`{"error":{"message":"The answer cannot be written as JSON."}}` + "\n")
	}
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// done answers a change that has nothing to tell.
func (p *plane) done(w http.ResponseWriter, err error) {
	if err != nil {
		p.fail(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]bool{"success": true})
}

// answer is v, or the error.
func (p *plane) answer(w http.ResponseWriter, v any, err error) {
	if err != nil {
		p.fail(w, err)
		return
	}
	reply(w, http.StatusOK, v)
}

// badRequest is an error of the caller's making.
type badRequest struct{ message, remedy string }

func (e *badRequest) Error() string { return e.message }

func bad(remedy, format string, args ...any) error {
	return &badRequest{fmt.Sprintf(format, args...), remedy}
}

// Bad is an error of the caller's making, for those who hand in functions.
func Bad(remedy, format string, args ...any) error { return bad(remedy, format, args...) }

// fail puts an error on the wire. What is not the caller's is logged and told
// in general words.
func (p *plane) fail(w http.ResponseWriter, err error) {
	if e, ok := errors.AsType[*badRequest](err); ok {
		refuse(w, http.StatusBadRequest, e.message, e.remedy)
	} else if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("The body is larger than %d MiB.", e.Limit>>20), "")
	} else if e, ok := errors.AsType[world.Problems](err); ok {
		reply(w, http.StatusBadRequest, envelope{&Failure{Message: "The world was not taken, nothing has changed.", Problems: e}})
	} else if e, ok := errors.AsType[*world.NotFound](err); ok {
		refuse(w, http.StatusNotFound, (&world.NotFound{Kind: e.Kind, Name: e.Name}).Error(), e.Suggestion)
	} else if e, ok := errors.AsType[*world.BadAction](err); ok {
		refuse(w, http.StatusBadRequest, e.Text, e.Suggestion)
	} else if errors.Is(err, world.ErrUnfinished) {
		refuse(w, http.StatusConflict, "The database is not whole: an import or the load of a large world did not finish, or still runs.", "Reset an emulator; else take another empty database.")
	} else if errors.Is(err, driver.ErrUnavailable) || errors.Is(err, driver.ErrAmbiguous) || errors.Is(err, driver.ErrClosed) {
		p.Log.Error("control call failed", "err", err)
		refuse(w, http.StatusServiceUnavailable, "The store does not answer, or its answer was lost.", "Look at what changed before trying again.")
	} else {
		p.Log.Error("control call failed", "err", err)
		refuse(w, http.StatusInternalServerError, "Something went wrong in the server; its log says what.", "")
	}
}

// read reads a JSON body into v, strictly: one value, no unknown member.
func read(r *http.Request, v any) error {
	if mediaType(r) != jsonType {
		return errType
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return notJSON(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return unknownMember(name, data, v)
		}
		return notJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return bad("", "The body goes on behind its JSON value.")
	}
	return nil
}

// unknownMember is the error of a body with a member that v has not. If it is one of the
// body itself, those there are follow.
func unknownMember(name string, data []byte, v any) error {
	var top map[string]json.RawMessage
	plain, err := strconv.Unquote(name)
	if err != nil || json.Unmarshal(data, &top) != nil || top[plain] == nil {
		return bad("", "The body is not the JSON this path takes: unknown field %s.", name)
	}
	var known []string
	if t := reflect.TypeOf(v).Elem(); t.Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(t) {
			if member, _, _ := strings.Cut(f.Tag.Get("json"), ","); member != "" && member != "-" {
				known = append(known, member)
			}
		}
	}
	slices.Sort(known)
	return bad("It takes "+strings.Join(known, ", ")+".", "The body is not the JSON this path takes: unknown field %s.", name)
}

// notJSON is what was wrong with a body. A body that is too large stays that.
func notJSON(err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge
	}
	if errors.Is(err, io.EOF) {
		return bad("", "The body is empty.")
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return bad("", "The body is not the JSON this path takes: %s cannot be of type %s.", cmp.Or(wrong.Field, "it"), wrong.Value)
	}
	return bad("", "The body is not the JSON this path takes: %s.", strings.TrimPrefix(err.Error(), "json: "))
}
