// A server that hands a webhook on, read, if both of its signatures are right, and
// answers 401 otherwise.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const same = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

export function signed(appSecret, handler) {
  return createServer(async (req, res) => {
    if (req.method === 'POST') {
      const chunks = [];
      for await (const chunk of req) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      for (const [header, hash] of [['x-hub-signature', 'sha1'], ['x-hub-signature-256', 'sha256']]) {
        const want = `${hash}=${createHmac(hash, appSecret).update(body).digest('hex')}`;
        if (!same(req.headers[header] ?? '', want)) return res.writeHead(401).end();
      }
      req.body = JSON.parse(body);
      req._body = true; // so that body-parser leaves it
    }
    return handler(req, res);
  });
}
