import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { User } from 'facebook-nodejs-business-sdk';

import { busy, likes, posts } from '../lib/busy.mjs';
import { everything, refused } from '../lib/business-sdk.mjs';
import * as errors from '../lib/errors.mjs';
import { Kith } from '../lib/kith.mjs';
import { connect } from '../recipes/business-sdk.mjs';

let kith;
before(async () => (kith = await Kith.start(busy)));
after(() => kith?.stop());

// ana is herself, as the SDK knows her.
const ana = () => {
  connect(kith.url, kith.userToken('app', 'ana'));
  return new User(kith.asid('app', 'ana'));
};
const names = (objects) => objects.map(({ name }) => name);
const newestFirst = (list) => [...list].reverse();

test('read with fields', async () => {
  const user = await ana().read([
    'name', 'first_name', 'birthday', 'email', 'gender', 'locale', 'timezone', 'quotes', 'hometown', 'age_range',
    'installed', 'verified', 'significant_other', 'albums.limit(2){name}',
  ]);
  const { albums, ...plain } = user.exportAllData();
  assert.deepEqual(plain, {
    id: kith.asid('app', 'ana'),
    name: 'Ana Lima', first_name: 'Ana', birthday: '04/23/1990', email: 'ana@example.com', gender: 'female',
    locale: 'pt_BR', timezone: -3, quotes: '50% of "this" / that', hometown: { id: '1000000000000230', name: 'São Paulo' },
    age_range: { min: 21 }, installed: true,
  });
  assert.deepEqual(names(albums.data), ['Album 6', 'Album 5']);
});

test('get, which is the newer read', async () => {
  const user = await ana().get(['first_name']);
  assert.equal(user.first_name, 'Ana');
});

test('likes, 25 at a time and to the end, with what the edge adds', async () => {
  const { all, pages } = await everything(await ana().getLikes(['name', 'created_time']));
  assert.equal(pages, 3);
  assert.deepEqual(all.map(({ id }) => id), newestFirst(likes).map((handle) => kith.page(handle).id));
  assert.equal(all[0].created_time, '2017-03-01T12:00:00+0000');
});

test('back from the last page to the first', async () => {
  const { last } = await everything(await ana().getLikes(['name'], { limit: 25 }));
  assert.equal(last.length, 10);
  await last.previous();
  assert.deepEqual(names(last), likes.slice(10, 35).map((_, i) => `Page ${34 - i}`));
  await last.previous();
  assert.equal(last[0].name, 'Page 59');
  assert.equal(last.hasPrevious(), false);
  await assert.rejects(last.previous(), RangeError);
});

test('a cursor that nothing has been fetched for yet', async () => {
  const cursor = ana().getAlbums(['name'], { limit: 3 }, false);
  assert.equal(cursor.length, 0);
  await cursor.next();
  const { all, pages } = await everything(cursor);
  assert.equal(pages, 3);
  assert.deepEqual(names(all), [6, 5, 4, 3, 2, 1, 0].map((i) => `Album ${i}`));
});

// The feed pages by time: its last page may be an empty one.
test('the feed to the end', async () => {
  const { all } = await everything(await ana().getFeed(['message'], { limit: 7 }));
  assert.deepEqual(all.map(({ message }) => message), newestFirst(posts));
});

test('friends with their count', async () => {
  const friends = await ana().getFriends(['first_name'], { summary: true });
  assert.deepEqual(friends.map((f) => f.exportAllData()), [{ id: kith.asid('app', 'ben'), first_name: 'Ben' }]);
  assert.deepEqual(friends.summary, { total_count: 1 });
});

test('accounts, whose tokens work', async () => {
  const { all } = await everything(await ana().getAccounts(['name', 'access_token'], { limit: 20 }));
  const bakery = all.find(({ id }) => id === kith.page('bakery').id);
  connect(kith.url, bakery.access_token);
  assert.equal((await new User('me').read(['name'])).name, 'Bakery');
});

test('permissions, ad accounts and businesses', async () => {
  const granted = await ana().getPermissions([]);
  assert.deepEqual(granted[0].exportAllData(), { permission: 'public_profile', status: 'granted' });
  assert.deepEqual(names(await ana().getAdAccounts(['name'])), ['Account']);
  assert.deepEqual(names(await ana().getBusinesses(['name'])), ['Acme']);
});

test("another person's edge is empty, and a cursor of nobody is refused", async () => {
  ana();
  const theirs = await new User(kith.asid('app', 'ben')).getLikes(['name']);
  assert.equal(theirs.length, 0);
  assert.equal(theirs.hasNext(), false);
  await refused(ana().getLikes([], { after: 'bm9ib2R5' }), errors.badCursor);
});

test('update, and what cannot be written', async () => {
  await ana().update([], { firstname: 'Anna', local_news_subscription_status: 'STATUS_OFF' });
  assert.equal((await ana().read(['first_name'])).first_name, 'Anna');
  await refused(ana().update([], { local_news_subscription_status: 'PERHAPS' }), errors.badParam, undefined, 'POST');
  await ana().update([], { firstname: 'Ana' });
});

test('createFeed, reading what it made, and delete', async () => {
  const post = await ana().createFeed([], { message: 'The oven is warm.', link: 'https://bakery.example/' });
  assert.match(post.id, /^\d+_\d+$/);
  assert.deepEqual((await post.get(['message', 'link'])).exportAllData(),
    { id: post.id, message: 'The oven is warm.', link: 'https://bakery.example/' });
  await post.delete([]);
  await refused(post.get(['message']), errors.noNode, post.id);
});

test('deleteBusinesses', async () => {
  assert.equal((await ana().getBusinesses([])).length, 1);
  const [acme] = await ana().getBusinesses([]);
  assert.deepEqual(await ana().deleteBusinesses({ business: acme.id }), { success: true });
  assert.equal((await ana().getBusinesses([])).length, 0);
});

// The last of the file: the token dies with it.
test('deletePermissions, one and then all', async () => {
  assert.deepEqual(await ana().deletePermissions({ permission: 'user_likes' }), { success: true });
  assert.equal((await ana().getLikes([])).length, 0);
  assert.deepEqual(await ana().deletePermissions(), { success: true });
  await refused(ana().read(['name']), errors.invalidated.app_removed);
});
