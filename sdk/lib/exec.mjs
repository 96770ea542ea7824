// Programs run by kith exec, as a person would run them.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const program = (name) => fileURLToPath(new URL(`../programs/${name}`, import.meta.url));

// node is a command that runs a program of ../programs.
export const node = (name, ...args) => [process.execPath, program(`${name}.mjs`), ...args];

// exec runs a command under kith exec and gives back its exit code and what it
// printed. It has an environment of its own, in which CI is set.
export async function exec(flags, command, input = '') {
  const home = await mkdtemp(join(tmpdir(), 'kith-exec-home-'));
  const { PATH, TMPDIR } = process.env;
  try {
    const child = spawn(process.env.KITH_BIN ?? 'kith', ['exec', ...flags, '--', ...command], {
      env: { PATH, ...(TMPDIR && { TMPDIR }), HOME: home, CI: 'true' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => {}); // a program need not read
    child.stdin.end(input);
    const [out, err, code] = await Promise.all([
      all(child.stdout), all(child.stderr),
      new Promise((resolve, reject) => child.on('error', reject).on('close', resolve)),
    ]);
    return { code, out, err };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function all(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}
