// A bot on Botkit with its adapter for Facebook.
import { connect } from '../recipes/botkit.mjs';
import { greeting, ready, said } from './greeting.mjs';

const { MESSENGER_ACCESS_TOKEN: accessToken, MESSENGER_APP_SECRET: appSecret, MESSENGER_VERIFY_TOKEN: verifyToken } = process.env;
process.env.PORT = '0';
const controller = connect({ accessToken, appSecret, verifyToken });

controller.on(['message', 'facebook_postback', 'facebook_referral'], async (bot, message) => {
  const { first_name: name } = await bot.api.callAPI(`/${message.user}`, 'GET', { fields: 'first_name' });
  await bot.reply(message, greeting(name, said(message.incoming_message.channelData)));
});
controller.ready(() => ready(controller.http, '/api/messages'));
