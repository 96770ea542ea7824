// A world of its own for the tests that page and write: ana has more on an edge
// than fits on a page, and has granted what publishing takes.
const day = (n) => new Date(Date.UTC(2017, 0, 1 + n, 12)).toISOString().replace('.000Z', 'Z');
const count = (n, make) => Array.from({ length: n }, (_, i) => make(i));

export const likes = count(60, (i) => `liked_${String(i).padStart(2, '0')}`);
export const posts = count(30, (i) => `Day ${i}`);

export const busy = {
  world: 'busy',
  businesses: { acme: { name: 'Acme' } },
  apps: { app: { name: 'App', business: 'acme' }, other: { name: 'Other' } },
  pages: {
    bakery: { name: 'Bakery', app: 'app', owner: 'ana' },
    ...Object.fromEntries(likes.map((handle, i) => [handle, { name: `Page ${i}`, category: 'Shop' }])),
  },
  people: {
    ana: {
      first_name: 'Ana',
      last_name: 'Lima',
      email: 'ana@example.com',
      birthday: '04/23/1990',
      gender: 'female',
      locale: 'pt_BR',
      timezone: -3,
      quotes: '50% of "this" / that',
      hometown: { id: '1000000000000230', name: 'São Paulo' },
      apps: { app: { granted: ['public_profile', 'email', 'user_*', 'publish_actions', 'ads_*', 'business_management', 'manage_pages'] } },
      friends: ['ben'],
      businesses: ['acme'],
      // The newest comes first.
      likes: likes.map((to, i) => ({ to, at: day(i) })),
      albums: count(7, (i) => ({ name: `Album ${i}`, at: day(i) })),
      feed: posts.map((message, i) => ({ message, from: 'ana', at: day(i) })),
      adaccounts: [{ name: 'Account', handle: 'account', customaudiences: [{ name: 'Newsletter', handle: 'newsletter' }] }],
    },
    ben: {
      first_name: 'Ben', last_name: 'Okoro', email: 'ben@example.com',
      apps: { app: ['public_profile', 'user_friends', 'ads_read'] },
      contacts: { bakery: { via: 'message' } },
    },
    eve: { first_name: 'Eve', last_name: 'Moss', contacts: { bakery: { via: 'message' } } },
  },
};
