import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asked } from '../pipeline/parse-request.js';
import { KnownDocument } from './trusted-document.js';
import { bare, ManifestError, readManifest } from './manifest.js';

/** So often the manifests are looked at, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** By what a document is asked for. */
type Named = Pick<Asked, 'hash' | 'text'>;

/** What one look at the manifests found: which files there are, and which version of each. */
interface Look {
  readonly files: readonly string[];
  readonly version: string;
}

/**
 * The documents that the builds of the frontends wrote down in manifests: a file, or a folder of `*.json` files, one for each
 * frontend or version that is out there. What changes there counts within a second, and at once for who asks for what is new.
 */
export class TrustedDocuments {
  private byHash: ReadonlyMap<string, KnownDocument> = new Map();
  private byText: ReadonlyMap<string, KnownDocument> = new Map();
  private version = '';
  private trouble = '';
  private looking: Promise<void> | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  private constructor(
    private readonly path: string | undefined,
    /** Documents that come with the product. */
    private readonly own: ReadonlyMap<string, string>,
    /** Told why a manifest that changed is not used; what was known before stays. */
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** Throws ManifestError when there is no manifest, or one that cannot be read. */
  static async read(
    path: string | undefined,
    own: ReadonlyMap<string, string>,
    onTrouble: (error: unknown) => void,
  ): Promise<TrustedDocuments> {
    const documents = new TrustedDocuments(path, own, onTrouble);
    await documents.take(await documents.look());
    if (path !== undefined) {
      documents.timer = setInterval(() => void documents.refresh(), LOOK_EVERY_MS);
      documents.timer.unref();
    }
    return documents;
  }

  get size(): number {
    return this.byHash.size;
  }

  /** The document that is asked for, as far as the manifests were read. The whole text may be sent instead of its hash. */
  known({ hash, text = '' }: Named): KnownDocument | undefined {
    return hash === undefined ? this.byText.get(text) : this.byHash.get(bare(hash));
  }

  /** The document that is asked for; of one that is not known the manifests are looked at again, unless it may be unknown. */
  async find(named: Named, mayBeUnknown: boolean): Promise<KnownDocument | undefined> {
    const found = this.known(named);
    if (found || (named.hash === undefined && mayBeUnknown)) return found;
    // Whose manifest came a moment ago asks for what is in it.
    await this.refresh();
    return this.known(named);
  }

  /** Takes what has changed. Never throws. */
  refresh(): Promise<void> {
    this.looking ??= this.renew().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    try {
      const look = await this.look();
      if (look.version === this.version) return;
      // Whether it can be used or not: it is looked at once.
      this.version = look.version;
      await this.take(look);
      this.trouble = '';
    } catch (error) {
      if (this.trouble !== String(error)) this.onTrouble(error);
      this.trouble = String(error);
    }
  }

  private async look(): Promise<Look> {
    if (this.path === undefined) return { files: [], version: '' };
    try {
      const folder = (await stat(this.path)).isDirectory();
      const names = folder ? (await readdir(this.path)).filter((name) => name.endsWith('.json')).sort() : [];
      const files = folder ? names.map((name) => join(this.path ?? '', name)) : [this.path];
      const versions = await Promise.all(
        files.map(async (file) => {
          const { mtimeMs, size, ino } = await stat(file);
          return `${file} ${mtimeMs} ${size} ${ino}`;
        }),
      );
      return { files, version: versions.join('\n') };
    } catch (cause) {
      throw new ManifestError(`The manifest of trusted documents cannot be read: ${String(cause)}`, { cause });
    }
  }

  private async take({ files, version }: Look): Promise<void> {
    const byHash = new Map<string, KnownDocument>();
    const byText = new Map<string, KnownDocument>();
    const add = (documents: ReadonlyMap<string, string>, name: string): void => {
      for (const [hash, text] of documents) {
        const other = byHash.get(hash);
        if (other && other.text !== text)
          throw new ManifestError(`${name} is no manifest of documents: another manifest says otherwise of "${hash}".`);
        // What is known already stays prepared.
        const known = this.byText.get(text) ?? byText.get(text) ?? new KnownDocument(text);
        byHash.set(hash, known);
        byText.set(text, known);
      }
    };
    add(this.own, 'The product');
    for (const file of files) add(readManifest(await readFile(file, 'utf8'), file), file);
    [this.byHash, this.byText, this.version] = [byHash, byText, version];
  }
}
