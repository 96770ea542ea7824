package postgres

import (
	"encoding/hex"
	"hash/fnv"

	"github.com/kithgraph/kith/internal/store/sqltext"
)

// A statement is a row of the catalogue as this store sends it.
type statement struct {
	text string
	name string // under which connections prepare it; follows from the text
	oids []uint32
}

// statements are those of the catalogue that this store uses.
type statements struct {
	list []*statement // all of them

	getObjects, getKey, getPair, getCounts, getOwned *statement
	newest, oldest, all, allReverse                  *statement
	scanObjects, scanAssocs, scanKeys, scanCounts    *statement

	put, delete, bind, unbind          *statement
	link, linkInverse, insert          *statement
	linkCounted, linkInverseCounted    *statement
	unlink, unlinkCounted              *statement
	starts, purgeCounts, purgeKeys     *statement
	operation, settle, trim            *statement
	createSchema, getSchema, setSchema *statement
	haveTables, haveNamespace, clock   *statement
	durability                         *statement
	beginRead, beginWrite, beginPulse  *statement
	standStill, commit, abort          *statement
}

// newStatements names the tables of one schema. The letters are the types of
// the parameters: number, bytes, text, list of numbers.
func newStatements(schema string) *statements {
	var list []*statement
	on := func(text, types string) *statement {
		list = append(list, newStatement(sqltext.In(schema, text), types))
		return list[len(list)-1]
	}
	all := &statements{
		getObjects: on(sqltext.GetObjects, "N"), getKey: on(sqltext.GetKey, "nb"), getPair: on(sqltext.GetPair, "nnn"),
		getCounts: on(sqltext.GetCounts, "nN"), getOwned: on(sqltext.GetOwned, "nn"),
		newest: on(sqltext.Newest, "nnnnnnn"), oldest: on(sqltext.Oldest, "nnnnnnn"),
		all: on(sqltext.All, "nnnnn"), allReverse: on(sqltext.AllReverse, "nnnnn"),
		scanObjects: on(sqltext.ScanObjects, "nn"), scanAssocs: on(sqltext.ScanAssocs, "nnnn"),
		scanKeys: on(sqltext.ScanKeys, "nbn"), scanCounts: on(sqltext.ScanCounts, "nnnn"),
		put: on(sqltext.Put, "nnnb"), delete: on(sqltext.Delete, "n"), bind: on(sqltext.Bind, "nbn"), unbind: on(sqltext.Unbind, "nb"),
		link: on(sqltext.Link, "nnnnnb"), linkInverse: on(sqltext.LinkInverse, "nnnnnb"), insert: on(sqltext.Insert, "nnnnnb"),
		linkCounted: on(sqltext.LinkCounted, "nnnnnbn"), linkInverseCounted: on(sqltext.LinkInverseCounted, "nnnnnbn"),
		unlink: on(sqltext.Unlink, "nnn"), unlinkCounted: on(sqltext.UnlinkCounted, "nnnn"),
		starts: on(sqltext.Starts, "nnnn"), purgeCounts: on(sqltext.PurgeCounts, "n"), purgeKeys: on(sqltext.PurgeKeys, "n"),
		operation: on(sqltext.Operation, "bn"), settle: on(sqltext.Settle, "bn"), trim: on(sqltext.TrimOperations, "nnn"),
		createSchema: on(sqltext.CreateSchema, ""), getSchema: on(sqltext.GetSchema, ""), setSchema: on(sqltext.SetSchema, "n"),
		haveTables: on(sqltext.HaveTables, "t"), haveNamespace: on(sqltext.HaveNamespace, "t"), clock: on(sqltext.Clock, ""),
		durability: on(sqltext.Durability, ""),
		beginRead:  on(sqltext.BeginRead, ""), beginWrite: on(sqltext.BeginWrite, ""), beginPulse: on(sqltext.BeginPulse, ""),
		standStill: on(sqltext.StandStill, "t"), commit: on(sqltext.Commit, ""), abort: on(sqltext.Rollback, ""),
	}
	all.list = list
	return all
}

func newStatement(text, types string) *statement {
	h := fnv.New64a()
	h.Write([]byte(text)) // never fails
	st := &statement{text: text, name: "kith_" + hex.EncodeToString(h.Sum(nil))}
	oids := map[rune]uint32{'n': oidInt8, 'b': oidBytea, 't': oidText, 'N': oidInt8Array}
	for _, t := range types {
		st.oids = append(st.oids, oids[t])
	}
	return st
}
