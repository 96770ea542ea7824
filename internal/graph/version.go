package graph

import "strconv"

// A Version is a Graph API version: major in the high byte, minor in the low
// one, so that 2.10 is above 2.9. Zero stands for "none given".
type Version uint16

type versionRow struct {
	v                 Version
	released, expires string
}

// V makes a version.
func V(major, minor uint8) Version { return Version(major)<<8 | Version(minor) }

// Oldest and Newest bound what kith serves. v1.0 is not served.
var (
	Oldest = knownVersions[0].v
	Newest = knownVersions[len(knownVersions)-1].v
)

// String returns the form of a path, such as "v2.10".
func (v Version) String() string {
	return "v" + strconv.Itoa(int(v>>8)) + "." + strconv.Itoa(int(v&0xff))
}

// AppendTo appends the form of a path without allocating.
func (v Version) AppendTo(b []byte) []byte {
	b = append(b, 'v')
	b = strconv.AppendUint(b, uint64(v>>8), 10)
	b = append(b, '.')
	return strconv.AppendUint(b, uint64(v&0xff), 10)
}

// ParseVersion reads "vN.N" and accepts known versions only: anything else in
// that place of a path is a node. [seen idx:70865456440]
func ParseVersion(s string) (Version, bool) {
	if len(s) < 4 || len(s) > 6 || s[0] != 'v' {
		return 0, false
	}
	major, minor, part, digits := 0, 0, 0, 0
	for i := 1; i < len(s); i++ {
		c := s[i]
		if c == '.' && part == 0 && digits > 0 {
			part, digits = 1, 0
			continue
		}
		if c < '0' || c > '9' || (digits > 0 && ((part == 0 && major == 0) || (part == 1 && minor == 0))) {
			return 0, false
		}
		digits++
		if part == 0 {
			major = major*10 + int(c-'0')
		} else {
			minor = minor*10 + int(c-'0')
		}
	}
	if part == 0 || digits == 0 {
		return 0, false
	}
	v := V(uint8(major), uint8(minor))
	return v, v.Known()
}

// Usable is the version that answers for v on a day: v itself, or once it has
// expired the oldest that has not. [doc graph-api versioning]
func (v Version) Usable(day string) Version {
	for _, r := range knownVersions {
		if r.v >= v && (r.expires == "" || day < r.expires) {
			return r.v
		}
	}
	return v
}

// Latest is the newest version that was there on a day, zero before the first.
func Latest(day string) (v Version) {
	for _, r := range knownVersions {
		if r.released <= day {
			v = r.v
		}
	}
	return v
}

// Known reports whether kith serves v.
func (v Version) Known() bool {
	for i := range knownVersions {
		if knownVersions[len(knownVersions)-1-i].v == v { // most ask for a late one
			return true
		}
	}
	return false
}

// Versions lists the known versions, oldest first.
func Versions() []Version {
	vs := make([]Version, len(knownVersions))
	for i := range knownVersions {
		vs[i] = knownVersions[i].v
	}
	return vs
}

// Released and Expires return the days of v as "2006-01-02", empty if not set.
func (v Version) Released() string { return v.row().released }

// Expires returns the day on which v stopped being served, empty if not set.
func (v Version) Expires() string { return v.row().expires }

func (v Version) row() versionRow {
	for _, r := range knownVersions {
		if r.v == v {
			return r
		}
	}
	return versionRow{}
}
