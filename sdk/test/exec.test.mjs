// SDKs whose host is fixed, or left as it is, under kith exec.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { exec, node } from '../lib/exec.mjs';
import { Kith } from '../lib/kith.mjs';
import { matches } from '../lib/errors.mjs';
import { contacts } from '../lib/people.mjs';
import { sameProfile } from '../lib/profile.mjs';

let kith;
before(async () => (kith = await Kith.start()));
after(() => kith?.stop());

const fields = ['first_name', 'last_name', 'profile_pic', 'locale', 'timezone', 'gender']; // those of bootbot

// profiles reads many people by one program and gives back what came, in order.
async function profiles(sdk, calls, flags = []) {
  const { code, out, err } = await exec(['--url', kith.url, ...flags], node('profiles', sdk), JSON.stringify(calls));
  assert.deepEqual({ code, err }, { code: 0, err: '' }, out);
  return out.trim().split('\n').map((line) => JSON.parse(line));
}

// as ends in what the SDK hands over: an outcome of lib/people.mjs as the fields
// above have it, in v25.0.
function holds(got, { outcome }, { id }) {
  if (outcome.refused) {
    const { type, code, error_subcode: subcode, message } = got.error ?? {};
    assert.deepEqual({ type, code, subcode }, { type: outcome.refused.type, code: outcome.refused.code, subcode: outcome.refused.subcode }, JSON.stringify(got));
    matches(message, outcome.refused.message, id);
    return;
  }
  const { name, ...profile } = outcome.profile;
  sameProfile(got, Object.keys(outcome.profile).length ? { ...profile, id } : outcome.profile);
}

// request and axios ask the proxy; node-fetch knows nothing of proxies.
for (const [sdk, flags] of [['messenger-node', ['--node-hook=false']], ['bootbot', []], ['fb', ['--node-hook=false']]]) {
  test(`${sdk} reads everybody of the demo world`, async () => {
    const calls = contacts.map(({ call }) => ({ ...call(kith), fields, version: 'v25.0' }));
    const got = await profiles(sdk, calls, flags);
    assert.equal(got.length, calls.length);
    contacts.forEach((contact, i) => {
      try {
        holds(got[i], contact, calls[i]);
      } catch (err) {
        err.message = `${contact.person} ${contact.what}: ${err.message}`;
        throw err;
      }
    });
  });
}

test('bootbot by itself asks for v2.12, which has no id', async () => {
  const [alice] = await profiles('bootbot', [{ id: kith.psid('shop', 'alice'), token: kith.page('shop').token }]);
  assert.equal(alice.first_name, 'Alice');
  assert.ok(!('id' in alice));
});

test('messenger-node by itself asks for no version', async () => {
  const [alice] = await profiles('messenger-node', [{ id: kith.psid('shop', 'alice'), token: kith.page('shop').token, fields: ['first_name'] }]);
  assert.deepEqual(alice, { first_name: 'Alice', id: kith.psid('shop', 'alice') });
});

// The others have a knob, and need none here. By the proxy and by the module.
for (const sdk of ['messaging-api-messenger', 'business-sdk', 'fbgraph', 'fetch']) {
  for (const flags of sdk === 'fetch' ? [[]] : [[], ['--node-hook=false']]) {
    test(`${sdk} without a recipe ${flags}`, async () => {
      const [alice] = await profiles(sdk, [{ id: kith.psid('shop', 'alice'), token: kith.page('shop').token, fields: ['first_name'] }], flags);
      assert.equal(alice.first_name ?? alice.firstName, 'Alice', JSON.stringify(alice));
    });
  }
}

test('a kith of its own, tokens from the environment, and the picture at its host', async () => {
  const { code, out, err } = await exec([], node('picture', kith.psid('shop', 'alice')));
  assert.deepEqual({ code, err }, { code: 0, err: '' });
  assert.deepEqual(JSON.parse(out), { host: 'platform-lookaside.fbsbx.com', type: 'image/jpeg', begins: [0xff, 0xd8, 0xff] });
});

test('other hosts are refused, whichever way a program goes', async () => {
  const urls = ['https://example.com/', 'https://business.facebook.com/'];
  const { code, out } = await exec(['--url', kith.url], node('elsewhere', ...urls));
  assert.equal(code, 0);
  const lines = out.trim().split('\n');
  assert.equal(lines.length, 6, out);
  for (const line of lines) assert.match(line, /kith exec refuses this host|statusCode=403/, line);
});
