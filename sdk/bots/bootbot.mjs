// A bot on bootbot.
import { connect } from '../recipes/bootbot.mjs';
import { greeting, ready, said } from './greeting.mjs';

const { MESSENGER_ACCESS_TOKEN: accessToken, MESSENGER_APP_SECRET: appSecret, MESSENGER_VERIFY_TOKEN: verifyToken } = process.env;
const bot = connect({ accessToken, appSecret, verifyToken, version: 'v25.0' });

for (const event of ['message', 'postback', 'referral']) {
  bot.on(event, async (payload, chat) => {
    const { first_name: name } = await chat.getUserProfile();
    await chat.say(greeting(name, said(payload)));
  });
}
bot.start('0'); // a port that is free
bot.server.on('listening', () => ready(bot.server, '/webhook'));
