import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Page, User } from 'facebook-nodejs-business-sdk';

import { read, refused } from '../lib/business-sdk.mjs';
import * as errors from '../lib/errors.mjs';
import { Kith } from '../lib/kith.mjs';
import { accounts, contacts, users } from '../lib/people.mjs';
import { sameProfile } from '../lib/profile.mjs';
import { refusals } from '../lib/refusals.mjs';
import { connect } from '../recipes/business-sdk.mjs';

let kith;
before(async () => (kith = await Kith.start()));
after(() => kith?.stop());

for (const { person, what, outcome, fields, call } of [...contacts, ...accounts]) {
  test(`${person} ${what}`, async () => {
    const { id, token } = call(kith);
    const answer = read(kith.url, { id, token, fields });
    if (outcome.refused) return refused(answer, outcome.refused, id);
    // The object keeps the id it was made with, also when nothing came.
    sameProfile((await answer).exportAllData(), { id, ...outcome.profile });
  });
}

for (const { name, want, arrange, restore } of refusals) {
  test(name, async () => {
    try {
      const call = await arrange(kith);
      await refused(read(kith.url, call), want, call.id);
    } finally {
      await restore?.(kith);
    }
  });
}

test('the empty answer is an empty object', async () => {
  const api = connect(kith.url, kith.page('shop').token);
  assert.deepEqual(await api.call('GET', [kith.psid('shop', 'carl')], { fields: 'first_name' }), {});
});

test('read without fields answers the default ones', async () => {
  connect(kith.url, kith.page('shop').token);
  const keys = async (id) => Object.keys((await new User(id).read()).exportAllData()).sort();
  assert.deepEqual(await keys(kith.psid('shop', 'alice')), ['first_name', 'id', 'last_name', 'profile_pic']);
  assert.deepEqual(await keys(kith.psid('shop', 'name_id_only')), ['id', 'name']);
});

for (const [person, first_name] of Object.entries(users)) {
  test(`${person} as a User, by "me" and by the app-scoped ID`, async () => {
    connect(kith.url, kith.userToken('demo', person));
    const id = kith.asid('demo', person);
    for (const node of ['me', id]) {
      const user = await new User(node).read(['id', 'first_name']);
      assert.deepEqual(user.exportAllData(), { id, first_name });
    }
  });
}

test("alice's e-mail address, which she granted, and carl's, which he did not", async () => {
  connect(kith.url, kith.userToken('demo', 'alice'));
  assert.equal((await new User('me').read(['email'])).email, 'alice@people.example');
  connect(kith.url, kith.userToken('demo', 'carl'));
  assert.equal((await new User('me').read(['email'])).email, undefined);
});

test('a Page, by "me" and by its ID', async () => {
  const { id, token } = kith.page('shop');
  connect(kith.url, token);
  for (const node of ['me', id]) {
    const page = await new Page(node).read(['id', 'name', 'fan_count', 'instagram_business_account']);
    assert.deepEqual(page.exportAllData(), {
      id, name: 'Corner Shop', fan_count: 1204, instagram_business_account: { id: kith.instagram('shop_ig').id },
    });
  }
});

// This SDK computes no proof itself: it is a parameter like any other.
test('appsecret_proof: wrong, missing and right', async () => {
  const id = kith.psid('shop', 'alice');
  const { token } = kith.page('shop');
  const appsecret_proof = createHmac('sha256', kith.app('demo').secret).update(token).digest('hex');
  connect(kith.url, token);

  await refused(new User(id).read(['id'], { appsecret_proof: '0'.repeat(64) }), errors.badProof);
  await kith.control('PUT', 'apps/demo', { require_proof: true });
  try {
    await refused(new User(id).read(['id']), errors.noProof);
    const user = await new User(id).read(['first_name'], { appsecret_proof });
    assert.equal(user.first_name, 'Alice');
  } finally {
    await kith.control('PUT', 'apps/demo', { require_proof: false });
  }
});
