package plugin

import (
	"embed"

	"github.com/kithgraph/kith/internal/graph"
)

//go:embed js
var scripts embed.FS

// source is one of our scripts. They are the same for everybody: nothing of a request
// is in them.
func source(name string) string {
	b, err := scripts.ReadFile("js/" + name)
	if err != nil {
		panic("plugin: " + err.Error()) // it is part of the program
	}
	return string(b)
}

// script answers with a script that any website may load.
func (c *call) script() error {
	if c.in.Method != "GET" {
		return c.refuse(405, "A script is fetched with GET.")
	}
	c.clear()
	c.out.Status, c.out.Body = 200, append(c.out.Body, source(c.route.name)...)
	c.out.Header = append(c.out.Header,
		graph.HeaderPair{Name: "Content-Type", Value: "application/x-javascript; charset=utf-8"},
		graph.HeaderPair{Name: "Access-Control-Allow-Origin", Value: "*"},
		graph.HeaderPair{Name: "Cross-Origin-Resource-Policy", Value: "cross-origin"},
		graph.HeaderPair{Name: "X-Content-Type-Options", Value: "nosniff"},
		graph.HeaderPair{Name: "Cache-Control", Value: "no-store"})
	return nil
}
