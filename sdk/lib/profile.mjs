import assert from 'node:assert/strict';

// sameProfile asserts that an answer has exactly the fields wanted. A value is
// wanted as it is, as a pattern, or as a function that says whether it will do.
export function sameProfile(got, want) {
  assert.deepEqual(Object.keys(got).sort(), Object.keys(want).sort(), JSON.stringify(got));
  for (const [field, value] of Object.entries(want)) {
    const said = `${field} is ${JSON.stringify(got[field])}`;
    if (value instanceof RegExp) assert.match(got[field], value, said);
    else if (typeof value === 'function') assert.ok(value(got[field]), said);
    else assert.deepEqual(got[field], value, said);
  }
}
