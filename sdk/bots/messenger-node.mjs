// A bot on messenger-node. Its own server checks no signature of webhooks and tells
// nobody which port it has; the express app of it is served here, behind the check.
import messenger from 'messenger-node';

import { connect } from '../recipes/messenger-node.mjs';
import { greeting, ready, said } from './greeting.mjs';
import { signed } from './signed.mjs';

const { MESSENGER_ACCESS_TOKEN: accessToken, MESSENGER_APP_SECRET: appSecret, MESSENGER_VERIFY_TOKEN: verifyToken } = process.env;
const webhook = new messenger.Webhook({ verify_token: verifyToken, port: '0', endpoint: '/webhook' });
const client = connect({ accessToken, version: 'v25.0' });

for (const event of ['messages', 'messaging_postbacks', 'messaging_referrals']) {
  webhook.on(event, async (type, { value: id }, item) => {
    const { first_name: name } = await client.getUserProfile(id, ['first_name']);
    await client.sendText({ id }, greeting(name, said(item)));
  });
}
const server = signed(appSecret, webhook.getInstance());
server.listen(0, '127.0.0.1', () => ready(server, '/webhook'));
