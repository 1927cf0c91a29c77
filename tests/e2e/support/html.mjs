// Just enough HTML for sign-in pages: forms with their fields and buttons, links, and the visible text.
// A browser does more; where it matters a test uses Chromium instead.

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function decodeEntities(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name.toLowerCase()] ?? whole;
  });
}

function attributes(tag) {
  const found = {};
  for (const [, name, double, single, bare] of tag.matchAll(/([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g)) {
    found[name.toLowerCase()] ??= decodeEntities(double ?? single ?? bare ?? '');
  }
  return found;
}

const stripped = (html) => html.replace(/<!--[\s\S]*?-->/g, '').replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '');

export function visibleText(html) {
  return decodeEntities(stripped(html).replace(/<head\b[\s\S]*?<\/head\s*>/i, '').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
}

function selectField(tag, inner) {
  const options = [...inner.matchAll(/<option\b([^>]*)>([\s\S]*?)(?=<option\b|<\/option\s*>|$)/gi)].map(([, attrs, label]) => {
    const a = attributes(attrs);
    return { value: a.value ?? visibleText(label), label: visibleText(label), checked: 'selected' in a };
  });
  return { kind: 'select', name: attributes(tag).name, options };
}

function formElements(html) {
  const elements = [];
  const pattern = /<input\b([^>]*)>|<button\b([^>]*)>([\s\S]*?)<\/button\s*>|<select\b([^>]*)>([\s\S]*?)<\/select\s*>|<textarea\b([^>]*)>([\s\S]*?)<\/textarea\s*>/gi;
  for (const [, input, button, label, select, options, area, text] of html.matchAll(pattern)) {
    if (input !== undefined) {
      const a = attributes(input);
      const kind = (a.type ?? 'text').toLowerCase();
      elements.push({ kind: kind === 'image' ? 'submit' : kind, name: a.name, value: a.value ?? (kind === 'checkbox' || kind === 'radio' ? 'on' : ''), label: a.value ?? '', checked: 'checked' in a });
    } else if (button !== undefined) {
      const a = attributes(button);
      elements.push({ kind: (a.type ?? 'submit').toLowerCase(), name: a.name, value: a.value ?? '', label: visibleText(label) });
    } else if (select !== undefined) {
      elements.push(selectField(select, options));
    } else {
      elements.push({ kind: 'textarea', name: attributes(area).name, value: decodeEntities(text) });
    }
  }
  return elements;
}

// [{action, method, fields, buttons, text}] of a page at `base`.
export function parseForms(html, base) {
  return [...stripped(html).matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form\s*>/gi)].map(([, tag, inner]) => {
    const a = attributes(tag);
    const elements = formElements(inner);
    return {
      action: new URL(a.action || base, base).href,
      method: (a.method ?? 'get').toLowerCase(),
      fields: elements.filter((element) => element.kind !== 'submit' && element.kind !== 'button'),
      buttons: elements.filter((element) => element.kind === 'submit'),
      text: visibleText(inner),
    };
  });
}

export function parseLinks(html, base) {
  return [...stripped(html).matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a\s*>/gi)].map(([, tag, inner]) => ({
    href: new URL(attributes(tag).href ?? base, base).href,
    text: visibleText(inner),
  }));
}
