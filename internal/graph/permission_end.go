package graph

import "time"

// An Ending is a day, in seconds since 1970, on which permissions were taken from
// everyone: what needs one of them alone was refused or empty from then on. Apps that
// were made since New never had them; zero: some could.
type Ending struct {
	Day, New    int64
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
	{Day: dayOf(2018, time.August, 1), New: dayOf(2018, time.April, 24), Permissions: PermissionSet(PublishActions)},
}

// Ended is all that an app has lost up to a moment; created is when it was made, zero
// for an old one.
func Ended(now, created int64) (ps Permissions) {
	for i := range endings {
		if now >= endings[i].Day || endings[i].New != 0 && created >= endings[i].New {
			ps = ps.Or(endings[i].Permissions)
		}
	}
	return ps
}

func dayOf(year int, month time.Month, day int) int64 {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
}
