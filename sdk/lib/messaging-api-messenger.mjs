// How the lane reads through messaging-api-messenger, and what its exception
// must show.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import { connect } from '../recipes/messaging-api-messenger.mjs';
import { matches } from './errors.mjs';

// The SDK throws the error class of its own dependency.
const fromSDK = createRequire(createRequire(import.meta.url).resolve('messaging-api-messenger'));
const AxiosError = fromSDK('axios-error');

export const read = (url, { id, token, fields, version }) =>
  connect(url, { accessToken: token, version }).getUserProfile(id, { fields });

// refused asserts an exception: its message repeats code and type, and the
// keys of the Graph error are in camelCase.
export async function refused(promise, want, id) {
  await assert.rejects(promise, (err) => {
    assert.ok(err instanceof AxiosError, `${err.constructor.name}: ${err.message}`);
    const { message, type, code, errorSubcode: subcode, fbtraceId } = err.response.data.error;
    assert.deepEqual(
      { status: err.status, type, code, subcode },
      { status: want.status, type: want.type, code: want.code, subcode: want.subcode },
      message,
    );
    matches(message, want.message, id);
    assert.equal(err.message, `Messenger API - ${code} ${type} ${message}`);
    assert.match(fbtraceId, /^[\w+/-]+$/);
    return true;
  });
}

// inCamelCase renames what Graph answers to what this SDK gives.
export const inCamelCase = (profile) =>
  Object.fromEntries(Object.entries(profile).map(
    ([field, value]) => [field.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()), value]));
