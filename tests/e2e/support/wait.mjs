// Waiting on facts instead of on the clock: every wait has a deadline and says what it was waiting for.
import { setTimeout as pause } from 'node:timers/promises';

export function deferred() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  return result;
}

// Rejects with `what` when `promise` has not settled after `ms`.
export async function within(ms, what, promise) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

// Polls `probe` until it returns something truthy, and returns that.
export async function until(what, probe, { ms = 10_000, every = 25 } = {}) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await pause(every);
  }
}

export const untilTime = (epochMs) => pause(Math.max(0, epochMs - Date.now()));
