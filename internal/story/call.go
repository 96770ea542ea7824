package story

import (
	"slices"
	"strconv"
	"strings"
)

var (
	methods = [...]string{"GET", "POST", "DELETE", "HEAD", "PUT", "PATCH", "OPTIONS", received}
	ways    = [...]string{"query", "bearer", "oauth", "form", "json"}
	kinds   = [...]string{"page", "app", "client", "user", "instagram"}
)

const fence = "```"

// call reads a request with its expected answer.
func (p *parser) call(words []string) error {
	c := &Call{Method: words[0], As: Viewer{Kind: "nobody"}, Via: "query"}
	if len(words) < 2 {
		return p.problem(p.at+1, "a request is METHOD TARGET [as WHO]")
	}
	c.Target = words[1]
	if why := c.options(words[2:]); why != "" {
		return p.problem(p.at+1, "%s", why)
	}
	p.at++
	step := Step{Line: p.at, Call: c}
	if err := p.request(c); err != nil {
		return err
	}
	if err := p.status(c); err != nil {
		return err
	}
	p.expected(c)
	if c.Mode == Any && c.Want != "" {
		return p.problem(c.bodyFrom, "an answer that is any has no body here: an empty line ends it")
	}
	p.s.Steps = append(p.s.Steps, step)
	return nil
}

// options reads what follows the target; it returns what is wrong.
func (c *Call) options(words []string) string {
	for len(words) > 0 {
		arg := ""
		if len(words) > 1 {
			arg = words[1]
		}
		switch word := words[0]; {
		case word == "as" && arg == "nobody":
			words = words[2:]
		case word == "as" && arg == "token" && len(words) > 2:
			c.As = Viewer{Kind: "token", Handle: words[2]}
			words = words[3:]
		case word == "as" && slices.Contains(kinds[:], arg) && len(words) > 2:
			c.As = Viewer{Kind: arg, Handle: words[2]}
			words = words[3:]
			if len(words) > 1 && words[0] == "of" {
				c.As.App = words[1]
				words = words[2:]
			}
		case word == "with" && arg == "proof":
			c.Proof = true
			words = words[2:]
		case word == "via" && slices.Contains(ways[:], arg):
			c.Via = arg
			words = words[2:]
		case word == "host" && arg != "":
			c.Host = arg
			words = words[2:]
		default:
			return "cannot read " + strconv.Quote(strings.Join(words, " ")) +
				": it takes as page|app|client|user|instagram H [of APP], as token T, as nobody, with proof, via query|bearer|oauth|form|json, host NAME"
		}
	}
	return ""
}

// request reads header lines and body, up to "= STATUS".
func (p *parser) request(c *Call) error {
	for ; p.at < len(p.lines); p.at++ {
		line := p.lines[p.at]
		switch {
		case strings.HasPrefix(line, "="):
			return nil
		case line == fence:
			start := p.at + 1
			end := slices.Index(p.lines[start:], fence)
			if end < 0 {
				return p.problem(p.at+1, "this body has no end: a line %s", fence)
			}
			c.Body = strings.Join(p.lines[start:start+end], "\n")
			p.at = start + end
		case strings.HasPrefix(line, "body:"):
			c.Body = strings.TrimSpace(strings.TrimPrefix(line, "body:"))
		default:
			name, value, ok := strings.Cut(line, ":")
			if !ok || !headerName(name) {
				return p.problem(p.at+1, "here should be a header, a body or = STATUS, not %q", line)
			}
			c.Header = append(c.Header, Pair{name, strings.TrimSpace(value)})
		}
	}
	return p.problem(p.at, "the request has no = STATUS")
}

// status reads "= 200 text" and the header lines below.
func (p *parser) status(c *Call) error {
	words := strings.Fields(strings.TrimPrefix(p.lines[p.at], "="))
	if len(words) == 0 || len(words) > 2 {
		return p.problem(p.at+1, "it takes = STATUS [json|text|any]")
	}
	n, err := strconv.Atoi(words[0])
	if err != nil || n < 100 || n > 599 {
		return p.problem(p.at+1, "%q is no status", words[0])
	}
	c.Status = n
	if len(words) == 2 {
		i := slices.Index(modeNames[:], words[1])
		if i < 0 {
			return p.problem(p.at+1, "a body is json, text or any, not %q", words[1])
		}
		c.Mode = Mode(i)
	}
	p.at++
	c.statusLine = p.at
	for ; p.at < len(p.lines) && strings.HasPrefix(p.lines[p.at], "<"); p.at++ {
		name, value, _ := strings.Cut(strings.TrimSpace(p.lines[p.at][1:]), ":")
		if !headerName(strings.TrimPrefix(name, "!")) {
			return p.problem(p.at+1, "it takes < Header: value, or < !Header")
		}
		c.Expect = append(c.Expect, Pair{name, strings.TrimSpace(value)})
	}
	return nil
}

// expected reads the body, up to an empty line.
func (p *parser) expected(c *Call) {
	start := p.at
	for p.at < len(p.lines) && strings.TrimSpace(p.lines[p.at]) != "" {
		p.at++
	}
	c.bodyFrom, c.bodyTo = start+1, p.at+1
	c.Want = strings.Join(p.lines[start:p.at], "\n")
}

func headerName(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return s != ""
}
