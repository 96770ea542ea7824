package graph

// Hosts are the names of the Graph and of what belongs to it: login, pictures,
// plugins, links into conversations. A
// proxy, a hosts file or a client of tests leads them to a server of ours.
// [doc host URL; seen]
func Hosts() []string {
	return []string{
		"graph.facebook.com", "graph-video.facebook.com", "graph.beta.facebook.com", "api.facebook.com",
		"graph.instagram.com", "api.instagram.com",
		"www.facebook.com", "m.facebook.com", "web.facebook.com", "www.instagram.com",
		"www.messenger.com", "connect.facebook.net", "m.me", "ig.me",
		"platform-lookaside.fbsbx.com", "scontent.xx.fbcdn.net",
	}
}
