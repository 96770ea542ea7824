package control_test

import "testing"

func TestEdges(t *testing.T) {
	r := newRig(t, nil)
	likes := "/_/api/people/ana/edges/likes"
	r.want(call{method: "POST", path: likes, body: `{"to":"shop","at":"2017-03-01T10:00:00Z"}`}, 200, `{"of":"person/ana","edge":"likes","to":"page/shop"}`)
	r.want(call{method: "POST", path: "/_/api/people/ana/edges/albums", body: `{"name":"Summer"}`}, 200, `"to":"thing/ana/albums/1"`)
	r.want(call{method: "POST", path: "/_/api/things/ana%2Falbums%2F1/edges/photos", body: `{"width":720}`}, 200, `"to":"thing/ana/albums/1/photos/1"`)
	r.want(call{method: "GET", path: "/_/api/people/ana"}, 200, `"likes":[{"to":"page/shop","at":"2017-03-01T10:00:00Z"}]`)
	r.want(call{method: "GET", path: "/_/api/things/ana%2Falbums%2F1"}, 200, `"fields":{"name":"Summer"}`)
	r.want(call{method: "GET", path: "/_/api/things/ana%2Falbums%2F2"}, 404, `no thing`)

	r.want(call{method: "POST", path: "/_/api/people/ana/edges/like", body: `{"to":"shop"}`}, 400, `did you mean`)
	r.want(call{method: "POST", path: likes, body: `{"to":"shpo"}`}, 400, `shpo`)
	r.want(call{method: "POST", path: likes, body: `[]`}, 400, ``)
	r.want(call{method: "POST", path: "/_/api/people/nobody/edges/likes", body: `{"to":"shop"}`}, 404, `nobody`)
	r.want(call{method: "DELETE", path: likes + "?to=shop"}, 200, `"to":"page/shop"`)
	r.want(call{method: "DELETE", path: likes + "?to=shop"}, 400, `is not on likes`)

	r.want(call{method: "POST", path: "/_/api/things/ana%2Falbums%2F1/edges/comments", body: `{"message":"Nice","fields":{"from":"ana"}}`}, 200, `"to":"thing/`)
	r.want(call{method: "POST", path: "/_/api/people/ana/edges/photos", body: `{"album":"ana/albums/1","width":1}`}, 200, `"to":"thing/ana/photos/1"`)
	r.want(call{method: "GET", path: "/_/api/things/ana%2Fphotos%2F1"}, 200, `"album":"thing/ana/albums/1"`)
	r.want(call{method: "DELETE", path: "/_/api/things/ana%2Falbums%2F1"}, 200, `"handle":"ana/albums/1"`)
	r.want(call{method: "DELETE", path: "/_/api/things/ana%2Falbums%2F1"}, 404, `no thing`)
	r.want(call{method: "GET", path: "/_/api/things/ana%2Fphotos%2F1"}, 200, `"fields":{"width":1}`)
	r.want(call{method: "GET", path: "/_/api/things/ana%2Falbums%2F1%2Fcomments%2F1"}, 404, `no thing`)
	r.want(call{method: "POST", path: "/_/api/people/ana/edges/albums", body: `{"name":"Winter"}`}, 200, `"to":"thing/ana/albums/1"`)
}
