// `vmcpauth config schema` against ajv, which nobody here wrote: every schema is valid JSON Schema 2020-12, accepts what our own
// checks accept and refuses what they refuse for its structure (testdata/config, ToolHive's examples).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';
import { E2E_DIR, vmcpauthBinary } from './support/paths.mjs';

const ROOT = dirname(dirname(E2E_DIR));
const KINDS = ['VirtualMCPServer', 'MCPExternalAuthConfig', 'MCPOIDCConfig', 'MCPGroup', 'MCPServer', 'MCPRemoteProxy', 'MCPServerEntry', 'vmcp',
  'authserver-config', 'vmcpauth'];
// Unknown field, wrong type, missing field, value not allowed, form, bounds, duration.
const STRUCTURE = /VMA20[1-7]\]/;

const run = (...args) => execFileSync(vmcpauthBinary(), args, { encoding: 'utf8' });
const ajv = () => new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });

// Nothing is the same as not there, for us and for an API server.
function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null).map(([key, member]) => [key, withoutNulls(member)]));
}

function documentsOf(path) {
  const parsed = parseAllDocuments(readFileSync(path, 'utf8'), { version: '1.1', merge: true, uniqueKeys: true });
  if (parsed.some((document) => document.errors.length > 0)) return [];
  return parsed.map((document) => withoutNulls(document.toJS({ maxAliasCount: 1000 }))).filter((document) => document !== null && typeof document === 'object')
    .flatMap((document) => (document.kind === 'List' ? document.items ?? [] : [document]));
}

const isOurs = (document) => (document.kind ? KINDS.includes(document.kind) : 'incomingAuth' in document || 'upstreams' in document);

function filesBelow(folder) {
  return readdirSync(folder).map((name) => join(folder, name)).flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
}

test('every kind has a schema that ajv accepts in strict mode', () => {
  for (const kind of KINDS) {
    const schema = JSON.parse(run('config', 'schema', kind));
    assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
    assert.equal(typeof ajv().compile(schema), 'function', kind);
  }
});

test('the schema of everything tells kinds apart', () => {
  const validate = ajv().compile(JSON.parse(run('config', 'schema')));
  const group = { apiVersion: 'toolhive.stacklok.dev/v1beta1', kind: 'MCPGroup', metadata: { name: 'a' } };
  assert.equal(validate(group), true, JSON.stringify(validate.errors));
  assert.equal(validate({ ...group, spec: { colour: 'red' } }), false);
  assert.equal(validate({ ...group, metadata: {} }), false);
  assert.equal(validate({ apiVersion: 'apps/v1', kind: 'Deployment', anything: true }), true);
  assert.equal(validate({ issuer: 'https://a.example', upstreams: [{ type: 'oidc' }], allowed_audiences: ['a'] }), true, JSON.stringify(validate.errors));
  assert.equal(validate({ issuer: 'https://a.example', upstreems: [] }), false);
});

// Whether endpoints are needed depends on dcr_config: a rule says it, the schema does not.
const BEYOND_SCHEMA = new Set(['oauth2-dcr-no-endpoints']);

test('the schema and our own checks agree on the structure of testdata/config', () => {
  const validate = ajv().compile(JSON.parse(run('config', 'schema')));
  const counts = { accepted: 0, refused: 0 };
  for (const folder of readdirSync(join(ROOT, 'testdata/config')).filter((name) => !BEYOND_SCHEMA.has(name)).map((name) => join(ROOT, 'testdata/config', name))) {
    const want = readFileSync(join(folder, 'want.txt'), 'utf8').split('\n');
    if (want.some((line) => /VMA1\d\d\]/.test(line))) continue; // not even read
    for (const path of filesBelow(folder).filter((name) => /\.(ya?ml|json)$/.test(name))) {
      const name = path.slice(folder.length + 1);
      const ours = want.filter((line) => line.startsWith(`in/${name}:`) && STRUCTURE.test(line));
      const documents = documentsOf(path).filter(isOurs);
      if (documents.length === 0) continue;
      const errors = documents.flatMap((document) => (validate(document) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`)));
      assert.equal(errors.length > 0, ours.length > 0, `${path}: ours ${JSON.stringify(ours)}, ajv ${JSON.stringify(errors.slice(0, 4))}`);
      counts[ours.length > 0 ? 'refused' : 'accepted'] += 1;
    }
  }
  assert.ok(counts.accepted > 30 && counts.refused >= 10, JSON.stringify(counts));
});

test('ToolHive\'s examples: the schema refuses exactly those with findings on structure', (t) => {
  const folder = [join(ROOT, '../shared/data/toolhive-examples'), join(ROOT, '../../shared/data/toolhive-examples')].find(existsSync);
  if (!folder) return t.skip('the examples are not beside the tree');
  const validate = ajv().compile(JSON.parse(run('config', 'schema')));
  const findings = readFileSync(join(ROOT, 'testdata/validate-examples.txt'), 'utf8').split('\n').filter((line) => STRUCTURE.test(line));
  for (const path of filesBelow(folder)) {
    const name = path.slice(folder.length + 1);
    const broken = findings.some((line) => line.startsWith(`${name}:`));
    const bad = documentsOf(path).filter(isOurs).filter((document) => !validate(document));
    assert.equal(bad.length > 0, broken, `${name}: ${JSON.stringify(validate.errors)}`);
  }
});

test('what config render prints is read again, and the schema accepts it', () => {
  const validate = ajv().compile(JSON.parse(run('config', 'schema')));
  for (const name of ['complete', 'minimal', 'cluster']) {
    for (const args of [[], ['--effective']]) {
      const text = run('config', 'render', ...args, join(ROOT, 'testdata/rendition', name, 'server.yaml'));
      const documents = parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS());
      for (const document of documents) assert.equal(validate(document), true, `${name}: ${JSON.stringify(validate.errors)}`);
      const again = execFileSync(vmcpauthBinary(), ['config', 'render', '--effective', '-'], { input: text, encoding: 'utf8' });
      assert.equal(parseAllDocuments(again, { version: '1.1' }).length, documents.length);
    }
  }
});
