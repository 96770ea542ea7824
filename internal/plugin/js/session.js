(() => {
  const who = document.getElementById('who').dataset;
  if (window.opener) {
    window.opener.postMessage({ kith: 'session', session: who.session, name: who.name }, location.origin);
    window.close();
  }
})();
