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

  const sharing = document.getElementById('share');
  const shown = document.getElementById('shown');
  document.getElementById('send').addEventListener('click', () => asking?.(true));
  document.getElementById('cancel').addEventListener('click', () => asking?.(false));

  const ask = async (from, more) => {
    if (asking) return { code: 2018154, text: 'The person is being asked already.' };
    const first = await call(from, 'ask', more);
    if (!first.ask) return first;
    return call(from, await decide(first.ask) ? 'grant' : 'decline', more);
  };

  // share shows what would be sent until the person has sent it, or has not.
  const share = async (from, more) => {
    if (asking) return { code: 2018154, text: 'The person is being asked already.' };
    const first = await call(from, 'share', more);
    if (first.code || first.error) return first;
    const list = document.getElementById('to');
    document.getElementById('preview').textContent = first.preview;
    list.replaceChildren(...first.to.map(({ handle, name }) => new Option(name, handle)));
    list.parentElement.hidden = first.alone;
    list.selectedIndex = -1;
    shown.replaceChildren();
    sharing.hidden = false;
    const sent = await new Promise((resolve) => { asking = resolve; });
    asking = null;
    sharing.hidden = true;
    if (!sent) return { is_sent: false };
    const done = await call(from, 'sent', { ...more, to: JSON.stringify([...list.selectedOptions].map((o) => o.value)) });
    shown.replaceChildren(...(done.opens ?? []).map(opened));
    return done;
  };

  // opened is what somebody got, for them to open.
  const opened = ({ name, ...fields }) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', target: '_blank', rel: 'noopener' });
    for (const [key, value] of Object.entries({ ticket, do: 'shared', ...fields })) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: key, value }));
    const button = document.createElement('button');
    button.textContent = `Open as ${name}`;
    form.append(button);
    return form;
  };

  window.addEventListener('message', async (e) => {
    if (e.source !== web.contentWindow || e.data?.kith !== 'extensions' || typeof e.data.id !== 'number') return;
    const { id, call: name, app_id, permission, message, mode } = e.data;
    const more = {};
    if (app_id) more.app_id = String(app_id);
    if (permission) more.permission = String(permission);
    if (name === 'share') Object.assign(more, { message: String(message), mode: String(mode) });
    try {
      const value = name === 'ask' ? await ask(e.origin, more) : name === 'share' ? await share(e.origin, more) : await call(e.origin, name === 'close' ? 'permissions' : String(name), more);
      answer(e, id, value.code || value.error ? { error: [value.code ?? 2018154, value.text ?? value.error] } : { value });
      if (name === 'close' && !value.code && !value.error) closing.click();
    } catch (err) {
      answer(e, id, { error: [2018154, 'An unexpected error has occurred.'] });
    }
  });
})();
