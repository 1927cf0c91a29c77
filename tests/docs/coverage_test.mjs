// The guide explains every field that the code's tables (docs/reference/configuration.md, which is made from them) and ToolHive's own
// definition have below authServerConfig.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './blocks.mjs';

const { parse } = createRequire(join(ROOT, 'tests/e2e/package.json'))('yaml');
const CRD = ['../shared/data', '../../shared/data'].map((beside) => join(ROOT, beside, 'toolhive-crds/toolhive.stacklok.dev_virtualmcpservers.yaml')).find(existsSync);
const guide = readFileSync(join(ROOT, 'docs/guides/authentication.md'), 'utf8');
const section = guide.slice(guide.indexOf('### Field by field'), guide.indexOf('### Incoming authentication must fit'));
const unexplained = (fields) => [...new Set(fields)].filter((field) => !new RegExp(`[\`.]${field}(?:\\[\\])?\``).test(section) && !new RegExp(`\`(?:\\w+\\.)*${field}\\b`).test(section));

// {heading of a table: [fields]} of one kind of the reference.
function tablesOf(kind) {
  const text = readFileSync(join(ROOT, 'docs/reference/configuration.md'), 'utf8');
  const page = text.slice(text.indexOf(`\n## ${kind}\n`)).split(/\n## /)[1];
  return Object.fromEntries(page.split('\n### ').slice(1).map((part) => [part.split('\n')[0].replace(`${kind}: `, ''), [...part.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)]));
}

test('every field of the code\'s tables', () => {
  const tables = tablesOf('VirtualMCPServer');
  const below = ['authorization server', 'tokenLifespans', 'upstream provider', 'storage', 'delegate client', 'trusted issuer', 'cimd', 'oidcConfig', 'oauth2Config',
    'redis', 'jwtBearerGrant', 'userInfo', 'userInfoOverride', 'tokenResponseMapping', 'identityFromToken', 'dcrConfig', 'sentinelConfig', 'aclUserConfig', 'tls', 'subject binding', 'fieldMapping'];
  for (const name of below) {
    assert.ok(tables[name]?.length, `the reference has no table ${name}`);
    assert.deepEqual(unexplained(tables[name]), [], name);
  }
});

test('every field of ToolHive\'s definition', { skip: CRD ? false : 'ToolHive\'s definitions are not here' }, () => {
  const version = parse(readFileSync(CRD, 'utf8')).spec.versions.find(({ name }) => name === 'v1beta1');
  const fields = [];
  const walk = (schema) => {
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      fields.push(name);
      walk(inner.items ?? inner);
    }
  };
  walk(version.schema.openAPIV3Schema.properties.spec.properties.authServerConfig);
  assert.ok(fields.length > 80, `${fields.length} fields`);
  // A Service's own name, namespace and port are those of Kubernetes.
  assert.deepEqual(unexplained(fields).filter((name) => !['namespace', 'port'].includes(name)), []);
});

// The other way round the compiler sees to it: a code that is not in the table does not compile.
test('every observation code of the table is given by something', () => {
  const table = readFileSync(join(ROOT, 'core/inspect/observation_codes.hpp'), 'utf8');
  const codes = [...table.matchAll(/^ {4}\{k\w+Codes, "([^"]+)"/gm)].map(([, code]) => code);
  assert.ok(codes.length > 90, `${codes.length} codes`);
  const room = join(ROOT, 'core/inspect');
  const sources = readdirSync(room).filter((name) => name.endsWith('.cpp')).map((name) => readFileSync(join(room, name), 'utf8')).join('\n');
  assert.deepEqual(codes.filter((code) => !sources.includes(`"${code}"`)), []);
  const page = readFileSync(join(ROOT, 'docs/reference/token-json.md'), 'utf8');
  assert.deepEqual(codes.filter((code) => !page.includes(`| \`${code}\` |`)), []);
});
