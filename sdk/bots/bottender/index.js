// The bot: it greets whoever writes, taps a button or comes by a link.
const pictures = new Map(); // by PSID, as the session has them

module.exports = async function App(context) {
  const { greeting, said } = await import('../greeting.mjs');
  const { event, session } = context;
  if (event.isEcho) return;
  pictures.set(session.user.id, session.user.profilePic);
  await context.sendText(greeting(session.user.firstName, said(event.rawEvent)));
};
module.exports.pictures = pictures;
