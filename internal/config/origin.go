package config

// An Origin is where a value came from: "default", "file PATH", "env NAME" or
// "flag --name".
type Origin string

// Default is the origin of a value nobody gave.
const Default Origin = "default"

// A Shown is a setting as "config show" prints it.
type Shown struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin Origin `json:"origin"`
	Help   string `json:"help"`
}

// Show lists every setting in the order of the struct, secrets masked.
func (c *Config) Show() []Shown {
	var list []Shown
	for _, s := range settings() {
		value := s.text(s.in(c))
		if s.secret && value != "" {
			value = "***"
		}
		list = append(list, Shown{Key: s.key, Value: value, Origin: c.Origin(s.key), Help: s.help})
	}
	return list
}

// Origin returns where the value of a key came from.
func (c *Config) Origin(key string) Origin {
	if o, ok := c.origins[key]; ok {
		return o
	}
	return Default
}

// Given reports whether somebody chose the value of a key.
func (c *Config) Given(key string) bool { return c.Origin(key) != Default }
