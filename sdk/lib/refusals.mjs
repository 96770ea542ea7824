// Refusals that are not about one person of the demo world. arrange brings the
// world into the state and says what to ask, and with whose token; restore
// puts the world back.
import * as errors from './errors.mjs';

const name = ['first_name', 'last_name'];

const alice = (kith, more) => ({
  id: kith.psid('shop', 'alice'), token: kith.page('shop').token, fields: name, ...more,
});

const byInstagramLogin = (kith, id) => ({ id, token: kith.instagram('shop_ig').token, fields: ['name', 'username'] });

const review = (level) => (kith) => kith.control('PUT', 'apps/demo/review', { pages_user_gender: level });

export const refusals = [
  {
    name: 'one unapproved field among approved ones: 100/2018247',
    want: errors.unapprovedField,
    async arrange(kith) {
      await review('none')(kith);
      return alice(kith, { fields: [...name, 'gender'] });
    },
    restore: review('advanced'),
  },
  {
    name: 'an ID nobody has: 100/33',
    want: errors.noNode,
    arrange: (kith) => alice(kith, { id: '9999999999999999' }),
  },
  {
    name: "another Page's ID of the same person: 100/33",
    want: errors.noNode,
    arrange: (kith) => alice(kith, { id: kith.psid('unapproved_shop', 'alice') }),
  },
  {
    name: 'a field that does not exist: 100',
    want: errors.nonexisting('favourite_cheese'),
    arrange: (kith) => alice(kith, { fields: ['first_name', 'favourite_cheese'] }),
  },
  {
    name: 'fields that cannot be parsed: 2500',
    want: errors.syntax,
    arrange: (kith) => alice(kith, { fields: ['first_name', 'last_name{'] }),
  },
  {
    name: 'a picture under the European privacy rules of 2020: 10',
    want: errors.europe,
    async arrange(kith) {
      await kith.control('PUT', 'clock', { mode: 'frozen', now: '2021-02-01T09:00:00Z' });
      return alice(kith, { id: kith.psid('shop', 'eu'), fields: ['first_name', 'profile_pic'] });
    },
    restore: (kith) => kith.control('PUT', 'clock', { mode: 'live' }),
  },
  {
    name: 'Instagram Login, commented only: 230',
    want: errors.onInstagram(errors.noConsent),
    arrange: (kith) => byInstagramLogin(kith, kith.igsid('shop_ig', 'ines')),
  },
  {
    name: 'Instagram Login, an ID nobody has: 9010',
    want: errors.onInstagram(errors.noInstagramUser),
    arrange: (kith) => byInstagramLogin(kith, '9999999999999999'),
  },
  {
    name: 'a text that is no token: 190',
    want: errors.badToken,
    arrange: (kith) => alice(kith, { token: 'this-is-no-token' }),
  },
  {
    name: 'an app token with a wrong secret: 190',
    want: errors.badSignature,
    arrange: (kith) => alice(kith, { token: `${kith.app('demo').id}|${'0'.repeat(32)}` }),
  },
  {
    name: 'an expired token: 190/463',
    want: errors.expired,
    async arrange(kith) {
      const token = await kith.mint({ page: 'shop', app: 'demo' });
      await kith.control('POST', 'tokens/expire', { token });
      return alice(kith, { token });
    },
  },
  ...Object.entries(errors.invalidated).map(([reason, want]) => ({
    name: `a token invalidated as ${reason}: 190/${want.subcode}`,
    want,
    async arrange(kith) {
      const token = await kith.mint({ page: 'shop', app: 'demo' });
      await kith.control('POST', 'tokens/invalidate', { token, reason });
      return alice(kith, { token });
    },
  })),
];
