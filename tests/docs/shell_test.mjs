// Every shell block of the guides runs in a clean directory, and prints what its page shows. A block says in its info string where:
//   ```sh run                 no server; with deploy/ of the complete example
//   ```sh world=mock          a `serve deploy/ --mock-idps` is running and Ada is signed in; likewise demo and real (tests/docs/support/world.mjs)
//   ```sh needs=cluster       not here, for one of the reasons below
// `variant=NAME` is a world with a fault, `set=NAME` puts another set of files into deploy/, `fresh` leaves Ada out, `status=N` is how the last line ends. ```console blocks have lines with `$ ` and what they print.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { difference } from './support/printed.mjs';
import { makeWorld } from './support/world.mjs';
import { allBlocks } from './blocks.mjs';

const REASONS = {
  setup: 'installs packages and builds this project: continuous integration does that from a clean clone',
  checks: 'runs all tests and linters: these are among them',
  cluster: 'needs kubectl and a cluster with ToolHive',
  internet: 'asks providers or servers on the internet',
  client: 'starts an MCP client that is not part of this project',
};
const KINDS = ['empty', 'plain', 'demo', 'mock', 'real'];

const blocks = allBlocks().filter(({ language, page }) => ['sh', 'bash', 'shell', 'console'].includes(language) && !page.startsWith('docs/adr/'));
const placeOf = ({ page, line }) => `${page}:${line}`;

function worldOf({ marks }) {
  const kind = marks.world ?? (marks.run ? 'plain' : undefined);
  return kind && { kind, set: marks.set, variant: marks.variant, signedIn: !marks.fresh && !['empty', 'plain'].includes(kind) };
}

// [{line, wanted}] of a console block.
function steps(text) {
  const found = [];
  for (const line of text.split('\n').slice(0, -1)) {
    if (line.startsWith('$ ')) found.push({ line: line.slice(2), wanted: '' });
    else if (found.length) found.at(-1).wanted += `${line}\n`;
    else throw new Error(`output before the first command: ${line}`);
  }
  return found;
}

// `vmcpauth serve` stays; its banner is what the page shows.
async function stepServe(world, line) {
  const [, command, log] = line.match(/^(.*?)(?: 2> (\S+))?(?: &)?$/);
  const words = command.split(/\s+/).slice(2);
  const paths = words.filter((word, index) => !word.startsWith('-') && words[index - 1] !== '--store');
  await world.serve(paths, words.filter((word) => !paths.includes(word)), log);
  return { status: 0, output: world.asPrinted(world.server.stdout) };
}

async function runConsole(world, block) {
  const last = Number(block.marks.status ?? 0);
  const all = steps(block.text);
  for (const [index, { line, wanted }] of all.entries()) {
    const { status, output } = /^vmcpauth serve\b/.test(line) ? await stepServe(world, line) : await world.run(line);
    const differs = difference(wanted, output);
    assert.ok(!differs, `$ ${line}\n${differs}`);
    assert.equal(status, index === all.length - 1 ? last : 0, `$ ${line}\n${output}`);
  }
}

describe('shell blocks of the guides', { timeout: 600_000 }, () => {
  test('each one runs, or says why not here', () => {
    assert.deepEqual(blocks.filter((block) => !worldOf(block) && !(block.marks.needs in REASONS)).map(placeOf), []);
    assert.deepEqual(blocks.filter((block) => worldOf(block) && !KINDS.includes(worldOf(block).kind)).map(placeOf), []);
  });

  for (const block of blocks.filter(worldOf)) {
    test(placeOf(block), async (t) => {
      const world = await makeWorld(t, worldOf(block));
      if (block.language === 'console') return runConsole(world, block);
      const { status, output } = await world.run(block.text);
      assert.equal(status, Number(block.marks.status ?? 0), output);
    });
  }

  for (const block of blocks.filter(({ marks }) => marks.needs)) {
    test(`${placeOf(block)}: ${REASONS[block.marks.needs]}`, { skip: REASONS[block.marks.needs] ?? 'unknown reason' }, () => {});
  }
});
