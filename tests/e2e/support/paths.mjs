// Where things are: the binary under test, the npm peers, and where a failing test may leave its traces.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const E2E_DIR = dirname(dirname(fileURLToPath(import.meta.url)));
export const MODULES_DIR = join(E2E_DIR, 'node_modules');
export const CHROMIUM = process.env.VMCPAUTH_CHROMIUM ?? '/usr/bin/chromium';

// The binary is named by ctest; there is no default, so that nobody tests a stale one by accident.
export function vmcpauthBinary() {
  const binary = process.env.VMCPAUTH_BIN;
  if (!binary) throw new Error('set VMCPAUTH_BIN to the vmcpauth binary under test');
  if (!existsSync(binary)) throw new Error(`VMCPAUTH_BIN does not exist: ${binary}`);
  return binary;
}

// Screenshots and logs of failed runs; in the build directory under ctest, else beside the tests (ignored by git).
export function artifactsDir() {
  const dir = process.env.VMCPAUTH_E2E_OUT ?? join(E2E_DIR, '.out');
  mkdirSync(dir, { recursive: true });
  return dir;
}
