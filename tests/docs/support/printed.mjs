// Compares what a command printed with what a guide shows. Times, ids and free ports differ from day to day and are only compared in
// kind; `…` stands for anything on its line, and a line of it alone for any lines.
const KINDS = [
  [/\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'DATE'],
  [/\b1[5-9]\d{8}\b/g, 'EPOCH'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID'],
  [/\bin \d+ ms\b/g, 'in MS'],
  [/\b\d+(?:\.\d+)? (?:ms|s)\b/g, 'TIME'],
  [/\b\d+[dhms](?: \d+[hms])*\b/g, 'TIME'],
  [/\b127\.0\.0\.1:(?!4483\b)\d{2,5}\b/g, '127.0.0.1:PORT'],
  [/"(\w*_?ms)":\d+(?:\.\d+)?/g, '"$1":MS'],
];

const inKind = (text) => KINDS.reduce((out, [pattern, name]) => out.replace(pattern, name), text).split('\n').map((line) => line.trimEnd());

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const lineMatches = (wanted, line) => new RegExp(`^${wanted.split('…').map(escaped).join('.*')}$`).test(line);

// undefined when they agree; else what differs first.
export function difference(wanted, printed) {
  const shown = inKind(wanted.replace(/\n+$/, ''));
  const lines = inKind(printed.replace(/\n+$/, ''));
  const agree = (i, j) => {
    if (i === shown.length) return j === lines.length;
    if (shown[i] === '…') return Array.from({ length: lines.length - j + 1 }, (_, skipped) => j + skipped).some((next) => agree(i + 1, next));
    return j < lines.length && lineMatches(shown[i], lines[j]) && agree(i + 1, j + 1);
  };
  if (agree(0, 0)) return undefined;
  const at = shown.findIndex((line, i) => line !== '…' && !lineMatches(line, lines[i] ?? ''));
  return `the guide shows\n${wanted}\n--- it printed\n${printed}\n--- first difference near: ${shown[at] ?? '(more lines)'}`;
}
