// The custom server that bottender's documentation has, run by node server.js in this
// folder. Besides the webhook it has two paths for tests: PUT /clock sets what this
// process takes for the time, GET /picture/{psid} downloads the picture that the
// session of a person holds.
const http = require('http');
const { bottender } = require('bottender');
const { pictures } = require('./index.js');

let ahead = 0;
const Machine = Date;
globalThis.Date = class extends Machine {
  constructor(...args) {
    if (args.length) super(...args);
    else super(Machine.now() + ahead);
  }
  static now() {
    return Machine.now() + ahead;
  }
};

async function picture(psid) {
  const url = pictures.get(psid);
  if (!url) return {};
  const res = await fetch(url);
  await res.arrayBuffer();
  return { url, status: res.status, type: res.headers.get('content-type') };
}

async function serve(handle, req, res) {
  let text = '';
  for await (const chunk of req.setEncoding('utf8')) text += chunk;
  if (req.url === '/clock') {
    ahead = Machine.parse(JSON.parse(text).now) - Machine.now();
    return res.end();
  }
  if (req.url.startsWith('/picture/')) return res.end(JSON.stringify(await picture(req.url.slice('/picture/'.length))));
  req.rawBody = text;
  if (req.method === 'POST') req.body = JSON.parse(text);
  return handle(req, res);
}

const app = bottender({ dev: false });
app.prepare().then(() => {
  const server = http.createServer((req, res) => serve(app.getRequestHandler(), req, res).catch((err) => {
    console.error(err);
    res.writeHead(500).end();
  }));
  server.listen(0, '127.0.0.1', async () => (await import('../greeting.mjs')).ready(server, '/webhooks/messenger'));
});
