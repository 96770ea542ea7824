// What the bots of this folder say: a greeting by the first name, as far as the
// Page may know it, and what they were told.
export const greeting = (name, said) => `Hello ${name ?? 'you'}: ${said}`;

// What an item of a webhook says: the text, or what the button or link carries.
export const said = ({ message, postback, referral }) => message?.text ?? postback?.payload ?? referral?.ref;

// ready tells who started the bot where its webhook is.
export const ready = (server, path) => console.log(JSON.stringify({ webhook: `http://127.0.0.1:${server.address().port}${path}` }));
