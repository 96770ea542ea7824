import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { cancel, logIn } from '../lib/dialog.mjs';
import { Kith } from '../lib/kith.mjs';
import { strategy } from '../recipes/passport-facebook.mjs';

const callbackURL = 'http://127.0.0.1:3000/auth/facebook/callback';

let kith;
before(async () => {
  kith = await Kith.start({
    apps: { demo: { redirect_uris: [callbackURL] } },
    people: { ana: { first_name: 'Ana', last_name: 'Lima', email: 'ana@example.com' } },
  });
});
after(() => kith?.stop());

// authenticate runs the strategy on one request of the person's browser, as
// passport does, and tells what it wants done.
function authenticate(query, options = {}) {
  const { id, secret } = kith.app('demo');
  return new Promise((resolve, reject) => {
    const s = Object.create(strategy(kith.url, { clientID: id, clientSecret: secret, callbackURL }));
    Object.assign(s, {
      redirect: (to) => resolve({ to }),
      success: (user) => resolve({ user }),
      fail: (why) => resolve({ why }),
      error: reject,
    });
    s.authenticate({ query, headers: {}, connection: {} }, options);
  });
}

test('somebody logs in', async () => {
  const { to } = await authenticate({}, { scope: ['email'], state: 'a state' });
  const back = await logIn(to, 'ana');
  assert.ok(back.href.startsWith(`${callbackURL}?code=`), back.href);
  assert.equal(back.searchParams.get('state'), 'a state');
  const { user } = await authenticate(Object.fromEntries(back.searchParams));
  assert.match(user.accessToken, /^EAA[A-Za-z0-9]+$/);
  kith.ids = await kith.control('GET', 'ids');
  assert.equal(user.profile.id, kith.asid('demo', 'ana'));
  assert.equal(user.profile.displayName, 'Ana Lima');
  assert.deepEqual(user.profile.emails, [{ value: 'ana@example.com' }]);
});

test('a permission that was unticked gives nothing', async () => {
  const { to } = await authenticate({}, { scope: ['email', 'user_birthday'], authType: 'rerequest' });
  const back = await logIn(to, 'ana', ['user_birthday']);
  const { user } = await authenticate(Object.fromEntries(back.searchParams));
  const res = await fetch(`${kith.url}/v25.0/me/permissions?access_token=${user.accessToken}`);
  assert.deepEqual((await res.json()).data.map(({ permission, status }) => [permission, status]),
    [['public_profile', 'granted'], ['email', 'granted'], ['user_birthday', 'declined']]);
});

test('who cancels is not logged in', async () => {
  const { to } = await authenticate({}, {});
  const back = await cancel(to);
  assert.equal(back.searchParams.get('error_reason'), 'user_denied');
  const { why } = await authenticate(Object.fromEntries(back.searchParams));
  assert.deepEqual(why, { message: 'Permissions error' });
});

test('a code is good for one login', async () => {
  const { to } = await authenticate({}, { scope: ['email'] });
  const query = Object.fromEntries((await logIn(to, 'ana')).searchParams);
  await authenticate(query);
  await assert.rejects(authenticate(query), (err) => {
    assert.equal(err.name, 'FacebookTokenError');
    assert.deepEqual([err.message, err.type, err.code, err.subcode], ['This authorization code has been used.', 'OAuthException', 100, 36009]);
    return true;
  });
});
