package messaging

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/attachment"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// FilesOf are the numbers of the files that a message has.
func FilesOf(m *people.Thing) (numbers []string) {
	p := m.Parts.Find("attachments")
	if m.Type != "Message" || p == nil || !strings.Contains(p.Text, `"file":`) {
		return nil
	}
	var with struct {
		Data []Attachment `json:"data"`
	}
	if json.Unmarshal([]byte(p.Text), &with) != nil {
		return nil
	}
	for i := range with.Data {
		if f := with.Data[i].File; f != nil && f.Number != "" {
			numbers = append(numbers, f.Number)
		}
	}
	return numbers
}

// forgetFiles removes the files that go with a message; what its place can send again
// stays.
func forgetFiles(ctx context.Context, tx *store.Tx, m *people.Thing) error {
	for _, number := range FilesOf(m) {
		f, err := attachment.Find(ctx, &tx.Reader, number)
		if err != nil {
			return err
		}
		if f == nil || f.Person == 0 {
			continue
		}
		if err := f.Forget(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
