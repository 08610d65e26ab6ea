import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';

/** A body that was received whole and cannot be used, so that a retry does not help: too large, or not in a supported format. */
export class UnusableBodyError extends Error {
  override readonly name = 'UnusableBodyError';

  constructor(
    message: string,
    /** The HTTP status of the response, when it is known. */
    readonly status: number | undefined,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

type Decode = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

/** "deflate" is zlib's format by the standard, but some servers send raw deflate: the first byte distinguishes them. */
const inflateEither: Decode = (bytes, options) =>
  promisify<Buffer, typeof options, Buffer>(((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(bytes, options);

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(gunzip),
  'x-gzip': promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(gunzip),
  br: promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(brotliDecompress),
  deflate: inflateEither,
};

/** The size of each decoding is limited; this limits their number. Servers normally apply one. */
const MAX_ENCODINGS = 3;

/** The encodings of a content-encoding header, the last applied first; empty for a body that is not encoded. */
export function parseEncodings(contentEncoding: string | undefined): readonly string[] {
  if (contentEncoding === undefined) return [];
  const names = contentEncoding.toLowerCase().split(',');
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .reverse();
}

/** Decodes a body of at most `maxBytes` decoded bytes. Rejects with UnusableBodyError. */
export async function decodeBody(
  body: Buffer,
  encodings: readonly string[],
  { maxBytes, status }: { readonly maxBytes: number; readonly status: number },
): Promise<Buffer> {
  if (body.length === 0) return body;
  if (encodings.length > MAX_ENCODINGS) throw new UnusableBodyError(`it is encoded ${encodings.length} times`, status);
  let bytes = body;
  for (const name of encodings) {
    const decode = DECODERS[name];
    if (!decode) throw new UnusableBodyError(`its encoding "${name.slice(0, 20)}" is not known`, status);
    try {
      bytes = await decode(bytes, { maxOutputLength: maxBytes });
    } catch (error) {
      const tooLarge = (error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
      throw new UnusableBodyError(
        tooLarge ? describeTooLarge(maxBytes) : `it is not what ${name} makes`,
        status,
        error,
      );
    }
  }
  return bytes;
}

export function describeTooLarge(maxBytes: number): string {
  return `it has more than ${maxBytes} bytes`;
}

/** Decodes UTF-8, which JSON always is, whatever the charset says, and drops a byte order mark. Throws UnusableBodyError. */
export function toText(bytes: Buffer, status: number): string {
  if (!isUtf8(bytes)) throw new UnusableBodyError('it is not UTF-8', status);
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.toString('utf8', 3) : bytes.toString();
}
