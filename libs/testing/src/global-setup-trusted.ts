import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import setUpTests from './global-setup.js';

/**
 * The same for the project `trusted`: jest's workers inherit TRUSTED_DOCUMENTS. With it, every document that a scenario sends
 * is in a manifest of trusted documents, and is requested by its hash.
 */
export default async function setUpTrustedTests(): Promise<void> {
  await setUpTests();
  if (process.env['TRUSTED_DOCUMENTS'] !== undefined) return;
  const folder = join(tmpdir(), 'trusted-documents');
  mkdirSync(folder);
  process.env['TRUSTED_DOCUMENTS'] = folder;
}
