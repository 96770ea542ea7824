// The real binary as a child process: the emulator, its demo world or another in
// memory, a port of its own. One server per test file, so that files run side by
// side.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const startWithin = 20_000; // ms, on a busy machine

export class Kith {
  #child;
  #home;

  // start resolves when the server has printed its address. The process sees
  // no KITH_* setting and no folder of the person who runs the tests. A world is
  // the object that a world file would hold.
  static async start(world) {
    const kith = new Kith();
    kith.#home = await mkdtemp(join(tmpdir(), 'kith-home-'));
    const file = join(kith.#home, 'world.yaml');
    if (world) await writeFile(file, JSON.stringify(world)); // YAML has all of JSON
    const { PATH, TMPDIR } = process.env;
    kith.#child = spawn(
      process.env.KITH_BIN ?? 'kith',
      ['serve', '--mode', 'emulator', '--memory', '--listen', '127.0.0.1:0', '--json', ...(world ? ['--world', file] : [])],
      {
        env: { PATH, ...(TMPDIR && { TMPDIR }), HOME: kith.#home },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    try {
      kith.url = await address(kith.#child);
      kith.ids = await kith.control('GET', 'ids');
    } catch (err) {
      await kith.stop();
      throw err;
    }
    return kith;
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await gone;
    }
    await rm(this.#home, { recursive: true, force: true });
  }

  // control calls the control plane and gives back the JSON it answers.
  async control(method, path, body) {
    const res = await fetch(`${this.url}/_/api/${path}`, {
      method,
      headers: body && { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await res.text();
    if (!res.ok) throw new Error(`${method} /_/api/${path}: ${res.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  page(handle) {
    return must(this.ids.pages, 'Page', handle);
  }

  app(handle) {
    return must(this.ids.apps, 'app', handle);
  }

  instagram(handle) {
    return must(this.ids.instagram, 'Instagram account', handle);
  }

  psid(page, person) {
    return must(this.page(page).psids, `PSID on ${page}`, person);
  }

  igsid(account, person) {
    return must(this.instagram(account).igsids, `IGSID on ${account}`, person);
  }

  asid(app, person) {
    return must(must(this.ids.people, 'person', person).asids, `ASID of ${person}`, app);
  }

  thing(handle) {
    return must(this.ids.things, 'thing', handle);
  }

  userToken(app, person) {
    return must(must(this.ids.people, 'person', person).tokens, `token of ${person}`, app);
  }

  async mint(spec) {
    return (await this.control('POST', 'tokens', spec)).token;
  }
}

function must(map, what, handle) {
  const found = map?.[handle];
  if (!found) throw new Error(`the world has no ${what} "${handle}"`);
  return found;
}

// address reads the banner: one line of JSON, printed once the server answers.
function address(child) {
  return new Promise((resolve, reject) => {
    let out = '';
    let log = '';
    const timer = setTimeout(() => fail('it printed no banner in time'), startWithin);
    const fail = (why) => {
      clearTimeout(timer);
      reject(new Error(`kith did not start: ${why}\n${out}${log}`));
    };
    child.on('error', (err) => fail(err.message));
    child.on('exit', (code) => fail(`exit ${code}`));
    child.stderr.on('data', (chunk) => (log += chunk));
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const end = out.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      try {
        resolve(JSON.parse(out.slice(0, end)).url);
      } catch (err) {
        fail(err.message);
      }
    });
  });
}
