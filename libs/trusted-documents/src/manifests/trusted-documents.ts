import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphQLParameters } from '../pipeline/parse-request.js';
import { ManifestError, normalizeHash, parseManifest } from './manifest.js';
import { TrustedDocument } from './trusted-document.js';

const REFRESH_INTERVAL_MS = 1_000;

/** The parameters that name a document. */
type DocumentName = Pick<GraphQLParameters, 'hash' | 'text'>;

/** The manifest files that exist, and a text that changes when one of them does. */
interface ManifestFiles {
  readonly files: readonly string[];
  readonly version: string;
}

/**
 * The documents of the manifests that the builds of the frontends write: a file, or a folder of `*.json` files, one for each
 * frontend or version in use. A change takes effect within a second, and immediately for a request for a new document.
 */
export class TrustedDocuments {
  private byHash: ReadonlyMap<string, TrustedDocument> = new Map();
  private byText: ReadonlyMap<string, TrustedDocument> = new Map();
  private version = '';
  private lastError = '';
  private refreshing: Promise<void> | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  private constructor(
    private readonly path: string | undefined,
    /** Documents that are part of the product. */
    private readonly builtIn: ReadonlyMap<string, string>,
    /** Called once for a changed manifest that cannot be used; the documents read before remain. */
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Throws ManifestError when there is no manifest, or one that cannot be used. */
  static async read(
    path: string | undefined,
    builtIn: ReadonlyMap<string, string>,
    onError: (error: unknown) => void,
  ): Promise<TrustedDocuments> {
    const documents = new TrustedDocuments(path, builtIn, onError);
    await documents.load(await documents.findFiles());
    if (path !== undefined) {
      documents.timer = setInterval(() => void documents.refresh(), REFRESH_INTERVAL_MS);
      documents.timer.unref();
    }
    return documents;
  }

  get size(): number {
    return this.byHash.size;
  }

  /** The document of this hash, or else of this whole text, as far as the manifests were read. */
  get({ hash, text = '' }: DocumentName): TrustedDocument | undefined {
    return hash === undefined ? this.byText.get(text) : this.byHash.get(normalizeHash(hash));
  }

  /**
   * The document, also one of a manifest that has just been written: an unknown document has the manifests read again. Where
   * untrusted documents are allowed, only an unknown hash has.
   */
  async find(name: DocumentName, allowUntrusted: boolean): Promise<TrustedDocument | undefined> {
    const found = this.get(name);
    if (found || (name.hash === undefined && allowUntrusted)) return found;
    await this.refresh();
    return this.get(name);
  }

  /** Reads the manifests again if they have changed. Never throws. */
  refresh(): Promise<void> {
    this.refreshing ??= this.reload().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async reload(): Promise<void> {
    try {
      const found = await this.findFiles();
      if (found.version === this.version) return;
      // Also when it cannot be used: each version is read once.
      this.version = found.version;
      await this.load(found);
      this.lastError = '';
    } catch (error) {
      if (this.lastError !== String(error)) this.onError(error);
      this.lastError = String(error);
    }
  }

  private async findFiles(): Promise<ManifestFiles> {
    if (this.path === undefined) return { files: [], version: '' };
    try {
      const isFolder = (await stat(this.path)).isDirectory();
      const names = isFolder ? (await readdir(this.path)).filter((name) => name.endsWith('.json')).sort() : [];
      const files = isFolder ? names.map((name) => join(this.path ?? '', name)) : [this.path];
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

  private async load({ files, version }: ManifestFiles): Promise<void> {
    const byHash = new Map<string, TrustedDocument>();
    const byText = new Map<string, TrustedDocument>();
    const add = (documents: ReadonlyMap<string, string>, name: string): void => {
      for (const [hash, text] of documents) {
        const other = byHash.get(hash);
        if (other && other.text !== text)
          throw new ManifestError(`${name} cannot be used: another manifest has another document at "${hash}".`);
        // A document that was there before keeps what was prepared.
        const document = this.byText.get(text) ?? byText.get(text) ?? new TrustedDocument(text);
        byHash.set(hash, document);
        byText.set(text, document);
      }
    };
    add(this.builtIn, 'The manifest of the product');
    for (const file of files) add(parseManifest(await readFile(file, 'utf8'), file), file);
    [this.byHash, this.byText, this.version] = [byHash, byText, version];
  }
}
