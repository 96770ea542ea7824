import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';

import { User } from 'facebook-nodejs-business-sdk';

import * as errors from '../lib/errors.mjs';
import { Kith } from '../lib/kith.mjs';
import { refusals } from '../lib/refusals.mjs';
import { connect } from '../recipes/business-sdk.mjs';

let kith;
before(async () => (kith = await Kith.start()));
after(() => kith?.stop());

for (const { name, want, arrange, restore } of refusals) {
  test(name, async () => {
    const { id, token, fields } = await arrange(kith);
    try {
      connect(kith.url, token);
      await refused(new User(id).read(fields), want, id);
    } finally {
      await restore?.(kith);
    }
  });
}

// This SDK computes no proof itself: it is a parameter like any other.
test('appsecret_proof, required, wrong and right', async () => {
  const id = kith.psid('shop', 'alice');
  const { token } = kith.page('shop');
  const proof = createHmac('sha256', kith.app('demo').secret).update(token).digest('hex');
  connect(kith.url, token);

  await refused(new User(id).read(['id'], { appsecret_proof: proof.replace(/./g, '0') }), errors.badProof);
  await kith.control('PUT', 'apps/demo', { require_proof: true });
  try {
    await refused(new User(id).read(['id']), errors.noProof);
    assert.equal((await new User(id).read(['id'], { appsecret_proof: proof })).id, id);
  } finally {
    await kith.control('PUT', 'apps/demo', { require_proof: false });
  }
});

// refused asserts the exception as this SDK shows it. The class is not
// exported, so it is known by its name; response is the error object.
async function refused(promise, want, id) {
  await assert.rejects(promise, (err) => {
    assert.ok(err instanceof Error);
    assert.equal(err.name, 'FacebookRequestError', err.stack);
    const { type, code, error_subcode: subcode, fbtrace_id } = err.response;
    assert.deepEqual(
      { status: err.status, type, code, subcode },
      { status: want.status, type: want.type, code: want.code, subcode: want.subcode },
      err.message,
    );
    errors.matches(err.message, want.message, id);
    assert.equal(err.method, 'GET');
    assert.match(fbtrace_id, /^A[\w-]+$/);
    return true;
  });
}
