// The real binary as CI runs it: inputs by path, folder and pipe, every format, exit statuses, baselines. The SARIF is judged by
// the official schema, from an npm package, with ajv.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { MODULES_DIR, vmcpauthBinary } from './support/paths.mjs';

const run = promisify(execFile);

const GROUP = 'apiVersion: toolhive.stacklok.dev/v1beta1\nkind: MCPGroup\nmetadata:\n  name: tools\nspec: {}\n';
const BROKEN = GROUP.replace('tools', '"Tools, 100%: <all>"');
const AUTH_SERVER = `issuer: https://mcp.example.com
signing_key_config: {signing_key_file: /keys/signing.pem}
hmac_secret_files: [/keys/hmac]
allowed_audiences: [https://mcp.example.com/mcp]
upstreams:
  - name: google
    type: oidc
    oidc_config:
      issuer_url: https://accounts.google.com
      client_id: vmcp
      scopes: [openid]
`;

function folder(t, files) {
  const dir = mkdtempSync(join(tmpdir(), 'vmcpauth-validate-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

function validate(cwd, args, input = '') {
  const done = spawnSync(vmcpauthBinary(), ['validate', ...args], { cwd, input, encoding: 'utf8', env: { PATH: process.env.PATH } });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

test('findings stand on standard output, with place, line and caret; the status says whether there are errors', (t) => {
  const dir = folder(t, { 'deploy/group.yaml': BROKEN, 'deploy/other/authserver-config.yaml': AUTH_SERVER });
  const { status, out, err } = validate(dir, ['deploy']);
  assert.equal(status, 1);
  assert.equal(err, '');
  assert.equal(out, `deploy/group.yaml:4:9: error[VMA205]: metadata.name must be a Kubernetes name: lower-case letters, digits, hyphens and dots, not "Tools, 100%: <all>"
    4 |   name: "Tools, 100%: <all>"
      |         ^~~~~~~~~~~~~~~~~~~~
deploy/other/authserver-config.yaml:8:5: warning[VMA601]: Google gives no refresh token without access_type=offline: its access token ends after an hour
    8 |     oidc_config:
      |     ^~~~~~~~~~~
  hint: additional_authorization_params:
          access_type: offline
          prompt: consent
1 error, 1 warning in 2 files; 2 resources
`);
  assert.equal(validate(join(dir, 'deploy', 'other'), []).status, 0, 'without PATH: the current folder; warnings do not fail');
  assert.equal(validate(join(dir, 'deploy', 'other'), ['--strict']).status, 1);
  assert.equal(validate(dir, ['--ignore', 'VMA2,VMA6', 'deploy']).status, 0);
  assert.match(validate(dir, ['--select', 'VMA6', 'deploy']).out, /^deploy\/other\/[^\n]*VMA601[^]*\n1 warning in 2 files; 2 resources\n$/);
});

test('what kustomize or helm print is read from standard input', (t) => {
  const dir = folder(t, {});
  const rendered = `${GROUP}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}\n---\n${BROKEN}`;
  const { status, out } = validate(dir, ['-'], rendered);
  assert.equal(status, 1);
  assert.match(out, /^<stdin>:15:9: error\[VMA205\]/);
  assert.match(out, /2 resources, 1 other document ignored\n$/);
  assert.equal(validate(dir, ['-'], GROUP).status, 0);
  const json = JSON.stringify({ apiVersion: 'toolhive.stacklok.dev/v1beta1', kind: 'MCPGroup', metadata: { name: 'tools' }, spec: { nope: 1 } });
  assert.match(validate(dir, ['-'], json).out, /error\[VMA201\]: MCPGroup spec has no field "nope"/);
});

test('a wrong command line is status 2, what cannot be read is status 3', (t) => {
  const dir = folder(t, { 'a.yaml': GROUP, 'secret.yaml': GROUP });
  for (const args of [['--format', 'xml'], ['--select', 'VMA9999'], ['--ignore', ''], ['--nope'], ['--baseline', 'a', '--write-baseline', 'b']]) {
    const { status, out, err } = validate(dir, args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(out, '');
    assert.match(err, /^vmcpauth: .*\(see 'vmcpauth validate --help'\)\n$/);
  }
  assert.match(validate(dir, ['--select', 'VMA4O2']).err, /did you mean VMA402\?/);
  const missing = validate(dir, ['gone.yaml', 'a.yaml']);
  assert.equal(missing.status, 3);
  assert.match(missing.out, /^gone\.yaml:1:1: error\[VMA101\]/);
  if (process.getuid() === 0) return;
  chmodSync(join(dir, 'secret.yaml'), 0o000);
  assert.equal(validate(dir, ['.']).status, 3);
});

test('the same input gives the same bytes in every format, also when many files are read at once', async (t) => {
  const files = {};
  for (let i = 0; i < 400; ++i) files[`d${i % 7}/f${i}.yaml`] = i % 3 === 0 ? BROKEN : `${GROUP}---\n${AUTH_SERVER}`;
  const dir = folder(t, files);
  for (const format of ['human', 'json', 'sarif', 'github', 'junit']) {
    const once = () => run(vmcpauthBinary(), ['validate', '--format', format, '.'], { cwd: dir, maxBuffer: 1 << 26 }).catch((error) => error);
    const [first, second] = await Promise.all([once(), once()]);
    assert.ok(first.stdout.length > 1000);
    assert.equal(first.stdout, second.stdout, format);
  }
});

test('json names every finding with its place', (t) => {
  const dir = folder(t, { 'a.yaml': BROKEN });
  const report = JSON.parse(validate(dir, ['--format', 'json', 'a.yaml']).out);
  assert.equal(report.format, 'vmcpauth-validate');
  assert.equal(report.version, 1);
  assert.equal(report.passed, false);
  assert.equal(report.summary.errors, 1);
  const [finding] = report.findings;
  assert.deepEqual([finding.rule, finding.severity, finding.file, finding.line, finding.column, finding.end_line, finding.end_column],
    ['VMA205', 'error', 'a.yaml', 4, 9, 4, 29]);
  assert.equal(finding.source, '  name: "Tools, 100%: <all>"');
});

test('sarif is accepted by the official schema', (t) => {
  const dir = folder(t, { 'a file.yaml': BROKEN, 'authserver-config.yaml': AUTH_SERVER.replace('https://mcp.example.com\n', 'http://mcp.example.com/\n') });
  const schema = JSON.parse(readFileSync(join(MODULES_DIR, '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')));
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  const accepts = ajv.compile(schema);
  for (const args of [['.'], ['gone.yaml'], ['-'], ['--ignore', 'VMA', '.']]) {
    const report = JSON.parse(validate(dir, ['--format', 'sarif', ...args], BROKEN).out);
    assert.ok(accepts(report), JSON.stringify(accepts.errors, null, 2));
  }
  const [{ results, tool }] = JSON.parse(validate(dir, ['--format', 'sarif', '.']).out).runs;
  assert.ok(results.length >= 3);
  assert.equal(results[0].locations[0].physicalLocation.artifactLocation.uri, 'a%20file.yaml');
  for (const result of results) assert.equal(tool.driver.rules[result.ruleIndex].id, result.ruleId);
  assert.ok(!accepts({ version: '2.1.0' }), 'the schema refuses something');
});

test('github gets one workflow command a finding, which cannot break out of its line', (t) => {
  const dir = folder(t, { 'a,b.yaml': BROKEN });
  const { out } = validate(dir, ['--format', 'github', '.']);
  assert.equal(out.split('\n').length, 2);
  assert.match(out, /^::error file=a%2Cb\.yaml,line=4,endLine=4,col=9,endColumn=29,title=VMA205::metadata\.name [^\n]*"Tools, 100%25: <all>"\n$/);
});

test('junit is well-formed XML', (t) => {
  const dir = folder(t, { 'a.yaml': BROKEN, 'b.yaml': GROUP });
  const { out } = validate(dir, ['--format', 'junit', '.']);
  assert.match(out, /<testsuites name="vmcpauth validate" tests="2" failures="1" errors="0">/);
  assert.match(out, /&lt;all&gt;/);
  const check = spawnSync('python3', ['-c', 'import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())'], { input: out });
  assert.equal(check.status, 0, String(check.stderr));
});

test('a baseline is written, accepts, and complains when it has become too large', (t) => {
  const dir = folder(t, { 'deploy/a.yaml': BROKEN });
  const written = validate(dir, ['--write-baseline', 'baseline.json', 'deploy']);
  assert.deepEqual([written.status, written.out, written.err], [0, '', 'vmcpauth: 1 finding written to baseline.json\n']);
  const accepted = validate(dir, ['--baseline', 'baseline.json', 'deploy']);
  assert.deepEqual([accepted.status, accepted.out], [0, 'no findings in 1 file; 1 resource; 1 finding accepted by the baseline\n']);
  // It does not matter where the program is started.
  assert.equal(validate(join(dir, 'deploy'), ['--baseline', '../baseline.json', '.']).status, 0);
  writeFileSync(join(dir, 'deploy/a.yaml'), GROUP);
  const stale = validate(dir, ['--baseline', 'baseline.json', 'deploy']);
  assert.equal(stale.status, 1);
  assert.match(stale.out, /^baseline\.json:4:13: error\[VMA122\]/);
  assert.equal(validate(dir, ['--write-baseline', 'no/such/folder.json', 'deploy']).status, 3);
});

test('explain prints a rule, lists all, and suggests the nearest', () => {
  const explain = (...args) => spawnSync(vmcpauthBinary(), ['explain', ...args], { encoding: 'utf8' });
  assert.match(explain('VMA402').stdout, /^VMA402 \(error\): The authorization server's issuer [^]*Source: V-04[^]*\n {2}- {5}issuer: https:\/\/mcp\.example\.com\/\n/);
  assert.equal(explain('402').stdout, explain('vma402').stdout);
  assert.match(explain().stdout, /^Syntax\n {2}VMA101 {2}error [^]*\nSecurity practice\n/);
  const wrong = explain('VMA4O2');
  assert.equal(wrong.status, 2);
  assert.equal(wrong.stderr, "vmcpauth: there is no rule VMA4O2; did you mean VMA402? (see 'vmcpauth explain --help')\n");
});
