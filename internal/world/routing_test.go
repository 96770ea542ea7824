package world

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Which app is in charge of a Page or account, and which has control of a conversation,
// goes through an export and an import.
func TestRoutingIsExported(t *testing.T) {
	ctx := context.Background()
	first, second := testBuilder(t, openMemory(t)), testBuilder(t, openMemory(t))
	mustLoad(t, first, `apps: {bot: {}, desk: {}}
pages: {shop: {apps: [bot, desk], instagram: shop_ig, primary_receiver: desk, default_app: bot}}
instagram: {shop_ig: {app: bot, default_app: desk}}
people: {ana: {instagram: true}}
`)
	if _, err := first.Act(ctx, Action{Person: "ana", Page: "shop", Event: "message"}); err != nil {
		t.Fatal(err)
	}
	want := export(t, first)
	for _, part := range []string{`"primary_receiver":"desk","default_app":"bot"`, `"default_app":"desk"`, "thread_owner_until"} {
		if !strings.Contains(want, part) {
			t.Errorf("the export has no %s:\n%s", part, want)
		}
	}
	if err := second.Import(ctx, strings.NewReader(want), nil); err != nil {
		t.Fatal(err)
	}
	if got := export(t, second); got != want {
		t.Errorf("an import differs (-want +got):\n%s", cmp.Diff(want, got))
	}
	app, none := "nobody", ""
	if err := first.ConfigurePage(ctx, "shop", PageSettings{DefaultApp: &app}); err == nil {
		t.Error("an app that is not there is the default")
	}
	if err := first.ConfigurePage(ctx, "shop", PageSettings{DefaultApp: &none, Primary: &none}); err != nil {
		t.Fatal(err)
	}
	if got := export(t, first); strings.Contains(got, "primary_receiver") {
		t.Errorf("there is a primary receiver still:\n%s", got)
	}
}
