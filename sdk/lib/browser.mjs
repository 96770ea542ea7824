// Debian's Chromium without a window, driven over its own protocol. Who has none is
// told, and the tests that need one are skipped.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

const found = process.env.PATH.split(delimiter).flatMap((dir) => names.map((name) => join(dir, name))).find(existsSync);

// why says why there is no browser, and is false if there is one.
export const why = !found ? 'SKIPPED: no chromium on PATH (apt-get install chromium)'
  : Number(process.versions.node.split('.')[0]) < 20 ? `SKIPPED: playwright-core needs Node 20, this is ${process.version}` : false;

// launch opens a browser that reaches nothing but this machine. hosts are answered
// there: name to address.
export async function launch(hosts = {}) {
  const { chromium } = await import('playwright-core');
  const names = Object.keys(hosts);
  const rules = names.map((name) => `MAP ${name}:443 ${hosts[name]}`);
  return chromium.launch({
    executablePath: found,
    // A website of the tests is on the internet, as far as the browser can tell: it would
    // ask the person whether that may reach this machine.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-features=LocalNetworkAccessChecks',
      '--proxy-server=127.0.0.1:9', `--proxy-bypass-list=${['127.0.0.1', 'localhost', ...names].join(';')}`,
      ...(rules.length ? [`--host-resolver-rules=${rules.join(', ')}`] : [])],
    timeout: 120_000,
  });
}
