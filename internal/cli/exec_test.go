package cli

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"time"
)

// ask is a program that knows the Graph by its own hosts: it gets each URL and
// prints status and body.
func ask() {
	for _, url := range os.Args[1:] {
		resp, err := http.Get(url)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Printf("%d %s\n", resp.StatusCode, body)
	}
}

// heed is a program that heeds signals: it says "ready", then the name of each
// signal, and ends with the code of its argument at a line of its input, or when
// that ends.
func heed() {
	got := make(chan os.Signal, 16)
	signal.Notify(got, passed()...)
	over := make(chan bool)
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1))
		close(over)
	}()
	fmt.Println("ready")
	for {
		select {
		case sig := <-got:
			fmt.Println(sig)
		case <-over:
			// What is on its way still counts: a second signal would be one too many.
			for wait := time.After(100 * time.Millisecond); ; {
				select {
				case sig := <-got:
					fmt.Println(sig)
					continue
				case <-wait:
				}
				break
			}
			code, _ := strconv.Atoi(os.Args[1])
			os.Exit(code)
		}
	}
}
