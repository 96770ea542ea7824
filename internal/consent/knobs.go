package consent

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Knobs settle what the references leave open or contradict each other on.
// DefaultKnobs has the defaults; the zero value is no good choice.
type Knobs struct {
	NoConsent           Answer // to a lookup on Messenger without consent: empty, 33 or 2018218
	NoFeature           Answer // to an app without the profile feature: 33, 3 or empty
	InstagramBlocked    Answer // to an Instagram account the person blocks: 230 or 33
	Development         Answer // to an app in development about a person without a role: 33 or 2018247
	UnknownPSID         Answer // to a Page token about an ID it does not know: 33 or 2018001
	UnknownIGSID        Answer // to a token of Instagram Login about such an ID: 9010 or 33
	NoMessaging         Answer // to a Page token without pages_messaging: open or 230
	BlockWithdraws      bool   // blocking a Page, or turning its messages off, withholds the profile
	SendToMessenger2018 bool   // the plugin grants under the edition of 2018
}

// DefaultKnobs are what is documented, or else what most reports say.
func DefaultKnobs() Knobs {
	return Knobs{
		NoConsent: AnswerEmpty, NoFeature: Answer33, InstagramBlocked: Answer230, Development: Answer33,
		UnknownPSID: Answer33, UnknownIGSID: Answer9010, NoMessaging: AnswerOpen,
		BlockWithdraws: true, SendToMessenger2018: true,
	}
}

// An Answer is one way to say no.
type Answer uint8

const (
	AnswerEmpty   Answer = iota // 200 and {}
	Answer33                    // 100/33, as for an unknown ID
	Answer3                     // (#3) capability
	Answer2018218               // 100/2018218, no profile available
	Answer230                   // Instagram's consent error
	Answer2018247               // 100/2018247, insufficient permission
	Answer2018001               // 100/2018001, no matching user
	Answer9010                  // Instagram's answer to an unknown ID
	AnswerOpen                  // as if nothing were missing
)

var answerNames = [...]string{"empty", "33", "3", "2018218", "230", "2018247", "2018001", "9010", "open"}

// String is the answer as settings spell it.
func (a Answer) String() string { return answerNames[min(int(a), len(answerNames)-1)] }

// Set changes one knob by the name it has in settings: no_consent, no_feature,
// ig_blocked, development, unknown_psid, unknown_igsid, no_messaging,
// block_withdraws or send_to_messenger_2018.
func (k *Knobs) Set(name, value string) error {
	switch name {
	case "no_consent":
		return k.NoConsent.set(name, value, AnswerEmpty, Answer33, Answer2018218)
	case "no_feature":
		return k.NoFeature.set(name, value, Answer33, Answer3, AnswerEmpty)
	case "ig_blocked":
		return k.InstagramBlocked.set(name, value, Answer230, Answer33)
	case "development":
		return k.Development.set(name, value, Answer33, Answer2018247)
	case "unknown_psid":
		return k.UnknownPSID.set(name, value, Answer33, Answer2018001)
	case "unknown_igsid":
		return k.UnknownIGSID.set(name, value, Answer9010, Answer33)
	case "no_messaging":
		return k.NoMessaging.set(name, value, AnswerOpen, Answer230)
	case "block_withdraws":
		return setBool(&k.BlockWithdraws, name, value)
	case "send_to_messenger_2018":
		return setBool(&k.SendToMessenger2018, name, value)
	}
	return fmt.Errorf("unknown knob %q", name)
}

func (a *Answer) set(knob, value string, allowed ...Answer) error {
	names := make([]string, len(allowed))
	for i, to := range allowed {
		names[i] = to.String()
	}
	i := slices.Index(names, value)
	if i < 0 {
		return fmt.Errorf("knob %s is %q: %s are its values", knob, value, strings.Join(names, ", "))
	}
	*a = allowed[i]
	return nil
}

func setBool(to *bool, knob, value string) error {
	b, err := strconv.ParseBool(value)
	if err != nil {
		return fmt.Errorf("knob %s is %q: true or false", knob, value)
	}
	*to = b
	return nil
}
