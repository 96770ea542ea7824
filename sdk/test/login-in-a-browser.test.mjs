// A small app with passport-facebook, and a person in a real browser: the login page
// as people meet it, with its scripts, policies and redirects.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { launch, why } from '../lib/browser.mjs';
import { Kith } from '../lib/kith.mjs';
import { strategy } from '../recipes/passport-facebook.mjs';

let kith;
let app;
let browser;

// An app has two pages: /login sends the browser to the login page, /callback shows
// who came back. /deauth is told who removed it.
class App {
  told = [];
  asks = { scope: ['email', 'user_birthday'], state: 'a state' };

  async start() {
    this.server = createServer((req, res) => this.serve(req, res)).listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  serve(req, res) {
    const url = new URL(req.url, this.url);
    if (url.pathname === '/deauth') return this.hear(req, res);
    if (url.pathname !== '/login' && url.pathname !== '/callback') return res.writeHead(404).end();
    const { id, secret } = kith.app('demo');
    const s = Object.create(strategy(kith.url, { clientID: id, clientSecret: secret, callbackURL: `${this.url}/callback` }));
    const page = (status, text) => res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
    Object.assign(s, {
      redirect: (to) => res.writeHead(302, { location: to }).end(),
      success: (user) => { this.user = user; page(200, `Hello ${user.profile.displayName}`); },
      fail: (reason) => page(401, reason.message),
      error: (err) => page(500, String(err)),
    });
    s.authenticate({ query: Object.fromEntries(url.searchParams), headers: req.headers, connection: {} }, url.pathname === '/login' ? this.asks : {});
  }

  async hear(req, res) {
    let body = '';
    for await (const chunk of req) body += chunk;
    const [, payload] = new URLSearchParams(body).get('signed_request').split('.');
    this.told.push(JSON.parse(Buffer.from(payload, 'base64url')));
    res.end();
    this.heard?.();
  }
}

before(async () => {
  if (why) return;
  app = new App();
  await app.start();
  kith = await Kith.start({
    apps: { demo: { name: 'Demo App', redirect_uris: [`${app.url}/callback`], deauth_callback_url: `${app.url}/deauth` } },
    people: {
      ana: { first_name: 'Ana', last_name: 'Lima', email: 'ana@example.com' },
      evil: { first_name: '<script>document.title="taken"</script>', last_name: 'O\'Hara "&' },
    },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  app?.server.closeAllConnections();
  app?.server.close();
  await kith?.stop();
});

// visit opens the app's login in a browser without a past, and tells what the
// browser itself complains of.
async function visit(t) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const complaints = [];
  page.on('pageerror', (err) => complaints.push(String(err)));
  page.on('console', (m) => m.type() === 'error' && !m.text().includes('favicon') && !m.text().includes('404') && !m.text().includes('401') && complaints.push(m.text()));
  t.after(() => assert.deepEqual(complaints, []));
  await page.goto(`${app.url}/login`);
  return page;
}

const permissions = async () => {
  const res = await fetch(`${kith.url}/v25.0/me/permissions?access_token=${app.user.accessToken}`);
  return (await res.json()).data.map(({ permission, status }) => `${permission} ${status}`);
};

test('a person logs in, declines something, is not asked again, and removes the app', { skip: why }, async (t) => {
  const page = await visit(t);
  assert.equal(await page.title(), 'Log in to Demo App');
  await page.getByRole('button', { name: 'Ana Lima' }).click();
  assert.equal(await page.getByRole('checkbox').count(), 3);
  assert.ok(await page.getByLabel('public_profile').isDisabled());
  await page.getByLabel('user_birthday').uncheck();
  await page.getByRole('button', { name: 'Continue as' }).click();
  await page.waitForURL(`${app.url}/callback?**`);
  assert.equal(await page.textContent('body'), 'Hello Ana Lima');
  assert.equal(new URL(page.url()).searchParams.get('state'), 'a state');
  assert.deepEqual(await permissions(), ['public_profile granted', 'email granted', 'user_birthday declined']);

  await page.goto(`${app.url}/login`);
  await page.getByRole('button', { name: 'Ana Lima' }).click();
  await page.waitForURL(`${app.url}/callback?**`); // nothing is left to be asked

  const heard = new Promise((resolve) => { app.heard = resolve; });
  kith.ids = await kith.control('GET', 'ids');
  const res = await fetch(`${kith.url}/v25.0/me/permissions?access_token=${app.user.accessToken}`, { method: 'DELETE' });
  assert.deepEqual(await res.json(), { success: true });
  await heard;
  assert.equal(app.told[0].user_id, kith.asid('demo', 'ana'));
  assert.equal(app.told[0].algorithm, 'HMAC-SHA256');
});

test('who cancels comes back without a login', { skip: why }, async (t) => {
  const page = await visit(t);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.waitForURL(`${app.url}/callback?**`);
  assert.equal(await page.textContent('body'), 'Permissions error');
  assert.equal(new URL(page.url()).searchParams.get('error_reason'), 'user_denied');
});

test('a name is a text and nothing else', { skip: why }, async (t) => {
  const page = await visit(t);
  const button = page.getByRole('button', { name: '<script>' });
  assert.equal(await button.textContent(), '<script>document.title="taken"</script> O\'Hara "&');
  assert.equal(await page.title(), 'Log in to Demo App');
  await button.click();
  await page.getByRole('button', { name: 'Continue as' }).click();
  await page.waitForURL(`${app.url}/callback?**`);
  assert.match(await page.textContent('body'), /^Hello <script>/);
});

test('no other page can show the login page in a frame, or send its forms', { skip: why }, async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const { id } = kith.app('demo');
  const dialog = `${kith.url}/v25.0/dialog/oauth?client_id=${id}&redirect_uri=${encodeURIComponent(`${app.url}/callback`)}`;
  await page.route(`${app.url}/frame`, (route) => route.fulfill({ contentType: 'text/html', body: `<iframe src="${dialog.replaceAll('&', '&amp;')}"></iframe>` }));
  await page.goto(`${app.url}/frame`);
  const frame = page.frames()[1];
  assert.match(frame.url(), /^chrome-error:/);

  await page.route(`${app.url}/form`, (route) => route.fulfill({ contentType: 'text/html',
    body: `<form method="post" action="${dialog.replaceAll('&', '&amp;')}"><button name="who" value="ana">x</button></form>` }));
  await page.goto(`${app.url}/form`);
  const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST'), page.getByRole('button').click()]);
  assert.equal(answer.status(), 403);
});
