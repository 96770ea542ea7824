package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// Print writes the rows as an aligned table.
func Print(w io.Writer, rows []Row) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "ROW\tWHAT\tMEASURED\tROUNDS\tLIMIT\tVERDICT\tNOTE")
	for i := range rows {
		r := &rows[i]
		spread := ""
		if r.Low != nil {
			spread = quantity(*r.Low, "") + ".." + quantity(*r.High, "")
			if r.Unit == "x" {
				spread = fmt.Sprintf("%.2f..%.2f", *r.Low, *r.High)
			}
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Key, r.Name, r.Measured, spread, r.Limit, r.Verdict, r.Note)
	}
	return tw.Flush()
}

// PrintJSON writes one object for each row, a line each.
func PrintJSON(w io.Writer, rows []Row) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for i := range rows {
		if err := e.Encode(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}
