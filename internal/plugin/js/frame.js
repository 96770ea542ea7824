// A plugin inside a website. It shows its visitor, sends what they click, and tells
// the website what there is to tell. The session never leaves this origin.
(() => {
  const root = document.getElementById('plugin');
  const { kind, origin, ticket, ref, userRef, app, page } = root.dataset;
  const at = (id) => document.getElementById(id);
  const kept = 'kith.session';
  let session = recall();
  let begun = false;
  let confirmed = false;
  let timer;

  // Browsers may refuse to keep anything for a frame: then it lasts as long as that.
  function recall() {
    try { return sessionStorage.getItem(kept) || ''; } catch { return ''; }
  }
  function keep(text) {
    session = text;
    try { sessionStorage.setItem(kept, text); } catch { /* in memory then */ }
  }

  const tell = (message) => window.parent.postMessage({ kith: 'plugin', ...message }, origin);
  const event = (name, more) => tell({ event: name, data: { event: name, app_id: app, page_id: page, ...(ref && { ref }), ...more } });

  // send answers what kith does; null where it refuses, and says why.
  async function send(what, more) {
    const body = new URLSearchParams({ ticket, session, do: what, ...more });
    const res = await fetch(location.href, { method: 'POST', body });
    const value = await res.json();
    at('sorry').hidden = !value.error;
    at('sorry').textContent = value.error ?? '';
    return res.ok ? value : null;
  }

  function showMe(name) {
    at('me').hidden = !name;
    at('name').textContent = name ?? '';
  }

  // logIn asks in a window of its own, which no website can lay anything over. It
  // must be called from a click.
  const logIn = () => new Promise((resolve) => {
    const popup = window.open('/plugins/session', 'kith_session', 'popup,width=480,height=640');
    const hear = (e) => {
      if (e.origin !== location.origin || e.data?.kith !== 'session' || e.source !== popup) return;
      window.removeEventListener('message', hear);
      keep(e.data.session);
      showMe(e.data.name);
      resolve();
    };
    window.addEventListener('message', hear);
  });

  // known is whether somebody sits there whom kith still knows.
  async function known() {
    if (!session) return false;
    const me = await send('who');
    if (!me || !me.ok) { keep(''); showMe(); return false; }
    showMe(me.name);
    return true;
  }

  at('notyou').addEventListener('click', async () => {
    const asked = logIn();
    keep('');
    showMe();
    event('not_you');
    if (kind === 'customerchat') { begun = false; render([]); }
    await asked;
  });

  const plugins = {
    send_to_messenger() {
      at('send').addEventListener('click', async () => {
        event('clicked', { is_after_optin: false });
        if (!session) await logIn();
        const done = await send('opt_in');
        if (done && !done.ok) { keep(''); showMe(); return; } // the session is over: once more
        if (!done) return;
        at('sent').hidden = false;
        event('opt_in', { is_after_optin: true });
      });
    },
    messenger_checkbox() {
      const box = at('box');
      const changed = () => event('checkbox', { state: box.checked ? 'checked' : 'unchecked', user_ref: userRef });
      box.addEventListener('change', async () => {
        if (box.checked && !session) {
          box.checked = false;
          await logIn();
          box.checked = true;
        }
        changed();
      });
      hears.confirm = async ({ ref: other }) => {
        if (!box.checked || !session || confirmed) return;
        confirmed = true;
        const done = await send('confirm', { ref: other || '' });
        if (!done || !done.ok) confirmed = false;
      };
    },
    customerchat() {
      at('bubble').addEventListener('click', () => open(at('dialog').hidden));
      at('hide').addEventListener('click', () => open(false));
      at('login').addEventListener('click', async () => {
        if (!session) await logIn();
        chat(await send('begin'));
      });
      at('guest').addEventListener('click', async () => {
        const value = await send('guest');
        if (value?.session) session = value.session; // for this chat only
        chat(value);
        if (value?.name) showMe(value.name);
      });
      at('write').addEventListener('submit', async (e) => {
        e.preventDefault();
        const text = at('text').value;
        at('text').value = '';
        chat(await send('say', { text }));
      });
      hears.dialog = ({ open: on }) => open(on);
      open(false, true);
    },
  };
  const hears = {};

  function open(on, first) {
    at('dialog').hidden = !on;
    tell({ size: on ? [360, 480] : [80, 48] });
    if (!first) event(on ? 'dialogShow' : 'dialogHide');
    clearTimeout(timer);
    if (on && begun) poll();
  }

  function render(log) {
    at('log').replaceChildren(...log.map(({ mine, text }) => {
      const li = document.createElement('li');
      li.textContent = `${mine ? 'You' : document.title}: ${text}`;
      return li;
    }));
    at('begin').hidden = begun;
    at('write').hidden = !begun;
  }

  function chat(value) {
    if (!value) return;
    if (!value.ok) { keep(''); showMe(); begun = false; render([]); return; }
    begun = true;
    render(value.log ?? []);
    clearTimeout(timer);
    poll();
  }

  function poll() {
    timer = setTimeout(async () => {
      const value = await send('read').catch(() => null);
      if (value) chat(value);
      else if (!at('dialog').hidden) poll();
    }, 1500);
  }

  window.addEventListener('message', (e) => {
    if (e.source !== window.parent || e.origin !== origin || typeof e.data?.kith !== 'string') return;
    hears[e.data.kith]?.(e.data);
  });

  plugins[kind]();
  known().catch(() => {}).then(() => event(kind === 'customerchat' ? 'load' : 'rendered',
    kind === 'messenger_checkbox' ? { user_ref: userRef } : { is_after_optin: false }));
})();
