// Package messaging knows how Pages and Instagram accounts talk to people through
// apps: what an app may be told of, and which apps are. It refuses to know how
// something is delivered, and what the Graph calls it.
//
// Stored by this package:
//
//	app records                            Subscription: object, address, fields
//	assoc   page|instagram -subscribed_apps-> app    Item: subscribed_fields
package messaging
