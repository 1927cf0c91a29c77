// Every configuration in the guides: complete sets pass `vmcpauth validate`, those meant to fail show their finding, and
// providers' blocks are valid inside a server.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { allBlocks, sets } from './blocks.mjs';

const BINARY = process.env.VMCPAUTH_BIN;
const blocks = allBlocks();

function validated(t, files) {
  const folder = mkdtempSync(join(tmpdir(), 'vmcpauth-docs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const done = spawnSync(BINARY, ['validate', '.', '--format', 'json'], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  assert.ok(done.status === 0 || done.status === 1, `${done.status}: ${done.stderr}`);
  return { status: done.status, text: done.stdout, findings: JSON.parse(done.stdout).findings };
}

describe('configurations of the guides', () => {
  for (const set of sets(blocks)) {
    test(`${set.page}: ${set.name}`, (t) => {
      const { status, text, findings } = validated(t, set.files);
      const errors = findings.filter((finding) => finding.severity === 'error').map((finding) => finding.rule);
      if (set.findings.length) assert.deepEqual([...new Set(errors)], set.findings, text);
      else assert.equal(status, 0, text);
    });
  }

  test('every YAML and TOML block says what it is', () => {
    const unmarked = blocks.filter(({ language, marks }) => ['yaml', 'toml'].includes(language) && !marks.set && !marks.provider && !marks.ci && !marks.part);
    assert.deepEqual(unmarked.map(({ page, line }) => `${page}:${line}`), []);
  });
});

const indented = (text, by) => text.replace(/^(?=.)/gm, ' '.repeat(by));

function serverWith(provider) {
  const entry = `- ${indented(provider, 2).trimStart()}`;
  return `apiVersion: toolhive.stacklok.dev/v1beta1
kind: VirtualMCPServer
metadata: {name: docs, namespace: mcp}
spec:
  groupRef: {name: docs}
  authServerConfig:
    issuer: https://mcp.example.com
    upstreamProviders:
${indented(entry, 6)}
  incomingAuth:
    type: oidc
    oidcConfigRef: {name: docs, audience: "https://mcp.example.com/mcp", resourceUrl: "https://mcp.example.com/mcp"}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPOIDCConfig
metadata: {name: docs, namespace: mcp}
spec: {type: inline, inline: {issuer: "https://mcp.example.com"}}
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPGroup
metadata: {name: docs, namespace: mcp}
`;
}

describe('blocks of the identity providers', () => {
  const providers = blocks.filter(({ marks }) => marks.provider);
  test('each of the eleven has one', () => assert.equal(new Set(providers.map(({ marks }) => marks.provider)).size, 11));
  for (const { marks, text } of providers) {
    test(marks.provider, (t) => {
      const { status, text: output, findings } = validated(t, { 'server.yaml': serverWith(text) });
      assert.equal(status, 0, output);
      // The guide shows how to avoid a provider's traps: none of its practice rules may fire.
      assert.deepEqual(findings.filter(({ rule }) => rule.startsWith('VMA6')), [], output);
    });
  }
});
