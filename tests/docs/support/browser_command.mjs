// The browser of a shell block, for BROWSER=: signs in as Ada wherever it is sent, and ends at the client's last page.
import { Browser } from '../../e2e/support/browser.mjs';

const page = await new Browser({ user: 'ada', decision: process.env.DECISION ?? 'allow' }).visit(process.argv[2]);
process.exitCode = page.status === 200 ? 0 : 1;
