// The hook of .pre-commit-hooks.yaml in a repository that uses it, run by the real pre-commit where there is one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { E2E_DIR, vmcpauthBinary } from './support/paths.mjs';
import { scratchDir, writeFiles } from './support/vmcpauth.mjs';

const absent = spawnSync('pre-commit', ['--version']).status !== 0 && 'pre-commit is not installed';
const resource = (kind, name, spec) => stringify({ apiVersion: 'toolhive.stacklok.dev/v1beta1', kind, metadata: { name }, spec });
const server = resource('VirtualMCPServer', 'v', { groupRef: { name: 'g' }, incomingAuth: { type: 'oidc', oidcConfigRef: { name: 'first', audience: 'https://mcp.example.com' } } });
const issuer = (name) => resource('MCPOIDCConfig', name, { type: 'inline', inline: { issuer: `https://${name}.example.com` } });

// A repository with the hook, and how to run a program in it.
function startRepository(t, { args } = {}) {
  const home = scratchDir(t);
  const bin = scratchDir(t);
  symlinkSync(vmcpauthBinary(), join(bin, 'vmcpauth'));
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' };
  const runIn = (dir) => (program, ...rest) => {
    const { status, stdout, stderr } = spawnSync(program, rest, { cwd: dir, env, encoding: 'utf8', timeout: 60_000 });
    return { status, output: `${stdout}${stderr}` };
  };
  const newRepository = () => {
    const dir = scratchDir(t);
    const run = runIn(dir);
    for (const command of [['init', '-q'], ['config', 'user.email', 'a@example.com'], ['config', 'user.name', 'a']]) assert.equal(run('git', ...command).status, 0);
    return { dir, run };
  };
  const hooks = newRepository();
  copyFileSync(join(E2E_DIR, '..', '..', '.pre-commit-hooks.yaml'), join(hooks.dir, '.pre-commit-hooks.yaml'));
  hooks.run('git', 'add', '-A');
  assert.equal(hooks.run('git', 'commit', '-qm', 'hooks').status, 0);
  const rev = hooks.run('git', 'rev-parse', 'HEAD').output.trim();
  const { dir, run } = newRepository();
  const hook = { id: 'vmcpauth-validate', ...(args ? { args } : {}) };
  writeFiles(dir, { '.pre-commit-config.yaml': stringify({ repos: [{ repo: hooks.dir, rev, hooks: [hook] }] }) });
  assert.equal(run('pre-commit', 'install').status, 0);
  const commit = (files = {}) => {
    writeFiles(dir, files);
    run('git', 'add', '-A');
    return run('git', 'commit', '-qm', 'change');
  };
  return { dir, run, commit };
}

test('a commit passes or fails with the whole repository, also one that only deletes', { skip: absent, timeout: 120_000 }, (t) => {
  const { dir, run, commit } = startRepository(t);
  const good = commit({ 'deploy/server.yaml': server, 'deploy/first.yaml': issuer('first'), 'deploy/second.yaml': issuer('second'), 'README.md': 'text\n' });
  assert.equal(good.status, 0, good.output);
  const bad = commit({ 'deploy/server.yaml': server.replace('incomingAuth', 'incomingAut') });
  assert.equal(bad.status, 1, bad.output);
  assert.match(bad.output, /deploy\/server\.yaml:\d+:\d+: error\[VMA201\]/);
  run('git', 'reset', '-q', '--hard');

  rmSync(join(dir, 'deploy/first.yaml'));
  const deletion = commit();
  assert.equal(deletion.status, 1, deletion.output);
  assert.match(deletion.output, /the MCPOIDCConfig "first" is not in the input/);
  run('git', 'reset', '-q', '--hard');
  const all = run('pre-commit', 'run', '--all-files');
  assert.equal(all.status, 0, all.output);
});

test('args say what is checked', { skip: absent, timeout: 120_000 }, (t) => {
  const { commit } = startRepository(t, { args: ['deploy/', '--strict'] });
  const elsewhere = commit({ 'deploy/first.yaml': issuer('first'), 'other/server.yaml': server.replace('incomingAuth', 'incomingAut') });
  assert.equal(elsewhere.status, 0, elsewhere.output);
});
