// Package trial puts a database through what kith needs of it: the contract,
// step by step, and a load of acknowledged writes that somebody disturbs, for
// instance by killing a node, with a verdict at the end. It is for operators of
// databases that our own tests do not run on. It owns the questions and the
// ledger and refuses to know which database it is.
package trial
