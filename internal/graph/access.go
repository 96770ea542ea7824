package graph

import (
	"fmt"
	"strings"
)

// A Level is how far App Review opened a permission or feature for an app.
type Level uint8

// LevelNone gives nothing. LevelStandard covers people who have a role in the
// app. LevelAdvanced covers everyone. [doc access levels]
const (
	LevelNone Level = iota
	LevelStandard
	LevelAdvanced
)

var levelNames = [...]string{"none", "standard", "advanced"}

// String returns the name used in world files and the control plane.
func (l Level) String() string { return name(levelNames[:], int(l)) }

// ParseLevel reads a level.
func ParseLevel(s string) (Level, error) {
	i, err := parseName("level", levelNames[:], s)
	return Level(i), err
}

// A Feature is reviewed like a permission but asked of the app alone.
type Feature uint8

// BusinessAssetUserProfileAccess is asked of business apps before any field of
// a MessengerUser is served. [doc user-profile 2026]
const (
	BusinessAssetUserProfileAccess Feature = iota
	TaggableFriends
	InvitableFriends
	AllMutualFriends
	ThreeDegreeMutualFriends
	PagePublicContentAccess // asked by the knob pages.public alone
	featureCount
)

var featureNames = [featureCount]string{"business_asset_user_profile_access", "taggable_friends", "invitable_friends", "all_mutual_friends", "three_degree_mutual_friends", "page_public_content_access"}

// String returns the name used in world files and the control plane.
func (f Feature) String() string { return name(featureNames[:], int(f)) }

// ParseFeature reads a feature.
func ParseFeature(s string) (Feature, bool) {
	for i, n := range featureNames {
		if n == s {
			return Feature(i), true
		}
	}
	return 0, false
}

// FeatureCount is the number of features, for tables indexed by Feature.
const FeatureCount = int(featureCount)

// A Task is what a person may do on a Page. [doc page tasks]
type Task uint8

// Tasks of a Page, in the order /me/accounts lists them. [seen python-facebook testdata]
const (
	TaskAnalyze Task = iota
	TaskAdvertise
	TaskMessaging
	TaskModerate
	TaskCreateContent
	TaskManage
	taskCount
)

var taskNames = [taskCount]string{"ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE"}

// String returns the name on the wire.
func (t Task) String() string { return name(taskNames[:], int(t)) }

// ParseTask reads a task.
func ParseTask(s string) (Task, error) {
	i, err := parseName("task", taskNames[:], s)
	return Task(i), err
}

// Tasks is a set of tasks.
type Tasks uint8

// Has reports whether t is in the set.
func (s Tasks) Has(t Task) bool { return s&(1<<t) != 0 }

// With returns the set with t added.
func (s Tasks) With(t Task) Tasks { return s | 1<<t }

// AllTasks is what the owner of a Page may do.
const AllTasks = Tasks(1<<taskCount - 1)

// Names lists the set in the order of the constants.
func (s Tasks) Names() []string {
	var names []string
	for t := range taskCount {
		if s.Has(t) {
			names = append(names, taskNames[t])
		}
	}
	return names
}

// A Role is what a person is to an app.
type Role uint8

// Roles of an app. Without one, a person of a development app is not visible to it.
const (
	RoleNone Role = iota
	RoleTester
	RoleDeveloper
	RoleAdministrator
)

var roleNames = [...]string{"none", "tester", "developer", "administrator"}

// String returns the name used in world files and the control plane.
func (r Role) String() string { return name(roleNames[:], int(r)) }

// ParseRole reads a role.
func ParseRole(s string) (Role, error) {
	i, err := parseName("role", roleNames[:], s)
	return Role(i), err
}

// An AppType decides which review an app needs.
type AppType uint8

// Types of app. Only business apps are asked for the profile feature; desktop
// apps cannot write for other people. [doc seed user-profile 2026, user v2.10]
const (
	AppBusiness AppType = iota
	AppConsumer
	AppDesktop
)

var appTypeNames = [...]string{"business", "consumer", "desktop"}

// String returns the name used in world files and the control plane.
func (t AppType) String() string { return name(appTypeNames[:], int(t)) }

// ParseAppType reads an app type.
func ParseAppType(s string) (AppType, error) {
	i, err := parseName("app type", appTypeNames[:], s)
	return AppType(i), err
}

// An AppMode says whether an app is in development or live.
type AppMode uint8

// Modes of an app.
const (
	ModeLive AppMode = iota
	ModeDevelopment
)

var appModeNames = [...]string{"live", "development"}

// String returns the name used in world files and the control plane.
func (m AppMode) String() string { return name(appModeNames[:], int(m)) }

// ParseAppMode reads an app mode.
func ParseAppMode(s string) (AppMode, error) {
	i, err := parseName("app mode", appModeNames[:], s)
	return AppMode(i), err
}

// An Audience is who may see one field of a person.
type Audience uint8

// Audiences of a profile field.
const (
	Public Audience = iota
	Friends
	OnlyMe
)

var audienceNames = [...]string{"public", "friends", "only_me"}

// String returns the name used in world files and the control plane.
func (a Audience) String() string { return name(audienceNames[:], int(a)) }

// ParseAudience reads an audience.
func ParseAudience(s string) (Audience, error) {
	i, err := parseName("audience", audienceNames[:], s)
	return Audience(i), err
}

// An InfoState is the state of one field of a Page's "Info About People".
type InfoState uint8

// States of a request for a field. Approved is what the Page starts with unless
// told otherwise, so that App Review alone decides. [guess]
const (
	NotRequested InfoState = iota
	Requested
	Approved
	Rejected
)

var infoStateNames = [...]string{"none", "requested", "approved", "rejected"}

// String returns the name used in world files and the control plane.
func (r InfoState) String() string { return name(infoStateNames[:], int(r)) }

// ParseInfoState reads the state of a request.
func ParseInfoState(s string) (InfoState, error) {
	i, err := parseName("state", infoStateNames[:], s)
	return InfoState(i), err
}

func name(names []string, i int) string {
	if i >= 0 && i < len(names) {
		return names[i]
	}
	return "unknown"
}

func parseName(what string, names []string, s string) (int, error) {
	for i, n := range names {
		if n == s {
			return i, nil
		}
	}
	return 0, fmt.Errorf("unknown %s %q: use one of %s", what, s, strings.Join(names, ", "))
}
