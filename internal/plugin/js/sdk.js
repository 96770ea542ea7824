// The Facebook SDK for JavaScript, as far as the plugins of Messenger need it. It
// calls window.fbAsyncInit, puts plugins into the page and passes on their events.
(() => {
  'use strict';
  if (window.FB) return;
  const script = new URL(document.currentScript ? document.currentScript.src : location.href);
  const base = script.hostname.startsWith('connect.facebook.') ? 'https://www.facebook.com' : script.origin;
  const listeners = new Map();
  const frames = new Map(); // window of a plugin -> what it is
  let settings = {};

  const fire = (name, data) => {
    for (const f of [...(listeners.get(name) ?? [])]) f(data);
  };

  // attribute is what the website says of a plugin, in any of the spellings.
  const attribute = (el, name) => {
    for (const n of [name, name.replaceAll('_', '-')]) {
      const value = el.getAttribute(n) ?? el.getAttribute(`data-${n}`);
      if (value !== null) return value;
    }
    return undefined;
  };

  const plugins = {
    'fb-send-to-messenger': { path: 'send_to_messenger', event: 'send_to_messenger', size: [320, 64], takes: ['ref', 'cta_text', 'color', 'size'] },
    'fb-messenger-checkbox': { path: 'messenger_checkbox', event: 'messenger_checkbox', size: [320, 64], takes: ['ref', 'user_ref', 'size'] },
    'fb-customerchat': { path: 'customerchat', event: 'customerchat', size: [80, 48], takes: ['ref', 'logged_in_greeting', 'guest_chat_mode'], fixed: true },
  };

  const render = (el, plugin) => new Promise((resolve) => {
    const url = new URL(`${base}/plugins/${plugin.path}.php`);
    const app = attribute(el, 'messenger_app_id') ?? attribute(el, 'app_id') ?? settings.appId;
    const page = attribute(el, 'page_id');
    const asked = { app_id: plugin.fixed ? undefined : app, page_id: page, origin: location.origin, referer: location.href.slice(0, 2000) };
    for (const name of plugin.takes) asked[name] = attribute(el, name);
    for (const [name, value] of Object.entries(asked)) if (value !== undefined) url.searchParams.set(name, value);
    const frame = document.createElement('iframe');
    frame.title = `fb:${plugin.path} Facebook Social Plugin`;
    frame.name = `kith_${frames.size}`;
    frame.style.cssText = `border:0;overflow:hidden;width:${plugin.size[0]}px;height:${plugin.size[1]}px`;
    if (plugin.fixed) frame.style.cssText += ';position:fixed;right:16px;bottom:16px;z-index:2147483647';
    frame.addEventListener('load', () => resolve());
    frame.addEventListener('error', () => resolve());
    frame.src = url.href;
    el.replaceChildren(frame);
    el.setAttribute('fb-xfbml-state', 'rendered');
    frames.set(frame.contentWindow, { plugin, frame, page: String(page), app: String(app), user: attribute(el, 'user_ref') });
  });

  const parse = async (root, done) => {
    const waits = [];
    for (const [name, plugin] of Object.entries(plugins)) {
      for (const el of (root ?? document).querySelectorAll(`.${name}:not([fb-xfbml-state])`)) waits.push(render(el, plugin));
    }
    await Promise.all(waits);
    fire('xfbml.render');
    done?.();
  };

  window.addEventListener('message', (e) => {
    const known = frames.get(e.source);
    if (e.origin !== base || !known || e.data?.kith !== 'plugin') return;
    const { event, data, size } = e.data;
    if (size) Object.assign(known.frame.style, { width: `${Number(size[0])}px`, height: `${Number(size[1])}px` });
    if (!event) return;
    if (known.plugin.fixed) fire(`customerchat.${event}`, data);
    else fire(known.plugin.event, data);
  });

  const chats = () => [...frames].filter(([, f]) => f.plugin.fixed);
  const dialog = (open) => { for (const [w] of chats()) w.postMessage({ kith: 'dialog', open }, base); };
  const shown = (on) => {
    for (const [, f] of chats()) f.frame.hidden = !on;
    fire(on ? 'customerchat.show' : 'customerchat.hide');
  };

  window.FB = {
    init(options) {
      settings = { ...options };
      const begin = () => { if (settings.xfbml) parse(); };
      if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
      else begin();
    },
    XFBML: { parse },
    Event: {
      subscribe(name, f) {
        if (!listeners.has(name)) listeners.set(name, new Set());
        listeners.get(name).add(f);
      },
      unsubscribe(name, f) { listeners.get(name)?.delete(f); },
    },
    AppEvents: {
      // One event does something: the form with the ticked box was sent.
      logEvent(name, value, params) {
        if (name !== 'MessengerCheckboxUserConfirmation' || !params) return;
        for (const [w, f] of frames) {
          if (f.plugin.path === 'messenger_checkbox' && f.user === params.user_ref && f.page === String(params.page_id) && f.app === String(params.app_id)) {
            w.postMessage({ kith: 'confirm', ref: params.ref === undefined ? '' : String(params.ref) }, base);
          }
        }
      },
      logPageView() {},
      activateApp() {},
    },
    CustomerChat: {
      show(open) { shown(true); if (open !== false) dialog(true); },
      hide() { shown(false); },
      showDialog() { dialog(true); },
      hideDialog() { dialog(false); },
    },
  };

  // sdk.js#xfbml=1&version=v18.0 needs no call of init.
  const hash = new URLSearchParams(script.hash.slice(1));
  if (hash.get('version') || hash.get('xfbml')) window.FB.init({ appId: hash.get('appId') ?? undefined, xfbml: hash.get('xfbml') === '1', version: hash.get('version') });
  setTimeout(() => { if (typeof window.fbAsyncInit === 'function') window.fbAsyncInit(); });
})();
