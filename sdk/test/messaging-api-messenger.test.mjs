import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import messaging from 'messaging-api-messenger';

import * as errors from '../lib/errors.mjs';
import { Kith } from '../lib/kith.mjs';
import { inCamelCase, read, refused } from '../lib/messaging-api-messenger.mjs';
import { accounts, contacts } from '../lib/people.mjs';
import { sameProfile } from '../lib/profile.mjs';
import { refusals } from '../lib/refusals.mjs';
import { connect } from '../recipes/messaging-api-messenger.mjs';

let kith;
before(async () => (kith = await Kith.start()));
after(() => kith?.stop());

for (const { person, what, outcome, fields, call } of [...contacts, ...accounts]) {
  test(`${person} ${what}`, async () => {
    const { id, token } = call(kith);
    const answer = read(kith.url, { id, token, fields, version: outcome.version });
    if (outcome.refused) return refused(answer, outcome.refused, id);
    const none = Object.keys(outcome.profile).length === 0;
    sameProfile(await answer, inCamelCase(none ? {} : { id, ...outcome.profile }));
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

test('getUserProfile without options asks for the fields of the SDK', async () => {
  const id = kith.psid('shop', 'alice');
  const client = connect(kith.url, { accessToken: kith.page('shop').token });
  const { profilePic, ...rest } = await client.getUserProfile(id);
  assert.deepEqual(rest, { id, name: 'Alice Moreau', firstName: 'Alice', lastName: 'Moreau' });
  assert.match(profilePic, /^http:/);
});

test('version 2.6 answers as in 2016: no id, and name does not exist', async () => {
  const id = kith.psid('shop', 'alice');
  const client = connect(kith.url, { accessToken: kith.page('shop').token, version: '2.6' });
  assert.deepEqual(
    await client.getUserProfile(id, { fields: ['first_name', 'is_payment_enabled'] }),
    { firstName: 'Alice', isPaymentEnabled: true });
  await refused(client.getUserProfile(id), errors.nonexisting('name'));
});

test('getPageInfo', async () => {
  const { id, token } = kith.page('shop');
  const client = connect(kith.url, { accessToken: token });
  assert.deepEqual(await client.getPageInfo(), { id, name: 'Corner Shop' });
  assert.deepEqual(await client.getPageInfo({ fields: ['username'] }), { id, username: 'cornershop' });
});

test('an appSecret proves every request, a wrong one is refused: 100', async () => {
  const id = kith.psid('shop', 'alice');
  const accessToken = kith.page('shop').token;
  await refused(connect(kith.url, { accessToken, appSecret: 'not the secret' }).getUserProfile(id), errors.badProof);

  await kith.control('PUT', 'apps/demo', { require_proof: true });
  try {
    await refused(connect(kith.url, { accessToken }).getUserProfile(id), errors.noProof);
    const proving = connect(kith.url, { accessToken, appSecret: kith.app('demo').secret });
    assert.equal((await proving.getUserProfile(id)).firstName, 'Alice');
  } finally {
    await kith.control('PUT', 'apps/demo', { require_proof: false });
  }
});

test('an answer comes with the consent that allows it, and goes with it', async () => {
  const id = kith.psid('shop', 'carl');
  const client = connect(kith.url, { accessToken: kith.page('shop').token });
  const ask = () => client.getUserProfile(id, { fields: ['first_name'] });
  const act = (event) => kith.control('POST', 'act', { person: 'carl', page: 'shop', event });

  assert.deepEqual(await ask(), {});
  await act('message');
  assert.deepEqual(await ask(), { id, firstName: 'Carl' });
  await act('revoke');
  assert.deepEqual(await ask(), {});
});

test('sendBatch: profiles of a Page, one that does not exist, and one with headers left out', async () => {
  const client = connect(kith.url, { accessToken: kith.page('shop').token });
  const [alice, full] = ['alice', 'full'].map((person) => kith.psid('shop', person));
  const batch = [
    messaging.MessengerBatch.getUserProfile(alice, { fields: ['first_name'], name: 'first', omitResponseOnSuccess: false }),
    messaging.MessengerBatch.getUserProfile('1', { fields: ['first_name'] }),
    messaging.MessengerBatch.getUserProfile(full, { fields: ['first_name', 'id'], dependsOn: 'first' }),
  ];
  const answers = await client.sendBatch(batch);
  assert.deepEqual(answers.map(({ code }) => code), [200, 400, 200]);
  assert.deepEqual(answers[0].body, { firstName: 'Alice', id: alice });
  assert.equal(answers[1].body.error.errorSubcode, 33);
  assert.equal(answers[2].body.id, full);
  assert.ok(answers[0].headers.some(({ name, value }) => name === 'Content-Type' && value.startsWith('text/javascript')));
  const bare = await client.sendBatch(batch, { includeHeaders: false });
  assert.ok(bare.every((answer) => !('headers' in answer)));
});

test('sendBatch with fifty', async () => {
  const client = connect(kith.url, { accessToken: kith.page('shop').token });
  const alice = kith.psid('shop', 'alice');
  const answers = await client.sendBatch(Array.from({ length: 50 }, () => messaging.MessengerBatch.getUserProfile(alice)));
  assert.equal(answers.length, 50);
  assert.ok(answers.every(({ code, body }) => code === 200 && body.firstName === 'Alice'));
});

test('uploadFile and sendFile: the file is where the conversation says', async () => {
  const { token: accessToken } = kith.page('shop');
  const client = connect(kith.url, { accessToken });
  const alice = kith.psid('shop', 'alice');
  await kith.control('POST', 'act', { person: 'alice', page: 'shop', event: 'message' });
  const { attachmentId } = await client.uploadFile(Buffer.from('Rye bread'), { isReusable: true, filename: 'menu.txt' });
  const { messageId } = await client.sendFile(alice, { attachmentId });
  const said = await fetch(`${kith.url}/v23.0/${messageId}?fields=attachments&access_token=${accessToken}`);
  const [file] = (await said.json()).attachments.data;
  assert.deepEqual([file.id, file.name, file.mime_type, file.size], [attachmentId, 'menu.txt', 'text/plain', 9]);
  const bytes = await fetch(file.file_url);
  assert.deepEqual([bytes.status, await bytes.text()], [200, 'Rye bread']);
  await refused(client.sendFile(alice, { attachmentId: '1234567890123456' }), errors.foreignFile);
});
