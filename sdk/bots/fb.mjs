// A bot on fb, which is a client only: the webhook is a server of our own.
import { connect } from '../recipes/fb.mjs';
import { greeting, ready, said } from './greeting.mjs';
import { signed } from './signed.mjs';

const { MESSENGER_ACCESS_TOKEN: accessToken, MESSENGER_APP_SECRET: appSecret, MESSENGER_VERIFY_TOKEN: verifyToken } = process.env;
const client = connect({ accessToken, appSecret });
const api = (...args) => new Promise((resolve, reject) => {
  client.api(...args, (answer) => (answer.error ? reject(new Error(JSON.stringify(answer.error))) : resolve(answer)));
});

async function answer(item) {
  const { id } = item.sender;
  const { first_name: name } = await api(`/${id}`, { fields: ['first_name'] });
  await api('/me/messages', 'post', { recipient: { id }, messaging_type: 'RESPONSE', message: { text: greeting(name, said(item)) } });
}

const server = signed(appSecret, async (req, res) => {
  const query = new URL(req.url, 'http://localhost').searchParams;
  if (req.method === 'GET') return res.end(query.get('hub.verify_token') === verifyToken ? query.get('hub.challenge') : '');
  for (const { messaging } of req.body.entry) for (const item of messaging) await answer(item);
  res.end();
});
server.listen(0, '127.0.0.1', () => ready(server, '/webhook'));
