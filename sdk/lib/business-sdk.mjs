// How the lane reads through facebook-nodejs-business-sdk, and what its
// exception must show.
import assert from 'node:assert/strict';

import { User } from 'facebook-nodejs-business-sdk';

import { connect } from '../recipes/business-sdk.mjs';
import { matches } from './errors.mjs';

export function read(url, { id, token, fields }) {
  connect(url, token);
  return new User(id).read(fields);
}

// everything follows a cursor with its own next() to the end: all objects, and
// how many pages they came on.
export async function everything(cursor) {
  const all = [...cursor];
  let pages = 1;
  while (cursor.hasNext()) {
    cursor = await cursor.next();
    all.push(...cursor);
    pages++;
  }
  await assert.rejects(cursor.next(), RangeError);
  return { all, pages, last: cursor };
}

// refused asserts an exception. Its class is not exported, so it is known by
// its name; its response is the Graph error.
export async function refused(promise, want, id, method = 'GET') {
  await assert.rejects(promise, (err) => {
    assert.ok(err instanceof Error);
    assert.equal(err.name, 'FacebookRequestError', err.stack);
    const { type, code, error_subcode: subcode, fbtrace_id } = err.response;
    assert.deepEqual(
      { status: err.status, type, code, subcode },
      { status: want.status, type: want.type, code: want.code, subcode: want.subcode },
      err.message,
    );
    matches(err.message, want.message, id);
    assert.equal(err.method, method);
    assert.match(fbtrace_id, /^[\w+/-]+$/);
    return true;
  });
}
