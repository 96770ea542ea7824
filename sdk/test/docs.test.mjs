import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const text = (path) => readFile(new URL(path, import.meta.url), 'utf8');

// What docs/sdks.md prints is what these tests run.
for (const name of ['messaging-api-messenger', 'business-sdk', 'fbgraph', 'passport-facebook', 'instagram-graph-api',
  'messenger-node', 'bootbot', 'fb', 'botkit']) {
  test(`docs/sdks.md prints recipes/${name}.mjs word for word`, async () => {
    const recipe = await text(`../recipes/${name}.mjs`);
    const page = await text('../../docs/sdks.md');
    assert.ok(page.includes(`\`\`\`js\n${recipe}\`\`\`\n`), 'copy the recipe into docs/sdks.md');
  });
}

test('docs/sdks.md prints the settings of the bot on bottender', async () => {
  const config = await text('../bots/bottender/bottender.config.js');
  assert.ok((await text('../../docs/sdks.md')).includes(`\`\`\`js\n${config}\`\`\`\n`));
});

test('docs/sdks.md names the versions of package.json', async () => {
  const page = await text('../../docs/sdks.md');
  const { dependencies } = JSON.parse(await text('../package.json'));
  for (const [name, version] of Object.entries(dependencies)) {
    assert.ok(page.includes(`${name} ${version}`), `${name} ${version}`);
  }
});

// A lock file that names a host would bind the installation to it.
test('package-lock.json names no registry', async () => {
  assert.doesNotMatch(await text('../package-lock.json'), /"resolved"/);
});
