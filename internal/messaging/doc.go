// Package messaging is what people, Pages and Instagram accounts write each other:
// conversations and their messages, which apps are told of them, and in which words.
// It refuses to know how something is delivered, who may read a conversation, and
// whether anything that happens in one opens a profile.
//
// Stored by this package:
//
//	app records                                      Subscription: object, address, fields
//	assoc   page|instagram -subscribed_apps-> app    Item: subscribed_fields
//	object  thing                                    Conversation and Message, which are nodes like others; their
//	                                                 place owns them, and they go with the people
//	key     thread/<place> + digits                  -> the conversation with whom the place knows by these
//	object  ticket                                   Ticket: what lets a place write to whom it has no ID of
//	assoc   person -ticket-> ticket                  the newest first
//	key     ticket/<place> + form + text             -> ticket
//	assoc   page|instagram -edge conversations-> conversation   at its latest message
//	assoc   person -edge conversations, threads-> conversation  likewise
//	assoc   conversation -edge conversation.messages-> message  at its own time
package messaging
