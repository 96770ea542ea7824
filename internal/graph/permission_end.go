package graph

import "time"

// An Ending is a day, in seconds since 1970, on which permissions were taken from
// everyone: what needs one of them alone was refused or empty from then on.
type Ending struct {
	Day         int64
	Permissions Permissions
}

// Endings lists the endings, the earliest first. [doc changelog of 4 April 2018, of
// 24 April 2018]
func Endings() []Ending { return append([]Ending(nil), endings[:]...) }

var endings = [...]Ending{
	{Day: dayOf(2018, time.April, 4), Permissions: PermissionSet(
		UserAboutMe, UserActionsBooks, UserActionsFitness, UserActionsMusic, UserActionsNews, UserActionsVideo,
		UserEducationHistory, UserGamesActivity, UserRelationshipDetails, UserRelationships, UserReligionPolitics,
		UserWebsite, UserWorkHistory, ReadCustomFriendlists)},
	{Day: dayOf(2018, time.August, 1), Permissions: PermissionSet(PublishActions)},
}

// Ended is all that was taken from everyone up to a moment.
func Ended(now int64) (ps Permissions) {
	for i := range endings {
		if now >= endings[i].Day {
			ps = ps.Or(endings[i].Permissions)
		}
	}
	return ps
}

func dayOf(year int, month time.Month, day int) int64 {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
}
