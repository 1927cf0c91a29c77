// The fenced blocks of the guides and what their info strings ask for: ```yaml file=NAME set=SET [finding=VMA402].
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

export function markdownFiles() {
  const found = [];
  const walk = (folder) => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (name.endsWith('.md')) found.push(path);
    }
  };
  walk(join(ROOT, 'docs'));
  return [...found, ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].map((name) => join(ROOT, name))];
}

// [{page, line, language, marks: {file, set, …}, text}]
export function blocksOf(path) {
  const blocks = [];
  let open;
  readFileSync(path, 'utf8').split('\n').forEach((line, index) => {
    const fence = line.match(/^```(.*)$/);
    if (fence && !open) {
      const [language = '', ...words] = fence[1].trim().split(/\s+/);
      const marks = Object.fromEntries(words.map((word) => word.split('=', 2)).map(([name, value]) => [name, value ?? true]));
      open = { page: relative(ROOT, path), line: index + 1, language, marks, text: '' };
    } else if (line === '```' && open) {
      blocks.push(open);
      open = undefined;
    } else if (open) {
      open.text += `${line}\n`;
    }
  });
  if (open) throw new Error(`${open.page}:${open.line}: the block has no end`);
  return blocks;
}

export const allBlocks = () => markdownFiles().flatMap(blocksOf);

// Files of each set, by name: a set is a folder of configuration.
export function sets(blocks) {
  const found = new Map();
  for (const block of blocks.filter((each) => each.marks.set && each.marks.file)) {
    const set = found.get(block.marks.set) ?? { name: block.marks.set, page: block.page, files: {}, findings: [] };
    set.files[block.marks.file] = block.text;
    if (block.marks.finding) set.findings.push(block.marks.finding);
    found.set(set.name, set);
  }
  return [...found.values()];
}
