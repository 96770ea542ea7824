import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';

import { CustomAudience, Page } from 'facebook-nodejs-business-sdk';

import { busy } from '../lib/busy.mjs';
import { everything, refused } from '../lib/business-sdk.mjs';
import * as errors from '../lib/errors.mjs';
import { Kith } from '../lib/kith.mjs';
import { connect } from '../recipes/business-sdk.mjs';

let kith;
before(async () => (kith = await Kith.start(busy)));
after(() => kith?.stop());

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const audience = (person = 'ana') => {
  connect(kith.url, kith.userToken('app', person));
  return new CustomAudience(kith.thing('newsletter'));
};
// Who is meant, as the server's owner sees it; no client does.
const members = async () => (await kith.control('GET', 'things/newsletter/members')).members;

test('createUser adds people by the hash of their address, deleteUsers takes them off', async () => {
  const payload = (...people) => ({ payload: { schema: 'EMAIL_SHA256', data: people.map((p) => sha256(`${p}@example.com`)) } });
  const got = (await audience().createUser([], payload('ana', 'ben', 'nobody'))).exportAllData();
  assert.equal(got.audience_id, kith.thing('newsletter'));
  assert.equal(got.num_received, 3);
  assert.equal(got.num_invalid_entries, 0);
  assert.deepEqual(got.invalid_entry_samples, {});
  assert.deepEqual(await members(), ['ana', 'ben']);

  const off = await audience().deleteUsers(payload('ana'));
  assert.equal(off.audience_id, kith.thing('newsletter'));
  assert.equal(off.num_received, 1);
  assert.deepEqual(await members(), ['ben']);
  await audience().deleteUsers(payload('ben', 'nobody'));
  assert.deepEqual(await members(), []);
});

test('rows of several keys, one of them wrong', async () => {
  const row = (...texts) => texts.map(sha256);
  const payload = { schema: ['EMAIL', 'FN', 'LN'], data: [row('ben@example.com', 'ben', 'okoro'), ['ben@example.com', 'ben', 'okoro']] };
  const { num_received, num_invalid_entries } = await audience().createUser([], { payload });
  assert.deepEqual({ num_received, num_invalid_entries }, { num_received: 2, num_invalid_entries: 1 });
  assert.deepEqual(await members(), ['ben']);
  await audience().deleteUsers({ payload: { ...payload, data: payload.data.slice(0, 1) } });
  assert.deepEqual(await members(), []);
});

test('a session of two requests', async () => {
  const part = (batch_seq, last_batch_flag, person) => ({
    session: { session_id: 77, batch_seq, last_batch_flag, estimated_num_total: 2 },
    payload: { schema: 'EMAIL_SHA256', data: [sha256(`${person}@example.com`)] },
  });
  const first = await audience().createUser([], part(1, false, 'ana'));
  assert.equal(first.session_id, '77');
  await audience().createUser([], part(2, true, 'ben'));
  assert.deepEqual(await members(), ['ana', 'ben']);
});

test('who may not upload, and what is no payload', async () => {
  const payload = { schema: 'EMAIL_SHA256', data: [sha256('ana@example.com')] };
  await refused(audience('ben').createUser([], { payload }), errors.noNodeFor('post'), kith.thing('newsletter'), 'POST');
  await refused(audience('ben').deleteUsers({ payload }), errors.noNodeFor('delete'), kith.thing('newsletter'), 'DELETE');
  await refused(audience().createUser([], { payload: { schema: 'SHOE_SIZE', data: ['44'] } }), errors.badParam, undefined, 'POST');
  assert.deepEqual(await members(), ['ana', 'ben']);
});

const bakery = () => {
  connect(kith.url, kith.page('bakery').token);
  return new Page(kith.page('bakery').id);
};
const psid = (person) => kith.psid('bakery', person);
const blocked = async () => (await everything(await bakery().getBlocked(['name'], { limit: 1 }))).all.map(({ name }) => name);

test('createBlocked blocks people one by one and in a list, deleteBlocked lets them back', async () => {
  const nobody = '1234567890123456';
  const one = (await bakery().createBlocked([], { user: psid('ben') })).exportAllData();
  assert.deepEqual(one, { id: kith.page('bakery').id, [psid('ben')]: true });
  const two = (await bakery().createBlocked([], { user: [psid('eve'), nobody] })).exportAllData();
  assert.deepEqual(two, { id: kith.page('bakery').id, [psid('eve')]: true, [nobody]: false });
  assert.deepEqual((await blocked()).sort(), ['Ben Okoro', 'Eve Moss']);

  assert.deepEqual(await bakery().deleteBlocked({ user: psid('ben') }), { success: true });
  assert.deepEqual(await blocked(), ['Eve Moss']);
  assert.deepEqual(await bakery().deleteBlocked({ uid: psid('eve') }), { success: true });
  assert.deepEqual(await blocked(), []);
});

test('blocking by app-scoped ID', async () => {
  await bakery().createBlocked([], { asid: kith.asid('app', 'ben') });
  assert.deepEqual(await blocked(), ['Ben Okoro']);
  assert.deepEqual(await bakery().deleteBlocked({ asid: kith.asid('app', 'ben') }), { success: true });
  assert.deepEqual(await blocked(), []);
});

test('nobody named, and a Page that is not the token\'s', async () => {
  await refused(bakery().deleteBlocked(), errors.needs('user'), undefined, 'DELETE');
  bakery();
  const other = kith.page('liked_00').id;
  await refused(new Page(other).createBlocked([], { user: psid('ben') }), errors.noNodeFor('post'), other, 'POST');
});
