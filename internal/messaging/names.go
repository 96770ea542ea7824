package messaging

import "encoding/json"

// decodeNames reads a list of names as an item has it; what is none is empty.
func decodeNames(text string) (list []string) {
	if json.Unmarshal([]byte(text), &list) != nil {
		return nil
	}
	return list
}

// EncodeNames is such a list as text.
func EncodeNames(list []string) string {
	b, err := json.Marshal(list)
	if err != nil {
		panic("messaging: " + err.Error()) // texts always have a form
	}
	return string(b)
}
