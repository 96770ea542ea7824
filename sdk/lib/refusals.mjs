// Every refusal the SDKs are made to show. arrange brings the world into the
// state, and says what to ask, with whose token and, where it matters, which
// app secret the SDK is given; restore puts the world back.
import * as errors from './errors.mjs';

const name = ['first_name', 'last_name'];

const alice = (kith, more) => ({
  id: kith.psid('shop', 'alice'), token: kith.page('shop').token, fields: name, ...more,
});

const onShopIG = (kith, id) => ({ id, token: kith.page('shop').token, fields: ['name', 'username'] });

const review = (level) => (kith) => kith.control('PUT', 'apps/demo/review', { pages_user_gender: level });

export const refusals = [
  {
    name: 'an account made with a phone number: 100/2018218',
    want: errors.phoneOnly,
    arrange: (kith) => alice(kith, { id: kith.psid('shop', 'bao') }),
  },
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
    arrange: (kith) => alice(kith, { token: otherPage(kith, 'shop').token }),
  },
  {
    name: 'a field that does not exist: 100',
    want: errors.noField,
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
    name: 'Instagram, commented only: 230',
    want: errors.noConsent,
    arrange: (kith) => onShopIG(kith, kith.igsid('shop_ig', 'ines')),
  },
  {
    name: 'a text that is no token: 190',
    want: errors.badToken,
    arrange: (kith) => alice(kith, { token: 'this-is-no-token' }),
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

function otherPage(kith, not) {
  const found = Object.entries(kith.ids.pages).find(([handle]) => handle !== not);
  if (!found) throw new Error('the demo world has one Page only');
  return found[1];
}
