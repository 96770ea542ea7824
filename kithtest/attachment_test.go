package kithtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/kithgraph/kith/kithtest"
)

// A file of several pieces comes back as it was sent, as a whole and in parts, by each
// way into a server, from memory and from a file.
func TestAFileOfManyPieces(t *testing.T) {
	for _, sqlite := range []bool{false, true} {
		t.Run(fmt.Sprintf("sqlite %t", sqlite), func(t *testing.T) {
			kith := kithtest.New(t, kithtest.Options{World: []byte(bakery), SQLite: sqlite})
			kith.Act("ana", "bakery", "message")
			data := bytes.Repeat([]byte("every line of it is another one\n"), 20_000) // 640,000 bytes, three pieces
			for i := 0; i+8 < len(data); i += 32 {
				copy(data[i:], fmt.Sprintf("%08d", i))
			}
			page := kith.Page("bakery")
			mid := sendFile(t, kith, page, data)
			var read struct {
				Attachments struct {
					Data []struct {
						Size int    `json:"size"`
						URL  string `json:"file_url"`
					}
				}
			}
			fetched(t, kith.Client(), kith.URL()+"/v25.0/"+mid+"?fields=attachments&access_token="+page.Token, "", &read)
			if len(read.Attachments.Data) != 1 || read.Attachments.Data[0].Size != len(data) {
				t.Fatalf("the message has %+v", read)
			}
			url := read.Attachments.Data[0].URL
			path := url[strings.Index(url, "/v/t59"):]
			for _, client := range []*http.Client{kith.Client(), {}} {
				for asked, want := range map[string][]byte{"": data, "bytes=262100-262200": data[262100:262201], "bytes=-5": data[len(data)-5:], "bytes=262144-": data[262144:]} {
					if got := fetched(t, client, kith.URL()+path, asked, nil); !bytes.Equal(got, want) {
						t.Errorf("range %q: %d bytes of %d, or others", asked, len(got), len(want))
					}
				}
			}
		})
	}
}

// sendFile sends a file to ana and returns the mid of the message.
func sendFile(t *testing.T, kith *kithtest.Server, page *kithtest.Page, data []byte) string {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("recipient", `{"id":"`+page.PSID("ana")+`"}`)
	_ = w.WriteField("message", `{"attachment":{"type":"file","payload":{}}}`)
	part, err := w.CreateFormFile("filedata", "long.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	resp, err := kith.Client().Post(kith.URL()+"/v25.0/me/messages?access_token="+page.Token, w.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var sent struct {
		Mid string `json:"message_id"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&sent); err != nil || resp.StatusCode != 200 {
		t.Fatalf("sending: %d, %v", resp.StatusCode, err)
	}
	return sent.Mid
}

func fetched(t *testing.T, client *http.Client, url, asked string, into any) []byte {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if asked != "" {
		req.Header.Set("Range", asked)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(body, into); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
	}
	return body
}
