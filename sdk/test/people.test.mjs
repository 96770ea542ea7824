import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Kith } from '../lib/kith.mjs';
import { accounts, contacts, users } from '../lib/people.mjs';

let kith;
before(async () => (kith = await Kith.start()));
after(() => kith?.stop());

// A person who is added to the demo world belongs into lib/people.mjs.
test('the tables have every person of the demo world', () => {
  const asked = (table) => new Set(table.map(({ call }) => call(kith).id));
  const missing = (ids, table) => Object.entries(ids).filter(([, id]) => !table.has(id)).map(([person]) => person);

  for (const [handle, page] of Object.entries(kith.ids.pages)) {
    assert.deepEqual(missing(page.psids, asked(contacts)), [], `contacts of ${handle}`);
  }
  for (const [handle, account] of Object.entries(kith.ids.instagram)) {
    assert.deepEqual(missing(account.igsids, asked(accounts)), [], `contacts of ${handle}`);
  }
  const installed = Object.entries(kith.ids.people).filter(([, person]) => person.tokens.demo).map(([handle]) => handle);
  assert.deepEqual(installed.sort(), Object.keys(users).sort());
});
