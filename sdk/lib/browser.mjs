// Debian's Chromium without a window, driven over its own protocol. Who has none is
// told, and the tests that need one are skipped.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

const found = process.env.PATH.split(delimiter).flatMap((dir) => names.map((name) => join(dir, name))).find(existsSync);

// why says why there is no browser, and is false if there is one.
export const why = !found ? 'SKIPPED: no chromium on PATH (apt-get install chromium)'
  : Number(process.versions.node.split('.')[0]) < 20 ? `SKIPPED: playwright-core needs Node 20, this is ${process.version}` : false;

// launch opens a browser that reaches nothing but this machine.
export async function launch() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: found,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--proxy-server=127.0.0.1:9', '--proxy-bypass-list=127.0.0.1;localhost'],
    timeout: 120_000,
  });
}
