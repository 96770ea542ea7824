// Bots on published frameworks, under kith exec: a person does something, the bot is
// told by a signed webhook, looks them up and greets them, and the conversation has it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Bot, transcript, until } from '../lib/bot.mjs';
import { Kith } from '../lib/kith.mjs';

const world = {
  apps: { demo: {} },
  pages: { bakery: { app: 'demo' } },
  people: { amy: { first_name: 'Ämy', last_name: 'Lindt' } },
};

// stage is a kith with a bot in it, and what a test asks about both.
async function stage(t, start) {
  const kith = await Kith.start(world);
  t.after(() => kith.stop());
  const bot = await Bot.start(kith, { page: 'bakery', app: 'demo', ...start });
  t.after(() => bot.stop());
  const lines = [];
  let psid;
  return {
    kith, bot, psid: () => psid,

    // act lets Ämy do something, and holds that the conversation has what she said, if
    // anything, and then the bot's answer, and nothing else.
    async act(event, said, answer) {
      const { id } = await kith.control('POST', 'act', { person: 'amy', page: 'bakery', ...event });
      psid ??= id;
      if (said) lines.push(`person: ${said}`);
      if (answer) lines.push(`page: ${answer}`);
      await until(`the conversation has ${lines.length} messages\n${bot.log}`, async () => (await transcript(kith, 'bakery', psid)).length >= lines.length)
        .catch((err) => assert.fail(`${err.message}\n${bot.log}`));
      assert.deepEqual(await transcript(kith, 'bakery', psid), lines);
    },

    // looked is how often the bot asked for her profile.
    async looked() {
      const { requests } = await kith.control('GET', 'requests?limit=1000&node=MessengerUser');
      return requests.filter(({ method, path }) => method === 'GET' && path.split('?')[0].endsWith(`/${psid}`)).length;
    },

    // settled holds that so many deliveries arrived, each at its first try.
    async settled(many) {
      const all = await until('every delivery is done', async () => {
        const { deliveries } = await kith.control('GET', 'deliveries');
        return deliveries.every(({ state }) => state !== 'waiting') && deliveries;
      });
      assert.deepEqual(all.map(({ state, tries }) => `${state} ${tries}`), Array(many).fill('delivered 1'));
    },

    // refuses holds that the bot does not hear who does not sign as the app.
    async refuses() {
      const body = JSON.stringify({ object: 'page', entry: [{ id: kith.page('bakery').id, messaging: [{ sender: { id: '1' }, message: { text: 'x' } }] }] });
      const headers = { 'content-type': 'application/json', 'x-hub-signature': `sha1=${'0'.repeat(40)}` };
      const res = await fetch(bot.webhook, { method: 'POST', body, headers });
      assert.ok(res.status >= 400, `${res.status}`);
    },
  };
}

// Botkit's server ends with the process when it meets a wrong signature.
const bots = [['botbuilder-adapter-facebook', 'botkit.mjs', { ends: true }], ['messenger-node', 'messenger-node.mjs'], ['bootbot', 'bootbot.mjs'], ['fb', 'fb.mjs']];

for (const [name, program, { ends } = {}] of bots) {
  test(`${name}: get started, message, revoke, return`, async (t) => {
    const { act, looked, settled, refuses } = await stage(t, { args: [program] });
    if (!ends) await refuses();
    await act({ event: 'get_started', payload: 'START' }, 'Get Started', 'Hello Ämy: START');
    await act({ event: 'message', text: 'Two rolls / <please> 🥐' }, 'Two rolls / <please> 🥐', 'Hello Ämy: Two rolls / <please> 🥐');
    await act({ event: 'revoke' });
    await act({ event: 'm_me_link', ref: 'poster' }, undefined, 'Hello you: poster');
    await act({ event: 'message', text: 'Here again' }, 'Here again', 'Hello Ämy: Here again');
    assert.equal(await looked(), 4);
    await settled(4);
  });
}

test('bottender keeps a person until the picture URL has run out', async (t) => {
  const { kith, bot, act, looked, settled, refuses, psid } = await stage(t, { folder: 'bottender', args: ['server.js'] });
  const origin = new URL(bot.webhook).origin;
  const picture = async () => (await fetch(`${origin}/picture/${psid()}`)).json();
  const ext = (url) => Number(new URL(url).searchParams.get('ext'));
  const pass = async (days) => { // for kith and for the machine of the bot
    const { now } = await kith.control('PUT', 'clock', { mode: 'frozen', advance: `${days}d` });
    await fetch(`${origin}/clock`, { method: 'PUT', body: JSON.stringify({ now }) });
    return Date.parse(now) / 1000;
  };

  await refuses();
  const began = await pass(0);
  await act({ event: 'get_started', payload: 'START' }, 'Get Started', 'Hello Ämy: START');
  const first = await picture();
  assert.deepEqual({ status: first.status, type: first.type, ext: ext(first.url) },
    { status: 200, type: 'image/jpeg', ext: Math.floor(began) + 30 * 24 * 3600 });
  await act({ event: 'message', text: 'Two rolls' }, 'Two rolls', 'Hello Ämy: Two rolls');
  assert.equal(await looked(), 1, 'the session has her');
  await settled(2);

  await pass(31);
  assert.equal((await picture()).status, 403);
  await act({ event: 'message', text: 'Three' }, 'Three', 'Hello Ämy: Three');
  assert.equal(await looked(), 2, 'the picture had run out');
  const second = await picture();
  assert.equal(second.status, 200);
  assert.equal(ext(second.url) - ext(first.url), 31 * 24 * 3600);

  await act({ event: 'revoke' });
  assert.notEqual((await picture()).status, 200, 'the picture goes with the consent');
  await act({ event: 'm_me_link', ref: 'poster' }, undefined, 'Hello Ämy: poster');
  assert.equal(await looked(), 2, 'what a bot keeps is its own');
  await pass(31);
  await act({ event: 'm_me_link', ref: 'window' }, undefined, 'Hello you: window');
  assert.equal(await looked(), 3);
  await act({ event: 'message', text: 'Here again' }, 'Here again', 'Hello Ämy: Here again');
  assert.equal(await looked(), 4);
  assert.equal((await picture()).status, 200);
});
