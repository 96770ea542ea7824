// Programs in other languages under kith exec, as far as they are here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { exec, program } from '../lib/exec.mjs';
import { Kith } from '../lib/kith.mjs';

let kith;
before(async () => (kith = await Kith.start()));
after(() => kith?.stop());

const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const python = ['/usr/bin/python3', 'python3'].find((command) => runs(command, '-c', 'import requests'));

for (const { language, command, here, says } of [
  { language: 'sh with curl', command: ['sh', program('languages/profile.sh')], here: runs('curl', '--version'), says: 'Alice' },
  { language: 'Python', command: [python, program('languages/profile.py')], here: python !== undefined, says: 'Alice Alice' },
  { language: 'PHP', command: ['php', program('languages/profile.php')], here: runs('php', '-r', 'curl_version();'), says: 'Alice' },
  { language: 'Ruby', command: ['ruby', program('languages/profile.rb')], here: runs('ruby', '--version'), says: 'Alice' },
  { language: 'Java', command: ['java', program('languages/Profile.java')], here: runs('javac', '--version'), says: 'Alice Alice' },
]) {
  test(language, { skip: !here && `no ${language} here; make languages installs it` }, async () => {
    const { code, out, err } = await exec(['--url', kith.url], [...command, kith.psid('shop', 'alice')]);
    assert.deepEqual({ code, out: out.trim() }, { code: 0, out: says }, err);
  });
}
