// A browser without a screen: follows redirects with a cookie jar and fills in whatever sign-in form it is shown,
// until it is sent to the client's own redirect URI. The answers come from `persona`.
import { CookieJar } from './cookies.mjs';
import { parseForms, parseLinks, visibleText } from './html.mjs';

const MAX_STEPS = 60;
const REQUEST_MS = 75_000;  // longer than any deadline of the server under test

// persona: {user, password, decision: 'allow' | 'deny'}; user and decision may be functions of the page.
export class Browser {
  #jar = new CookieJar();

  constructor(persona = {}) {
    this.persona = { user: 'alice', password: 'correct horse', decision: 'allow', ...persona };
    this.history = [];  // every URL visited, in order
    this.pages = [];    // every HTML page shown, in order
  }

  async #request(url, { method = 'GET', body } = {}) {
    const headers = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };
    const cookie = this.#jar.header(url);
    if (cookie) headers.cookie = cookie;
    if (body !== undefined) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', origin: url.origin });
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal: AbortSignal.timeout(REQUEST_MS) });
    this.#jar.store(url, response.headers.getSetCookie());
    this.history.push(url.href);
    return response;
  }

  // Goes to `start` and on through redirects and forms. Resolves to {url} once a redirect leads to `redirectUri`
  // (which is not requested), or to the page {url, status, headers, html, text} where nothing more can be done.
  async visit(start, { redirectUri, follow = true, submit = true } = {}) {
    let next = { url: new URL(start) };
    for (let step = 0; step < MAX_STEPS; ++step) {
      const response = await this.#request(next.url, next);
      const location = response.headers.get('location');
      if (follow && location && response.status >= 300 && response.status < 400) {
        const target = new URL(location, next.url);
        await response.body?.cancel();
        if (redirectUri && target.href.split(/[?#]/)[0] === redirectUri) return { url: target };
        const keeps = (response.status === 307 || response.status === 308) && next.body !== undefined;
        next = keeps ? { ...next, url: target } : { url: target };
        continue;
      }
      const page = await readPage(next.url, response);
      this.pages.push(page);
      const answer = submit ? this.#answer(page) : undefined;
      if (!answer) return page;
      next = answer;
    }
    throw new Error(`more than ${MAX_STEPS} steps:\n${this.history.join('\n')}`);
  }

  #answer(page) {
    if (page.status >= 400 || page.forms.length === 0) return undefined;
    const asked = (answer) => (typeof answer === 'function' ? answer(page) : answer);
    const user = asked(this.persona.user);
    const { form, button } = chooseForm(page.forms, asked(this.persona.decision), user);
    return submission(form, button, { user, password: this.persona.password });
  }
}

async function readPage(url, response) {
  const html = await response.text();
  const isHtml = (response.headers.get('content-type') ?? '').includes('html');
  return {
    url, status: response.status, headers: response.headers, html,
    text: isHtml ? visibleText(html) : html,
    forms: isHtml ? parseForms(html, url.href) : [],
    links: isHtml ? parseLinks(html, url.href) : [],
  };
}

const DENIES = /\b(deny|cancel|reject|refuse|abort)\b/i;

function says(button, pattern) {
  return pattern.test(button.label) || pattern.test(button.value) || pattern.test(button.name ?? '');
}

// The button to press: the denying one when asked to deny; else the one that names the user; else one that does not deny.
function chooseForm(forms, decision, user) {
  const all = forms.flatMap((form) => (form.buttons.length > 0 ? form.buttons : [undefined]).map((button) => ({ form, button })));
  const denies = ({ form, button }) => (button ? says(button, DENIES) : DENIES.test(form.text));
  if (decision === 'deny') {
    const denying = all.find(denies);
    if (denying) return denying;
  }
  const names = new RegExp(`\\b${user}\\b`, 'i');
  const allowed = all.filter((choice) => !denies(choice));
  return allowed.find(({ button }) => button && says(button, names)) ?? allowed.find(({ form }) => names.test(form.text)) ?? allowed[0] ?? all[0];
}

function fieldValue(field, { user, password }) {
  const names = new RegExp(`\\b${user}\\b`, 'i');
  switch (field.kind) {
    case 'hidden': return field.value;
    case 'password': return password;
    case 'select': return (field.options.find((o) => names.test(o.value) || names.test(o.label)) ?? field.options.find((o) => o.checked) ?? field.options[0])?.value;
    case 'checkbox': return field.checked ? field.value : undefined;
    default: return field.value || user;
  }
}

function submission(form, button, persona) {
  const data = new URLSearchParams();
  const radios = form.fields.filter((field) => field.kind === 'radio');
  for (const name of new Set(radios.map((radio) => radio.name))) {
    const group = radios.filter((radio) => radio.name === name);
    const chosen = group.find((radio) => new RegExp(`\\b${persona.user}\\b`, 'i').test(radio.value)) ?? group.find((radio) => radio.checked) ?? group[0];
    data.append(name, chosen.value);
  }
  for (const field of form.fields) {
    if (!field.name || field.kind === 'radio') continue;
    const value = fieldValue(field, persona);
    if (value !== undefined) data.append(field.name, value);
  }
  if (button?.name) data.append(button.name, button.value);
  if (form.method === 'post') return { url: new URL(form.action), method: 'POST', body: data };
  const url = new URL(form.action);
  url.search = data.toString();
  return { url };
}
