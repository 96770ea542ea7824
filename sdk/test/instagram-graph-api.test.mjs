import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { GetAuthorizedFacebookPagesRequest, GetLinkedInstagramAccountRequest, PageField } from 'instagram-graph-api';

import { Kith } from '../lib/kith.mjs';
import { connect } from '../recipes/instagram-graph-api.mjs';

const world = {
  apps: { app: {} },
  pages: { bakery: { name: 'Bakery', owner: 'ana', instagram: 'bakery_ig' } },
  instagram: {
    bakery_ig: {
      username: 'the.bakery', name: 'The Bakery', biography: 'Bread', followers_count: 1200, follows_count: 3, media_count: 45,
      ig_id: '2500000001', profile_picture_url: 'https://bakery.example/p.jpg',
    },
  },
  people: { ana: { first_name: 'Ana', apps: { app: ['public_profile', 'manage_pages', 'pages_show_list', 'instagram_basic'] } } },
};

let kith;
before(async () => (kith = await Kith.start(world)));
after(() => kith?.stop());

const token = () => kith.userToken('app', 'ana');

test('from a Page to its account', async () => {
  connect(kith.url, { accessToken: token() });
  const page = await new GetLinkedInstagramAccountRequest(token(), kith.page('bakery').id).withApiVersion('v25.0').execute();
  assert.equal(page.getInstagramPageId(), kith.instagram('bakery_ig').id);
});

test('the Pages of a person', async () => {
  connect(kith.url, { accessToken: token() });
  const pages = await new GetAuthorizedFacebookPagesRequest(token()).withApiVersion('v25.0').execute();
  assert.deepEqual(pages.getData().data.map(({ id, name }) => ({ id, name })), [{ id: kith.page('bakery').id, name: 'Bakery' }]);
});

test('every field of the account', async () => {
  const { id } = kith.instagram('bakery_ig');
  const info = await connect(kith.url, { accessToken: token(), account: id }).newGetPageInfoRequest().execute();
  assert.deepEqual(info.getData(), { ...world.instagram.bakery_ig, id });
  assert.equal(info.getFollowers(), 1200);
});

test('some fields, with the token of the Page', async () => {
  const { id } = kith.instagram('bakery_ig');
  const client = connect(kith.url, { accessToken: kith.page('bakery').token, account: id });
  const info = await client.newGetPageInfoRequest(PageField.USERNAME, PageField.MEDIA_COUNT).execute();
  assert.deepEqual(info.getData(), { username: 'the.bakery', media_count: 45, id });
  const account = (await client.newGetInstagramAccountInfoRequest().execute()).getAccountInfo();
  assert.deepEqual(account, { profile_picture_url: 'https://bakery.example/p.jpg', name: 'The Bakery', username: 'the.bakery', id });
});

// Refusals are not thrown: the body is the answer, whatever its status.
test('an account of somebody else', async () => {
  const info = await connect(kith.url, { accessToken: token(), account: '17841400000000999' }).newGetPageInfoRequest().execute();
  assert.equal(info.getData().error.error_subcode, 33);
});
