// Package picture makes profile pictures and the signed URLs that lead to them.
//
// It owns three things: the generated avatar, the cleaning of a picture file
// that a world names, and the signature of a picture URL. It refuses to know
// whether the reader may still see the person: that gate runs again at every
// fetch, in the layers above, as does the judgement whether a URL has expired.
//
// Nothing is stored by this package.
package picture
