// A website on the internet, as a browser sees it, with no internet: the pages of
// shop.example and its like come from the test, Facebook's hosts from kith.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

// facebook leads Facebook's hosts to kith, which speaks TLS with a certificate of its
// own making.
export function facebook(kith) {
  const at = new URL(kith.url).host;
  return Object.fromEntries(['connect.facebook.net', 'www.facebook.com', 'm.me', 'ig.me'].map((name) => [name, at]));
}

export class Shop {
  // open gives back a browser without a past. sites are hosts and what makes their
  // pages.
  static async open(t, browser, sites) {
    const shop = new Shop();
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    t.after(() => context.close());
    context.setDefaultTimeout(120_000);
    for (const [host, page] of Object.entries(sites)) {
      await context.route(`https://${host}/**`, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: page(new URL(route.request().url())) }));
    }
    shop.context = context;
    shop.page = await context.newPage();
    const complaints = [];
    context.on('weberror', (err) => complaints.push(String(err.error())));
    t.after(() => assert.deepEqual(complaints, []));
    return shop;
  }
}

// A Receiver is told what happens.
export class Receiver {
  told = [];
  #waiting = [];

  async start() {
    this.server = createServer(async (req, res) => {
      let body = '';
      for await (const chunk of req) body += chunk;
      res.end();
      this.told.push(JSON.parse(body).entry[0].messaging[0]);
      for (const look of this.#waiting) look();
    }).listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}/hooks`;
  }

  // next is the first item that is like what is looked for, now or later; it is taken
  // from the list.
  next(like) {
    return new Promise((resolve) => {
      const look = () => {
        const i = this.told.findIndex(like);
        if (i < 0) return false;
        resolve(this.told.splice(i, 1)[0]);
        this.#waiting = this.#waiting.filter((one) => one !== look);
        return true;
      };
      if (!look()) this.#waiting.push(look);
    });
  }

  stop() {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
