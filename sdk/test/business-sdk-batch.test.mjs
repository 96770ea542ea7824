import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { FacebookAdsApiBatch } from 'facebook-nodejs-business-sdk';

import { busy } from '../lib/busy.mjs';
import { Kith } from '../lib/kith.mjs';
import { connect } from '../recipes/business-sdk.mjs';

let kith;
before(async () => (kith = await Kith.start(busy)));
after(() => kith?.stop());

// run sends calls as ana and gives back what each callback was told.
async function run(...calls) {
  const batch = new FacebookAdsApiBatch(connect(kith.url, kith.userToken('app', 'ana')));
  const told = calls.map(() => undefined);
  calls.forEach(([method, path, params], i) => {
    batch.add(method, path, params, undefined, (ok) => (told[i] = { ok }), (failed) => (told[i] = { failed }));
  });
  const again = await batch.execute();
  return { told, again };
}

test('reads, a write and a failure, each with its callback', async () => {
  const me = kith.asid('app', 'ana');
  const { told: [profile, post, likes, nobody], again } = await run(
    ['GET', [me], { fields: 'first_name' }],
    ['POST', [me, 'feed'], { message: 'from a batch' }],
    ['GET', [me, 'likes'], { limit: 2 }],
    ['GET', ['1'], { fields: 'name' }],
  );
  assert.deepEqual(profile.ok.body, { first_name: 'Ana', id: me });
  assert.match(post.ok.body.id, /^\d+_\d+$/);
  assert.equal(likes.ok.body.data.length, 2);
  assert.equal(nobody.failed.error.code ?? nobody.failed.body.error.code, 100);
  assert.equal(again, null); // nothing to try again
});

test('a relative URL as a text', async () => {
  const { told: [me] } = await run(['GET', 'me?fields=first_name']);
  assert.equal(me.ok.body.first_name, 'Ana');
});

// What is null is to be sent again: here because the call it stands on failed.
test('what was not done comes back as a batch to try again', async () => {
  const batch = new FacebookAdsApiBatch(connect(kith.url, kith.userToken('app', 'ana')));
  batch.add('GET', ['1'], { fields: 'id' });
  Object.assign(batch._batch[0], { name: 'first' });
  batch.add('GET', ['me'], { fields: 'id' });
  Object.assign(batch._batch[1], { depends_on: 'first' });
  const again = await batch.execute();
  assert.equal(again._batch.length, 1);
  assert.equal(again._batch[0].depends_on, 'first');
});
