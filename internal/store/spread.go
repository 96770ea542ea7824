package store

// Ids of a shared database. A claim of one block takes the next number of
// blocks and puts the block somewhere in the upper half of the ids, so that what
// is written together lies together while blocks, and with them the processes
// that fill them, are spread. Claims of more than a block, for bulk writes, are
// dense as on an embedded database. The halves never meet, so a database can
// move from one store to the other.
const (
	spreadBase ID   = 1 << 61
	idBlockLog      = 10 // of idBlock
	spreadBits uint = 61 - idBlockLog
)

// spreadBlock is the range of the n-th block. Multiplying by an odd number and
// xoring with a shift of itself are permutations of the numbers below
// 1<<spreadBits, so no two blocks share one.
func spreadBlock(n uint64) idRange {
	const mask = 1<<spreadBits - 1
	n = n * 0x2545f4914f6cdd1d & mask
	n ^= n >> 25
	n = n * 0x9e3779b97f4a7c15 & mask
	n ^= n >> 26
	first := spreadBase | ID(n)<<idBlockLog
	return idRange{first, first + idBlock}
}
