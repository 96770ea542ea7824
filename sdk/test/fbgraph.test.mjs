import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { busy, likes, posts } from '../lib/busy.mjs';
import * as errors from '../lib/errors.mjs';
import { matches } from '../lib/errors.mjs';
import { Kith } from '../lib/kith.mjs';
import { connect } from '../recipes/fbgraph.mjs';

let kith;
before(async () => (kith = await Kith.start(busy)));
after(() => kith?.stop());

// as speaks for a person of the world; the SDK hands errors to a callback first.
function as(person, more) {
  const graph = connect(kith.url, { accessToken: kith.userToken('app', person), version: '2.10', ...more });
  const call = (f) => promisify(f.bind(graph));
  return { get: call(graph.get), post: call(graph.post), del: call(graph.del) };
}

// toTheEnd follows the URLs that the answers carry, as they are.
async function toTheEnd(get, url, params) {
  const pages = [await get(url, params)];
  while (pages.at(-1).paging?.next) pages.push(await get(pages.at(-1).paging.next));
  return { all: pages.flatMap(({ data }) => data), pages };
}

// refused asserts what the SDK hands over: the Graph's error as it came.
async function refused(promise, want, id) {
  await assert.rejects(promise, (err) => {
    const { type, code, error_subcode: subcode } = err;
    assert.deepEqual({ type, code, subcode }, { type: want.type, code: want.code, subcode: want.subcode }, JSON.stringify(err));
    matches(err.message, want.message, id);
    return true;
  });
}

test('fields, by "me" and by ID, in the path and beside it', async () => {
  const id = kith.asid('app', 'ana');
  const want = { first_name: 'Ana', birthday: '04/23/1990', id };
  const { get } = as('ana');
  assert.deepEqual(await get('me?fields=first_name,birthday'), want);
  assert.deepEqual(await get(`/${id}`, { fields: 'first_name,birthday' }), want);
});

test('the version it asks for by itself', async () => {
  const graph = connect(kith.url, { accessToken: kith.userToken('app', 'ana'), version: '2.9' });
  assert.equal((await promisify(graph.get)('me')).name, 'Ana Lima');
});

test('likes followed through paging.next to the end, and back', async () => {
  const { get } = as('ana');
  const { all, pages } = await toTheEnd(get, 'me/likes', { fields: 'name,created_time', limit: 7 });
  assert.equal(pages.length, 9);
  assert.deepEqual(all.map(({ id }) => id), [...likes].reverse().map((handle) => kith.page(handle).id));
  assert.equal(all[0].created_time, '2017-03-01T12:00:00+0000');

  let page = pages.at(-1);
  let back = 0;
  for (; page.paging.previous; back++) page = await get(page.paging.previous);
  assert.equal(back, 8);
  assert.deepEqual(page.data, pages[0].data);
});

test('the feed, which pages by time', async () => {
  const { all } = await toTheEnd(as('ana').get, 'me/feed', { limit: 7 });
  assert.deepEqual(all.map(({ message }) => message), [...posts].reverse());
});

test('albums inside fields, followed from there', async () => {
  const { get } = as('ana');
  const { albums } = await get('me', { fields: 'albums.limit(3){name}' });
  const rest = await toTheEnd(get, albums.paging.next);
  assert.deepEqual([...albums.data, ...rest.all].map(({ name }) => name), [6, 5, 4, 3, 2, 1, 0].map((i) => `Album ${i}`));
});

test('a post, a comment, likes, and all of it deleted', async () => {
  const { get, post, del } = as('ana');
  const { id } = await post('me/feed', { message: 'Fresh & warm: 50% off, "today" – só hoje' });
  assert.match(id, /^\d+_\d+$/);
  assert.equal((await get(id)).message, 'Fresh & warm: 50% off, "today" – só hoje');

  const comment = await post(`${id}/comments`, { message: 'At what time?' });
  assert.deepEqual(await post(`${id}/likes`), { success: true });
  assert.deepEqual(await post(`${comment.id}/likes`), { success: true });
  const got = await get(id, { fields: 'comments{message},likes.summary(true)' });
  assert.deepEqual(got.comments.data, [{ message: 'At what time?', id: comment.id }]);
  assert.equal(got.likes.summary.total_count, 1);

  assert.deepEqual(await del(`${id}/likes`), { success: true });
  assert.deepEqual((await get(`${id}/likes`)).data, []);
  assert.deepEqual(await del(comment.id), { success: true });
  await refused(get(comment.id), errors.noNode, comment.id);
  assert.deepEqual(await del(id), { success: true });
  await refused(get(id), errors.noNode, id);
});

test('the same text twice, and a text nobody wrote', async () => {
  const { post } = as('ana');
  await post('me/feed', { message: 'Twice' });
  await refused(post('me/feed', { message: 'Twice' }), errors.duplicate);
  await refused(post('me/feed', {}), errors.needs('message'));
});

test('who may not publish, read or delete', async () => {
  await refused(as('ben').post('me/feed', { message: 'Hello' }), errors.permissions);
  const { id } = await as('ana').post('me/feed', { message: 'For friends' });
  await refused(as('ben').del(id), errors.noNodeFor('delete'), id);
  await refused(as('ana', { accessToken: 'EAAnobody' }).get('me'), errors.badToken);
});

test('appsecret_proof, made by the SDK, also for the URLs it follows', async () => {
  await kith.control('PUT', 'apps/app', { require_proof: true });
  try {
    await refused(as('ana', { appSecret: 'f'.repeat(32) }).get('me'), errors.badProof);
    const { get, post, del } = as('ana', { appSecret: kith.app('app').secret });
    assert.equal((await toTheEnd(get, 'me/likes', { limit: 25 })).all.length, likes.length);
    const { id } = await post('me/feed', { message: 'Proved' });
    assert.deepEqual(await del(id), { success: true });
    await refused(as('ana', { appSecret: null }).get('me'), errors.noProof);
  } finally {
    await kith.control('PUT', 'apps/app', { require_proof: false });
  }
});

// The SDK follows no redirect: it takes one to an image for the answer.
test('a picture', async () => {
  const { get } = as('ana');
  const { image, location } = await get('me/picture', { width: 60 });
  assert.equal(image, true);
  const { data } = await get('me/picture', { redirect: 'false', width: 60 });
  assert.equal(data.width, 60);
  for (const url of [location, data.url]) {
    assert.equal(new URL(url).host, new URL(kith.url).host);
    const res = await fetch(url);
    assert.equal(res.headers.get('content-type'), 'image/jpeg');
    assert.ok((await res.arrayBuffer()).byteLength > 0);
  }
});
