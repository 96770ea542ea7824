package people

import "strings"

// AliasKey is the form of a username under which it is found: capitals and dots
// make no other name. Empty: what cannot be a username, for want of a letter.
// [guess, as the addresses of Pages do]
func AliasKey(username string) string {
	key := strings.ToLower(strings.ReplaceAll(username, ".", ""))
	if strings.Trim(key, "0123456789_") == "" {
		return ""
	}
	return key
}
