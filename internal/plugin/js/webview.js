// The page around a website that was opened in a conversation: it answers what the
// SDK in there asks, and asks the person. What the website cannot know stays here.
(() => {
  const web = document.getElementById('web');
  const ticket = document.querySelector('input[name=ticket]').value;
  const dialog = document.getElementById('ask');
  const closing = document.getElementById('close');
  let asking = null;

  const call = async (from, name, more) => {
    const body = new URLSearchParams({ json: 1, ticket, view: web.dataset.view, from, call: name, ...more });
    const res = await fetch(location.href, { method: 'POST', body });
    return res.json();
  };

  const answer = (e, id, value) => web.contentWindow.postMessage({ kith: 'extensions', id, ...value }, e.origin);

  // decide shows the dialog until the person has decided.
  const decide = (what) => new Promise((resolve) => {
    document.getElementById('what').textContent = what;
    asking = (granted) => { asking = null; dialog.hidden = true; resolve(granted); };
    dialog.hidden = false;
  });
  document.getElementById('grant').addEventListener('click', () => asking?.(true));
  document.getElementById('decline').addEventListener('click', () => asking?.(false));

  const ask = async (from, more) => {
    if (asking) return { code: 2018154, text: 'The person is being asked already.' };
    const first = await call(from, 'ask', more);
    if (!first.ask) return first;
    return call(from, await decide(first.ask) ? 'grant' : 'decline', more);
  };

  window.addEventListener('message', async (e) => {
    if (e.source !== web.contentWindow || e.data?.kith !== 'extensions' || typeof e.data.id !== 'number') return;
    const { id, call: name, app_id, permission } = e.data;
    const more = {};
    if (app_id) more.app_id = String(app_id);
    if (permission) more.permission = String(permission);
    try {
      const value = name === 'ask' ? await ask(e.origin, more) : await call(e.origin, name === 'close' ? 'permissions' : String(name), more);
      answer(e, id, value.code || value.error ? { error: [value.code ?? 2018154, value.text ?? value.error] } : { value });
      if (name === 'close' && !value.code && !value.error) closing.click();
    } catch (err) {
      answer(e, id, { error: [2018154, 'An unexpected error has occurred.'] });
    }
  });
})();
