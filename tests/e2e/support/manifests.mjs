// Reads a folder of manifests below tests/e2e/manifests and fills in its ${NAMES}.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { E2E_DIR } from './paths.mjs';

export function loadManifests(folder, values) {
  const dir = join(E2E_DIR, 'manifests', folder);
  const filled = (text) => text.replace(/\$\{([A-Z_]+)\}/g, (whole, name) => {
    if (!(name in values)) throw new Error(`${folder} wants a value for ${whole}`);
    return values[name];
  });
  return Object.fromEntries(readdirSync(dir).map((name) => [name, filled(readFileSync(join(dir, name), 'utf8'))]));
}
