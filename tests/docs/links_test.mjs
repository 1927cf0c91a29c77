// Links between the pages resolve, to their headings too.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { markdownFiles, ROOT } from './blocks.mjs';

const withoutCode = (text) => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, (code) => 'x'.repeat(code.length));

// As GitHub makes them: lower case, punctuation gone, spaces to dashes, numbered when taken.
function anchors(path) {
  const seen = new Map();
  const text = readFileSync(path, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  return new Set([...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) => {
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-');
    const count = seen.get(plain) ?? 0;
    seen.set(plain, count + 1);
    return count ? `${plain}-${count}` : plain;
  }));
}

for (const path of markdownFiles()) {
  test(`links of ${relative(ROOT, path)}`, () => {
    const broken = [];
    for (const [, target] of withoutCode(readFileSync(path, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(target)) continue;
      const [file, anchor] = target.split('#', 2);
      const wanted = file ? join(dirname(path), file) : path;
      if (!existsSync(wanted)) broken.push(`${target}: no such file`);
      else if (anchor && wanted.endsWith('.md') && !anchors(wanted).has(anchor)) broken.push(`${target}: no such heading`);
    }
    assert.deepEqual(broken, []);
  });
}
