// The client under test of the conformance suite: maps a scenario's name and context to vmcpauth's options, and nothing else.
// The suite appends the server's URL and sets MCP_CONFORMANCE_SCENARIO, _CONTEXT and _PROTOCOL_VERSION.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const url = process.argv.at(-1);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO;
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');
const revision = process.env.MCP_CONFORMANCE_PROTOCOL_VERSION;
const scratch = mkdtempSync(join(tmpdir(), 'vmcpauth-conformance-'));
const browser = `${process.execPath} ${join(dirname(fileURLToPath(import.meta.url)), 'following_browser.mjs')}`;

const env = { PATH: process.env.PATH, HOME: scratch, XDG_STATE_HOME: scratch, BROWSER: browser, NO_COLOR: '1' };

function file(name, text) {
  const path = join(scratch, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function variable(name, value) {
  env[name] = value;
  return name;
}

// What the scenario's context means on the command line.
function loginOptions() {
  const options = ['--client-metadata-url', 'https://conformance-test.local/client-metadata.json'];
  if (context.client_id) options.splice(0, 2, '--client-id', context.client_id);
  if (context.client_secret) options.push('--client-secret-env', variable('CLIENT_SECRET', context.client_secret));
  if (context.private_key_pem) options.push('--client-key', file('client.pem', context.private_key_pem));
  if (scenario.startsWith('auth/client-credentials')) options.push('--client-credentials');
  if (context.valid_jwt) options.push('--assertion-env', variable('WORKLOAD_JWT', context.valid_jwt));
  if (context.idp_id_token) {
    options.push('--id-token-env', variable('ID_TOKEN', context.idp_id_token), '--idp-token-endpoint', context.idp_token_endpoint, '--idp-client-id', context.idp_client_id);
  }
  return options;
}

function tools() {
  const { stdout } = spawnSync(process.env.VMCPAUTH_BIN, ['call', url, 'tools/list', '--json'], { env, encoding: 'utf8', timeout: 25_000 });
  return JSON.parse(stdout).result.tools;
}

// The schema of the tool that has a rich one, given back as the other tool's argument.
function schemaEcho() {
  const { inputSchema } = tools().find(({ name }) => name !== 'json_schema_echo');
  return [['tools/call', 'json_schema_echo', '--args-json', JSON.stringify({ schema: inputSchema })]];
}

// What a scenario asks a client to do, as the words behind `vmcpauth call URL`. Scenarios that only want a connection list the tools.
const OPERATIONS = {
  tools_call: [['tools/call', 'add_numbers', '--arg', 'a=5', '--arg', 'b=3']],
  'elicitation-sep1034-client-defaults': [['tools/call', 'test_client_elicitation_defaults', '--elicit', 'defaults']],
  'sse-retry': [['tools/call', 'test_reconnection']],
  'sep-2322-client-request-state': ['echo_state', 'no_state', 'unrelated', 'no_result_type'].map((name) => ['tools/call', `test_mrtr_${name}`, '--elicit', 'defaults']),
  'http-standard-headers': [['tools/list'], ['tools/call', 'test_headers'], ['tools/call', 'my-hyphenated-tool'], ['resources/list'],
    ['resources/read', 'file:///path/to/file%20name.txt'], ['resources/read', 'https://example.com/resource?id=123'], ['prompts/list'], ['prompts/get', 'test_prompt']],
  'http-custom-headers': (context.toolCalls ?? []).map((call) => ['tools/call', call.name, '--args-json', JSON.stringify(call.arguments)]),
  // Every tool the client keeps is called: the invalid ones must not be among them.
  'http-invalid-tool-headers': [['tools/list'], ['tools/call', 'valid_tool', '--arg', 'region=eu'], ...(scenario === 'http-invalid-tool-headers' ? tools().map(({ name }) => ['tools/call', name]) : [])],
  'json-schema-2020-12-preservation': scenario === 'json-schema-2020-12-preservation' ? schemaEcho() : [],
  'auth/scope-step-up': [['tools/list'], ['tools/call', 'test-tool']],
  'auth/authorization-server-migration': [['tools/list'], ['tools/list']],
};

// Every call is a process of its own; the credential is what they share.
function run(words) {
  // The newest revision is what a client finds out by itself; the others are asked for.
  const options = [...(revision === '2026-07-28' ? [] : ['--revision', revision]), '--login', '-v', ...(scenario.startsWith('auth/') ? loginOptions() : [])];
  const done = spawnSync(process.env.VMCPAUTH_BIN, ['call', url, ...words, ...options], { env, stdio: 'inherit', timeout: 25_000 });
  return done.status ?? 3;
}

try {
  process.exitCode = (OPERATIONS[scenario] ?? [['tools/list']]).map(run).find((status) => status !== 0) ?? 0;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
