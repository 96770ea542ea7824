// A program for kith exec that asks hosts which are nobody's here. It prints how
// each ended.
import { promisify } from 'node:util';
import https from 'node:https';
import request from 'request';

const ways = {
  fetch: (url) => fetch(url),
  https: (url) => new Promise((resolve, reject) => https.get(url, resolve).on('error', reject)),
  request: promisify(request),
};
for (const url of process.argv.slice(2)) {
  for (const [way, get] of Object.entries(ways)) {
    const end = await get(url).then(() => 'answered', (err) => String(err.cause ?? err));
    console.log(`${way} ${url} ${end}`);
  }
}
process.exit();
