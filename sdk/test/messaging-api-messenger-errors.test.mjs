import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import * as errors from '../lib/errors.mjs';
import { Kith } from '../lib/kith.mjs';
import { refusals } from '../lib/refusals.mjs';
import { connect } from '../recipes/messaging-api-messenger.mjs';

// The SDK throws the error class of its own dependency.
const fromSDK = createRequire(createRequire(import.meta.url).resolve('messaging-api-messenger'));
const AxiosError = fromSDK('axios-error');

let kith;
before(async () => (kith = await Kith.start()));
after(() => kith?.stop());

for (const { name, want, arrange, restore } of refusals) {
  test(name, async () => {
    const { id, token, fields } = await arrange(kith);
    try {
      const client = connect(kith.url, { accessToken: token });
      await refused(client.getUserProfile(id, { fields }), want, id);
    } finally {
      await restore?.(kith);
    }
  });
}

test('an appSecret that is not of the app: 100', async () => {
  const client = connect(kith.url, { accessToken: kith.page('shop').token, appSecret: 'not the secret' });
  await refused(client.getUserProfile(kith.psid('shop', 'alice')), errors.badProof);
});

test('no appSecret, where the app requires the proof: 100', async () => {
  await kith.control('PUT', 'apps/demo', { require_proof: true });
  try {
    const id = kith.psid('shop', 'alice');
    const accessToken = kith.page('shop').token;
    await refused(connect(kith.url, { accessToken }).getUserProfile(id), errors.noProof);

    const proving = connect(kith.url, { accessToken, appSecret: kith.app('demo').secret });
    assert.equal((await proving.getUserProfile(id)).id, id);
  } finally {
    await kith.control('PUT', 'apps/demo', { require_proof: false });
  }
});

// refused asserts the exception as this SDK shows it: its message repeats
// code and type, and the keys of the answer are turned into camelCase.
async function refused(promise, want, id) {
  await assert.rejects(promise, (err) => {
    assert.ok(err instanceof AxiosError, `an ${err.constructor.name} was thrown: ${err.message}`);
    const { message, type, code, errorSubcode, fbtraceId } = err.response.data.error;
    assert.deepEqual(
      { status: err.status, type, code, subcode: errorSubcode },
      { status: want.status, type: want.type, code: want.code, subcode: want.subcode },
      message,
    );
    errors.matches(message, want.message, id);
    assert.equal(err.message, `Messenger API - ${code} ${type} ${message}`);
    assert.match(fbtraceId, /^A[\w-]+$/);
    return true;
  });
}
