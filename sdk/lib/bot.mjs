// A bot of ../bots as a child process under kith exec, with its webhook subscribed to
// through the Graph, as its developer would.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const patience = 90_000; // ms, on a busy machine; nothing is meant to take so long

// until waits for what a function finds.
export async function until(what, find) {
  for (const end = Date.now() + patience; ;) {
    const found = await find();
    if (found) return found;
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export class Bot {
  #child;
  #home;
  #log = '';

  // start runs node with arguments in a folder of ../bots, for a Page and its app, and
  // subscribes both.
  static async start(kith, { page, app, folder = '.', args, version = 'v25.0' }) {
    const bot = new Bot();
    bot.#home = await mkdtemp(join(tmpdir(), 'kith-bot-home-'));
    const { id, secret } = kith.app(app);
    const verifyToken = 'a verify token & more';
    const { PATH, TMPDIR } = process.env;
    bot.#child = spawn(process.env.KITH_BIN ?? 'kith', ['exec', '--url', kith.url, '--', process.execPath, ...args], {
      cwd: fileURLToPath(new URL(`../bots/${folder}`, import.meta.url)),
      env: {
        PATH, ...(TMPDIR && { TMPDIR }), HOME: bot.#home, CI: 'true',
        MESSENGER_ACCESS_TOKEN: kith.page(page).token, MESSENGER_APP_ID: id, MESSENGER_APP_SECRET: secret, MESSENGER_VERIFY_TOKEN: verifyToken,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      bot.webhook = await bot.#address();
      await graph(kith, 'POST', `${version}/${id}/subscriptions`, {
        access_token: `${id}|${secret}`, object: 'page', callback_url: bot.webhook, verify_token: verifyToken,
        fields: 'messages,messaging_postbacks,messaging_referrals',
      });
      await graph(kith, 'POST', `${version}/me/subscribed_apps`, {
        access_token: kith.page(page).token, subscribed_fields: 'messages,messaging_postbacks,messaging_referrals',
      });
    } catch (err) {
      err.message += `\n${bot.#log}`;
      await bot.stop();
      throw err;
    }
    return bot;
  }

  get log() {
    return this.#log;
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await gone;
    }
    await rm(this.#home, { recursive: true, force: true });
  }

  // address waits for the line that says where the webhook is.
  async #address() {
    let out = '';
    this.#child.stdout.on('data', (chunk) => {
      out += chunk;
      this.#log += chunk;
    });
    this.#child.stderr.on('data', (chunk) => (this.#log += chunk));
    let gone;
    this.#child.on('error', (err) => (gone = err.message)).on('exit', (code) => (gone = `exit ${code}`));
    const line = await until('the bot says where it listens', () => {
      if (gone) throw new Error(`the bot did not start: ${gone}`);
      return out.split('\n').slice(0, -1).find((text) => text.startsWith('{"webhook"'));
    });
    return JSON.parse(line).webhook;
  }
}

// graph calls the Graph and gives back what it answers.
export async function graph(kith, method, path, params) {
  const query = new URLSearchParams(params);
  const res = await fetch(`${kith.url}/${path}${method === 'GET' ? `?${query}` : ''}`, { method, ...(method !== 'GET' && { body: query }) });
  const answer = await res.json();
  if (!res.ok) throw new Error(`${method} ${path}: ${res.status} ${JSON.stringify(answer)}`);
  return answer;
}

// transcript is the conversation of a person with a Page, as kith has it: who said
// what, oldest first.
export async function transcript(kith, page, psid) {
  const { data } = await graph(kith, 'GET', 'v25.0/me/conversations', {
    access_token: kith.page(page).token, user_id: psid, fields: 'messages.limit(100){id,message,from}',
  });
  if (!data.length) return [];
  const names = { [psid]: 'person', [kith.page(page).id]: 'page' };
  return data[0].messages.data.reverse().map(({ message, from }) => `${names[from.id]}: ${message}`);
}
