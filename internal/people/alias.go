package people

import "strings"

// AliasKey is the form of a username under which it is found: capitals and dots
// make no other name. Empty: what cannot be a username, as it is shorter than five
// letters and digits, has other characters, or is a number. [guess, as the addresses
// of Pages do]
func AliasKey(username string) string {
	key := strings.ToLower(strings.ReplaceAll(username, ".", ""))
	if len(key) < 5 || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || strings.Trim(key, "0123456789") == "" {
		return ""
	}
	return key
}
