import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Kith } from '../lib/kith.mjs';
import { connect } from '../recipes/messaging-api-messenger.mjs';

let kith;
before(async () => (kith = await Kith.start()));
after(() => kith?.stop());

// A bot stores the URL and fetches it later, without a token. [seen chatwoot#9212]
for (const version of [undefined, '2.6', '25.0']) {
  test(`profile_pic of version ${version ?? 'by default'} downloads as a JPEG without a token`, async () => {
    const client = connect(kith.url, { accessToken: kith.page('shop').token, version });
    const { profilePic } = await client.getUserProfile(kith.psid('shop', 'alice'), { fields: ['profile_pic'] });
    assert.doesNotMatch(profilePic, /access_token/);
    assert.equal(new URL(profilePic).origin, kith.url);
    await downloads(profilePic);
  });
}

test('profile_pic of an Instagram account downloads as a JPEG without a token', async () => {
  const client = connect(kith.url, { accessToken: kith.page('shop').token });
  const { profilePic } = await client.getUserProfile(kith.igsid('shop_ig', 'alice'), { fields: ['profile_pic'] });
  await downloads(profilePic);
});

test('a picture URL lasts 30 days, then it is refused', async () => {
  const client = connect(kith.url, { accessToken: kith.page('shop').token });
  const { profilePic } = await client.getUserProfile(kith.psid('shop', 'alice'), { fields: ['profile_pic'] });
  try {
    await kith.control('PUT', 'clock', { advance: '29d' });
    await downloads(profilePic);
    await kith.control('PUT', 'clock', { advance: '25h' });
    const late = await fetch(profilePic);
    assert.equal(late.status, 403);
    assert.equal(await late.text(), 'URL signature expired');
  } finally {
    await kith.control('PUT', 'clock', { mode: 'live' });
  }
});

async function downloads(url) {
  const res = await fetch(url);
  assert.equal(res.status, 200, url);
  assert.equal(res.headers.get('content-type'), 'image/jpeg');
  const body = new Uint8Array(await res.arrayBuffer());
  assert.deepEqual([...body.slice(0, 3)], [0xff, 0xd8, 0xff], 'the first bytes of a JPEG');
  assert.deepEqual([...body.slice(-2)], [0xff, 0xd9], 'the last bytes of a JPEG');
}
