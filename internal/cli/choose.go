package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/config"
	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/webhook"
)

// choose changes a setting by the name that stories call it.
func choose(cfg *config.Config, name, value string) error {
	var err error
	if rate, ok := strings.CutPrefix(name, "rates."); ok {
		return cfg.Rates.Set(rate, value)
	}
	if attachments, ok := strings.CutPrefix(name, "attachments."); ok {
		return cfg.Attachments.Set(attachments, value)
	}
	switch name {
	case "no_consent":
		cfg.Profile.NoConsent = value
	case "no_feature":
		cfg.Profile.NoFeature = value
	case "ig_blocked":
		cfg.Profile.IGBlocked = value
	case "development":
		cfg.Profile.Development = value
	case "unknown_psid":
		cfg.Profile.UnknownPSID = value
	case "unknown_igsid":
		cfg.Profile.UnknownIGSID = value
	case "no_messaging":
		cfg.Profile.NoMessaging = value
	case "block_withdraws":
		cfg.BlockWithdraws, err = strconv.ParseBool(value)
	case "send_to_messenger_2018":
		cfg.SendToMessenger2018, err = strconv.ParseBool(value)
	case "token_conflict":
		if value != "refuse" && value != "parameter" {
			return fmt.Errorf("token_conflict is refuse or parameter, not %q", value)
		}
		cfg.TokenConflict = value
	case "token_status":
		if value != "400" && value != "401" && value != "instagram" {
			return fmt.Errorf("token_status is 400, 401 or instagram, not %q", value)
		}
		cfg.TokenStatus = value
	case "versions.policy":
		if value != "pinned" && value != "realistic" {
			return fmt.Errorf("versions.policy is pinned or realistic, not %q", value)
		}
		cfg.Versions.Policy = value
	case "pages.public":
		if value != "by_version" && value != "reviewed" && value != "open" && value != "closed" {
			return fmt.Errorf("pages.public is by_version, reviewed, open or closed, not %q", value)
		}
		cfg.Pages.Public = value
	case "pictures.unknown":
		if value != "error" && value != "silhouette" {
			return fmt.Errorf("pictures.unknown is error or silhouette, not %q", value)
		}
		cfg.Pictures.Unknown = value
	case "sending.recipient_id":
		if value != "by_edition" && value != "always" && value != "never" {
			return fmt.Errorf("sending.recipient_id is by_edition, always or never, not %q", value)
		}
		cfg.Sending.RecipientID = value
	case "sending.phone_fee":
		if value != "paid" && value != "due" {
			return fmt.Errorf("sending.phone_fee is paid or due, not %q", value)
		}
		cfg.Sending.PhoneFee = value
	case "webhooks.message_request":
		if !slices.Contains(messaging.RequestForms(), value) {
			return fmt.Errorf("webhooks.message_request is optin, beside or both, not %q", value)
		}
		cfg.Webhooks.MessageRequest = value
	case "limits.test_users":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return fmt.Errorf("limits.test_users is a number from 1 on, not %q", value)
		}
		cfg.Limits.TestUsers = n
	case "webhooks.batch":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > webhook.MostJoined {
			return fmt.Errorf("webhooks.batch is a number from 1 to %d, not %q", webhook.MostJoined, value)
		}
		cfg.Webhooks.Batch = n
	default:
		return fmt.Errorf("kith has no setting %q that a story may need", name)
	}
	if err != nil {
		return fmt.Errorf("%s is true or false, not %q", name, value)
	}
	_, err = cfg.Knobs()
	return err
}
