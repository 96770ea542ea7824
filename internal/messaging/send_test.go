package messaging

import (
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
)

// A message has up to thirty attachments, each in the place that it was said in; a call of
// more of them fetches none.
func TestAttachmentsOfAMessage(t *testing.T) {
	many := func(n int) string {
		return `{"attachments":[` + strings.TrimSuffix(strings.Repeat(`{"type":"image","payload":{"url":"https://a.example/1.gif"}},`, n), ",") + `]}`
	}
	var o Outgoing
	if err := o.Read(many(MostAttachments), graph.V(23, 0), false); err != nil || len(o.Enclosed) != MostAttachments || o.Enclosed[MostAttachments-1].At != MostAttachments-1 {
		t.Errorf("%d attachments: %v", MostAttachments, err)
	}
	if n := len(Addresses(many(MostAttachments))); n != MostAttachments {
		t.Errorf("%d addresses, want %d", n, MostAttachments)
	}
	if err := new(Outgoing).Read(many(MostAttachments+1), graph.V(23, 0), false); err == nil || len(Addresses(many(MostAttachments+1))) != 0 {
		t.Errorf("%d attachments: %v", MostAttachments+1, err)
	}
	o = Outgoing{}
	if err := o.Read(`{"attachments":[{"type":"image","payload":{"url":"https://a.example/1.gif"}},{"type":"template","payload":{"template_type":"button","text":"T","buttons":[{"type":"postback","title":"B","payload":"P"}]}},{"type":"file","payload":{"attachment_id":12}}]}`, graph.V(23, 0), false); err != nil {
		t.Fatal(err)
	}
	if len(o.Message.Attachments) != 3 || len(o.Enclosed) != 2 || o.Enclosed[0].At != 0 || o.Enclosed[1].At != 2 || o.Enclosed[1].ID != "12" {
		t.Errorf("a template among files: %+v, %+v", o.Message.Attachments, o.Enclosed)
	}
}
