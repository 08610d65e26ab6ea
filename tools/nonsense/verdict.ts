import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_FACTS, REQUEST_ERROR_FACTS } from '@bff/page';
import type { RawAnswer } from './send.js';

/** Codes that no request may cause. */
const OURS: readonly string[] = ['INTERNAL', 'CONTRACT_VIOLATION'];

const ALLOWED = new Set(
  [...Object.keys(ERROR_FACTS), ...Object.keys(REQUEST_ERROR_FACTS)].filter((code) => !OURS.includes(code)),
);

/** Of a service beside the codes in its contract. */
const SERVICE_CODES = ['BAD_REQUEST', 'NOT_FOUND', 'PAYLOAD_TOO_LARGE', 'UNAUTHENTICATED', 'TOO_MANY_REQUESTS'];

interface ReportedError {
  readonly extensions?: { readonly code?: unknown };
}

/** What is wrong with an answer of the BFF; undefined when nothing is. */
export function explainWrongGraphQL({ status, headers, text }: RawAnswer, isBodiless: boolean): string | undefined {
  if (status === 0) return `no answer: ${text}`;
  if (text === '' && isBodiless) return undefined;
  const type = headers['content-type'] ?? '';
  const parts = type.startsWith('text/event-stream')
    ? [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data)
    : [text];
  if (status < 400 && !/json|event-stream/.test(type)) return undefined;
  for (const part of parts) {
    const errors = findErrors(part);
    if (errors === undefined) return `${status}, without errors in ${part.slice(0, 200)}`;
    if (status >= 400 && errors.length === 0) return `${status} without errors: ${part.slice(0, 200)}`;
    const wrong = explainWrongErrors(errors);
    if (wrong !== undefined) return `${status}: ${wrong}`;
  }
  return undefined;
}

/** What is wrong with a list of errors; undefined when nothing is. */
export function explainWrongErrors(errors: readonly ReportedError[]): string | undefined {
  const wrong = errors.find(({ extensions }) => !ALLOWED.has(String(extensions?.code)));
  return wrong && JSON.stringify(wrong).slice(0, 400);
}

function findErrors(text: string): readonly ReportedError[] | undefined {
  const body = parseJson(text) as
    { readonly errors?: readonly ReportedError[]; readonly data?: unknown; readonly status?: unknown } | undefined;
  if (typeof body !== 'object') return undefined;
  return body.errors ?? [];
}

/** What is wrong with an answer of a service; undefined when nothing is. `contract` is its text. */
export function explainWrongService(
  { status, text }: RawAnswer,
  isBodiless: boolean,
  contract: string,
  codes: readonly string[] = [],
): string | undefined {
  if (status === 0) return `no answer: ${text}`;
  if (status < 400) return undefined;
  if (text === '' && isBodiless) return undefined;
  const { code, message } = (parseJson(text) ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string' && typeof message === 'string') {
    if (SERVICE_CODES.includes(code) || codes.includes(code)) return undefined;
    if ((status === 409 || status === 422) && contract.includes(code)) return undefined;
  }
  return `${status}: ${text.slice(0, 400)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Log lines that indicate a bug: an error, or the frames of a stack. */
export function findErrorsInLogs(folder: string): string[] {
  return readdirSync(folder).flatMap((file) => {
    if (/^(engine|postgres)/.test(file)) return [];
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    return lines.filter(isError).map((line) => `${file}: ${line.slice(0, 600)}`);
  });
}

function isError(line: string): boolean {
  const { level, stack } = (parseJson(line) ?? {}) as { readonly level?: unknown; readonly stack?: unknown };
  return (
    level === 'error' ||
    level === 'fatal' ||
    stack !== undefined ||
    /^\s+at .*:\d+/.test(line) ||
    /\\n\s+at /.test(line)
  );
}
