import { existsSync, readFileSync } from 'node:fs';
import { stringify } from 'node:querystring';
import type { ParsedUrlQueryInput } from 'node:querystring';
import { ConfigError } from '@bff/config';
import type { ServiceName } from '@bff/contracts';
import type { AnswerInstead } from '@bff/fakes';
import type { MocksConfig } from './mocks.config.js';
import { Recording } from './recording.js';
import { writeScenarioFile } from './scenario-file.js';

/** The timeout of a request to a recorded service, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** Headers that belong to one connection, or to the fakes alone. */
const NOT_FORWARDED = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'baggage']);

/** Forwards every request to the real service, and records the responses that conform to the contract in a file. */
export function startRecorder(config: MocksConfig, file: string): AnswerInstead {
  const urls: Readonly<Record<ServiceName, string>> = {
    order: config.RECORD_ORDER_URL,
    customer: config.RECORD_CUSTOMER_URL,
    catalog: config.RECORD_CATALOG_URL,
  };
  const recording = new Recording(config.RECORD_AS, readRecorded(file));
  writeScenarioFile(file, recording.toScenarioFile());
  return async ({ operation, request, incoming }) => {
    const answer = await forward(urls[incoming.service], incoming);
    const isContractKept = (): boolean => {
      try {
        operation.checkAnswer(answer.status, answer.body);
        return true;
      } catch {
        // The scope of the request records the violation.
        return false;
      }
    };
    if (operation.method === 'GET' && answer.status === 200 && isContractKept()) {
      recording.add(`${incoming.service}.${operation.id}`, request, answer.body);
      writeScenarioFile(file, recording.toScenarioFile());
    }
    return answer;
  };
}

type Incoming = Parameters<AnswerInstead>[0]['incoming'];

async function forward(
  url: string,
  { method, path, query, headers, body }: Incoming,
): Promise<{ readonly status: number; readonly body: object }> {
  const search = stringify(query as ParsedUrlQueryInput);
  const forwarded = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || NOT_FORWARDED.has(name) ? [] : [[name, [value].flat().join(',')] as const],
  );
  try {
    const response = await fetch(`${url}${path}${search === '' ? '' : `?${search}`}`, {
      method,
      headers: Object.fromEntries(forwarded),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as object };
  } catch (error) {
    const message = `The service at ${url} cannot be recorded: ${error instanceof Error ? error.message : String(error)}`;
    return { status: 502, body: { code: 'UNAVAILABLE', message } };
  }
}

/** Reads an earlier recording, so that recording resumes. */
function readRecorded(file: string): unknown {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    throw new ConfigError(`RECORD_FILE="${file}" is not a recording: set the path of another file.`);
  }
}
