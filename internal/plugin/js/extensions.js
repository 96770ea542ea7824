// The Messenger Extensions SDK, as far as kith has it. It calls window.extAsyncInit
// and asks the page around the website, which is kith's.
(() => {
  'use strict';
  if (window.MessengerExtensions) return;
  const script = new URL(document.currentScript ? document.currentScript.src : location.href);
  const base = script.hostname.startsWith('connect.facebook.') ? 'https://www.facebook.com' : script.origin;
  const notEnabled = [2071011, 'Messenger Extensions are not enabled: this page is not in a webview of Messenger.'];
  const waiting = new Map();
  let last = 0;
  let app;

  // around says whether the page around this one may be kith's: browsers that cannot
  // tell let us ask.
  const around = () => window.parent !== window
    && (!location.ancestorOrigins || location.ancestorOrigins[0] === base || alike(location.ancestorOrigins[0]));
  // The Messenger of the web has several names.
  const alike = (origin) => base === 'https://www.facebook.com'
    && ['https://m.facebook.com', 'https://web.facebook.com', 'https://www.messenger.com', 'https://m.me'].includes(origin);

  window.addEventListener('message', (e) => {
    if (e.source !== window.parent || (e.origin !== base && !alike(e.origin)) || e.data?.kith !== 'extensions') return;
    const asked = waiting.get(e.data.id);
    if (!asked) return;
    waiting.delete(e.data.id);
    if (e.data.error) asked.failed(...e.data.error);
    else asked.done(e.data.value);
  });

  const call = (name, more, success, error, shape) => {
    const failed = (code, text) => { if (typeof error === 'function') error(code, text); };
    const done = (value) => { if (typeof success === 'function') success(shape ? shape(value) : value); };
    if (!around()) {
      setTimeout(() => failed(...notEnabled));
      return;
    }
    const id = ++last;
    waiting.set(id, { done, failed });
    // Nothing in here is a secret: who stands around may read it.
    window.parent.postMessage({ kith: 'extensions', id, call: name, app_id: app, ...more }, '*');
  };

  const unsupported = (error) => setTimeout(() => { if (typeof error === 'function') error(2071010, 'This method is not supported on this client.'); });

  window.MessengerExtensions = {
    getContext(appID, success, error) {
      call('context', { app_id: String(appID ?? '') || '0' }, (value) => {
        app = String(appID);
        if (typeof success === 'function') success(value);
      }, error);
    },
    getUserID(success, error) {
      call('context', {}, success, error, ({ psid }) => ({ psid }));
    },
    askPermission(success, error, permission) {
      call('ask', { permission: String(permission ?? '') }, success, error);
    },
    getGrantedPermissions(success, error) {
      call('permissions', {}, success, error);
    },
    requestCloseBrowser(success, error) {
      call('close', {}, success, error, () => undefined);
    },
    isInExtension(success, error) {
      if (!around()) {
        setTimeout(() => { if (typeof success === 'function') success(false); });
        return;
      }
      call('permissions', {}, success, (code, text) => {
        if (code === 2071011 && typeof success === 'function') success(false);
        else if (typeof error === 'function') error(code, text);
      }, () => true);
    },
    getSupportedFeatures(success, error) {
      call('permissions', {}, success, error, () => ({ supported_features: ['context', 'sharing_broadcast', 'sharing_direct', 'sharing_open_graph'] }));
    },
    // success is called for who sent it and for who did not. [doc webview sharing]
    beginShareFlow(success, error, message, mode) {
      let text;
      try { text = JSON.stringify(message); } catch { /* then it is none */ }
      call('share', { message: text ?? '', mode: String(mode ?? '') }, success, error, ({ is_sent }) => ({ is_sent }));
    },
    // Payments ended before this SDK did. [doc payments; the number guess]
    processPayment(success, error) {
      unsupported(error);
    },
    getUserProfile(success, error) {
      unsupported(error);
    },
    purchaseItems(success, error) {
      unsupported(error);
    },
  };

  const begin = () => { if (typeof window.extAsyncInit === 'function') window.extAsyncInit(); };
  setTimeout(begin);
})();
