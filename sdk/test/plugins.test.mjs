// The plugins of Messenger on a website, and links into a conversation, in a real
// browser: what a person clicks is what the app is told.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, why } from '../lib/browser.mjs';
import { Kith } from '../lib/kith.mjs';
import { Receiver, Shop, facebook } from '../lib/shop.mjs';

const fields = ['messages', 'messaging_postbacks', 'messaging_optins', 'messaging_referrals', 'messaging_account_linking'];
const receiver = new Receiver();

let kith;
let browser;

before(async () => {
  if (why) return;
  await receiver.start();
  kith = await Kith.start({
    apps: { demo: { webhooks: [{ object: 'page', callback_url: receiver.url, verify_token: 'v', fields }] } },
    pages: {
      bakery: {
        name: 'Bakery', app: 'demo', subscribed_apps: [{ to: 'demo', subscribed_fields: fields }],
        messenger_profile: {
          get_started: { payload: 'START' }, whitelisted_domains: ['https://shop.example'],
          greeting: [{ locale: 'default', text: 'Hi {{user_first_name}} <b>' }],
          persistent_menu: [{ locale: 'default', call_to_actions: [{ type: 'postback', title: 'Hours', payload: 'HOURS' }] }],
        },
      },
    },
    people: { ana: { first_name: 'Ana', last_name: 'Lima' }, ben: { first_name: 'Ben' }, cleo: { first_name: 'Cleo' }, dan: { first_name: 'Dan' }, eva: { first_name: 'Eva', last_name: 'Ek', email: 'eva@people.example' } },
  });
  browser = await launch(facebook(kith));
});
after(async () => {
  await browser?.close();
  receiver.stop();
  await kith?.stop();
});

// The website keeps what it is told of its plugins.
const site = (plugins) => `<!doctype html><title>Shop</title>${plugins}
<script>
  window.told = [];
  window.fbAsyncInit = () => {
    for (const name of ['send_to_messenger', 'messenger_checkbox', 'customerchat.load', 'customerchat.dialogShow', 'xfbml.render']) FB.Event.subscribe(name, (e) => told.push({ name, ...e }));
    FB.init({ appId: '${kith.app('demo').id}', xfbml: true, version: 'v18.0' });
  };
</script>
<script async defer crossorigin="anonymous" src="https://connect.facebook.net/en_US/sdk.js"></script>`;

const send = () => `<div class="fb-send-to-messenger" messenger_app_id="${kith.app('demo').id}" page_id="${kith.page('bakery').id}" data-ref="poster"></div>`;
const box = () => `<div class="fb-messenger-checkbox" messenger_app_id="${kith.app('demo').id}" page_id="${kith.page('bakery').id}" user_ref="u-1"></div>`;
const chat = () => `<div class="fb-customerchat" page_id="${kith.page('bakery').id}" ref="corner"></div>`;

const visit = async (t, host, plugins) => {
  const shop = await Shop.open(t, browser, { [host]: () => site(plugins) });
  await shop.page.goto(`https://${host}/cart`);
  return shop.page;
};
const told = (page, what) => page.waitForFunction((w) => window.told.find((e) => Object.entries(w).every(([k, v]) => e[k] === v)), what).then((h) => h.jsonValue());
const frame = (page, plugin) => page.frameLocator(`iframe[title^="fb:${plugin}"]`);

// asWho is the window that a first click opens.
async function asWho(page, click, name) {
  const [popup] = await Promise.all([page.waitForEvent('popup'), click()]);
  await popup.getByRole('button', { name, exact: true }).click();
}

// say lets the Page write.
async function say(recipient, message) {
  const res = await fetch(`${kith.url}/v25.0/me/messages?access_token=${kith.page('bakery').token}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ recipient, message }),
  });
  assert.equal(res.status, 200, await res.clone().text());
  return res.json();
}

// talk opens the conversation with the Page as a person.
async function talk(page, person) {
  await page.goto(`https://www.facebook.com/messages/t/${kith.page('bakery').id}`);
  await page.getByRole('button', { name: person, exact: true }).click();
  await page.getByText(`You are ${person}.`).waitFor();
}

const psid = async (person) => {
  kith.ids = await kith.control('GET', 'ids');
  return kith.psid('bakery', person);
};
const profile = async (id) => (await fetch(`${kith.url}/v25.0/${id}?fields=first_name&access_token=${kith.page('bakery').token}`)).json();

test('Send to Messenger opts in who clicks, the checkbox only once the website says so', { skip: why }, async (t) => {
  const page = await visit(t, 'shop.example', send() + box());
  await told(page, { name: 'messenger_checkbox', event: 'rendered', user_ref: 'u-1' });
  await told(page, { name: 'send_to_messenger', event: 'rendered' });
  await asWho(page, () => frame(page, 'send_to_messenger').getByRole('button', { name: 'Send to Messenger' }).click(), 'Ana Lima');
  assert.equal((await told(page, { name: 'send_to_messenger', event: 'opt_in' })).is_after_optin, true);
  const { timestamp, ...optin } = await receiver.next((m) => m.optin);
  assert.ok(timestamp);
  const ana = await psid('ana');
  assert.deepEqual(optin, { sender: { id: ana }, recipient: { id: kith.page('bakery').id }, optin: { ref: 'poster' } });
  assert.deepEqual(await profile(ana), { first_name: 'Ana', id: ana });

  // The box was there before anybody was known: it asks, and somebody else ticks it.
  const checkbox = frame(page, 'messenger_checkbox');
  await asWho(page, async () => {
    await checkbox.getByRole('checkbox').click();
  }, 'Ben');
  await told(page, { name: 'messenger_checkbox', event: 'checkbox', state: 'checked', user_ref: 'u-1' });
  await checkbox.getByText('Ben', { exact: true }).waitFor();
  assert.deepEqual(receiver.told, []); // a tick is no opt-in
  const confirm = (user_ref) => page.evaluate(([app_id, page_id, user_ref]) => FB.AppEvents.logEvent('MessengerCheckboxUserConfirmation', null,
    { app_id, page_id, ref: 'order', user_ref }), [kith.app('demo').id, kith.page('bakery').id, user_ref]);
  await confirm('of-somebody-else');
  await confirm('u-1');
  const { timestamp: at, ...box1 } = await receiver.next((m) => m.optin);
  assert.ok(at);
  assert.deepEqual(box1, { recipient: { id: kith.page('bakery').id }, optin: { ref: 'order', user_ref: 'u-1' } });
  assert.deepEqual(receiver.told, []);

  // The bot has nothing but the user_ref. Who answers what it wrote is known by an ID.
  assert.match((await say({ user_ref: 'u-1' }, { text: 'Your order is on its way.', quick_replies: [{ content_type: 'text', title: 'Thanks', payload: 'THANKS' }] })).message_id, /^m_/);
  await talk(page, 'Ben');
  await page.getByText('Your order is on its way.').waitFor();
  await page.getByRole('button', { name: 'Thanks' }).click();
  const answer = await receiver.next((m) => m.message);
  const ben = await psid('ben');
  assert.equal(answer.sender.id, ben);
  assert.deepEqual([answer.message.text, answer.message.quick_reply], ['Thanks', { payload: 'THANKS' }]);
  assert.deepEqual(answer.prior_message, { source: 'checkbox_plugin', identifier: 'u-1' });
  assert.equal((await profile(ben)).first_name, 'Ben');
  assert.deepEqual(receiver.told, []);
});

test('what a Page sets up and offers can be pressed in the conversation, and logs people in', { skip: why }, async (t) => {
  const shop = await Shop.open(t, browser, { 'shop.example': (url) => `<!doctype html><title>Log in</title>
    <a href="${url.searchParams.get('redirect_uri')?.replaceAll('&', '&amp;')}&amp;authorization_code=42">Sure</a>` });
  const { page } = shop;
  await talk(page, 'Eva Ek');
  await page.getByText('Hi Eva <b>').waitFor();
  await page.getByRole('button', { name: 'Get Started' }).click();
  const begun = await receiver.next((m) => m.postback);
  const eva = begun.sender.id;
  assert.deepEqual([begun.postback.title, begun.postback.payload], ['Get Started', 'START']);
  await page.getByRole('button', { name: 'Hours' }).click();
  const hours = await receiver.next((m) => m.postback);
  assert.deepEqual([hours.sender.id, hours.postback.title, hours.postback.payload], [eva, 'Hours', 'HOURS']);

  await say({ id: eva }, { text: 'How shall we write you?', quick_replies: [{ content_type: 'text', title: 'Here', payload: 'HERE' },
    { content_type: 'user_email' }, { content_type: 'user_phone_number' }] });
  await talk(page, 'Eva Ek');
  assert.equal(await page.getByRole('button', { name: 'Here' }).count(), 1);
  await page.getByRole('button', { name: 'eva@people.example' }).click();
  const { message } = await receiver.next((m) => m.message);
  assert.deepEqual([message.text, message.quick_reply], ['eva@people.example', { payload: 'eva@people.example' }]);
  await page.getByText('You are Eva Ek.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Here' }).count(), 0); // they go with the answer

  await say({ id: eva }, { attachment: { type: 'template', payload: { template_type: 'button', text: 'Welcome', buttons: [
    { type: 'account_link', url: 'https://shop.example/login' }, { type: 'account_unlink' }] } } });
  await talk(page, 'Eva Ek');
  const [login] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button', { name: 'Log In' }).click()]);
  await login.getByRole('link', { name: 'Sure' }).click();
  await login.getByText('Your account is linked.').waitFor();
  const linked = await receiver.next((m) => m.account_linking);
  assert.equal(linked.sender.id, eva);
  assert.deepEqual(linked.account_linking, { status: 'linked', authorization_code: '42' });
  await page.getByRole('button', { name: 'Log Out' }).click();
  assert.deepEqual((await receiver.next((m) => m.account_linking)).account_linking, { status: 'unlinked' });
  assert.deepEqual(receiver.told, []);
});

test('people chat on a website, with an account and as guests', { skip: why }, async (t) => {
  const page = await visit(t, 'shop.example', chat());
  await told(page, { name: 'customerchat.load' });
  const plugin = frame(page, 'customerchat');
  await plugin.getByRole('button', { name: 'Chat' }).click();
  await told(page, { name: 'customerchat.dialogShow' });
  await asWho(page, () => plugin.getByRole('button', { name: 'Continue with Messenger' }).click(), 'Cleo');
  const begun = await receiver.next((m) => m.postback);
  const cleo = await psid('cleo');
  assert.equal(begun.sender.id, cleo);
  assert.equal(begun.postback.payload, 'START');
  assert.deepEqual(begun.postback.referral, { ref: 'corner', source: 'CUSTOMER_CHAT_PLUGIN', type: 'OPEN_THREAD', referer_uri: 'https://shop.example/cart', is_guest_user: false });
  assert.equal((await profile(cleo)).first_name, undefined);
  await plugin.getByLabel('Message').fill('Rye <b>bread</b>?');
  await plugin.getByRole('button', { name: 'Send' }).click();
  assert.equal((await receiver.next((m) => m.message)).message.text, 'Rye <b>bread</b>?');
  assert.equal((await profile(cleo)).first_name, 'Cleo');
  await say({ id: cleo }, { text: 'At noon.' });
  await plugin.getByText('Bakery: At noon.').waitFor();

  const guest = await visit(t, 'shop.example', chat());
  await told(guest, { name: 'customerchat.load' });
  await frame(guest, 'customerchat').getByRole('button', { name: 'Chat' }).click();
  await frame(guest, 'customerchat').getByRole('button', { name: 'Continue as guest' }).click();
  const came = await receiver.next((m) => m.postback);
  assert.equal(came.postback.referral.is_guest_user, true);
  await frame(guest, 'customerchat').getByLabel('Message').fill('Hello');
  await frame(guest, 'customerchat').getByRole('button', { name: 'Send' }).click();
  assert.equal((await receiver.next((m) => m.message)).sender.id, came.sender.id);
  assert.equal((await profile(came.sender.id)).first_name, undefined);
});

test('a website that is not listed shows no plugin, whatever it says of itself', { skip: why }, async (t) => {
  const shop = await Shop.open(t, browser, { 'evil.example': (url) => (url.pathname === '/lie'
    ? `<iframe src="https://www.facebook.com/plugins/send_to_messenger.php?app_id=${kith.app('demo').id}&page_id=${kith.page('bakery').id}&origin=https://shop.example"></iframe>`
    : site(send())) });
  const { page } = shop;
  for (const [path, status] of [['/', 403], ['/lie', 200]]) {
    const [answer] = await Promise.all([page.waitForResponse((r) => r.url().includes('/plugins/')), page.goto(`https://evil.example${path}`)]);
    assert.equal(answer.status(), status); // it takes the word of the website; the browser does not
    while (!page.frames()[1]?.url().startsWith('chrome-error:')) await page.evaluate(() => new Promise(requestAnimationFrame));
    if (path === '/') {
      await told(page, { name: 'xfbml.render' });
      assert.deepEqual(await page.evaluate(() => window.told.filter((e) => e.event)), []);
    }
  }
});

test('an m.me link begins a conversation with Get Started, and leads back into one', { skip: why }, async (t) => {
  const { page } = await Shop.open(t, browser, {});
  const open = async (ref) => {
    await page.goto(`https://m.me/${kith.page('bakery').id}?ref=${ref}`);
    await page.getByRole('button', { name: 'Dan', exact: true }).click();
    await page.getByText('You are Dan.').waitFor();
  };
  await open('poster');
  await page.getByRole('button', { name: 'Get Started' }).click();
  const { postback, sender } = await receiver.next((m) => m.postback);
  assert.deepEqual({ title: postback.title, payload: postback.payload, referral: postback.referral },
    { title: 'Get Started', payload: 'START', referral: { ref: 'poster', source: 'SHORTLINK', type: 'OPEN_THREAD' } });
  assert.equal((await profile(sender.id)).first_name, 'Dan');
  await open('flyer');
  assert.deepEqual((await receiver.next((m) => m.referral)).referral, { ref: 'flyer', source: 'SHORTLINK', type: 'OPEN_THREAD' });
  assert.deepEqual(receiver.told, []);
});
