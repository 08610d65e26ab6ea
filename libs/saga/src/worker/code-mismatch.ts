import { queryEngine } from './engine-query.js';
import { HANDLERS } from './engine-names.js';

/**
 * An error code: the deployed code of a saga does not match the saga's journal, because it was changed without a new version.
 * Such a saga does not continue until the code that it began with is deployed again.
 */
export const SAGA_CODE_MISMATCH = 'SAGA_CODE_MISMATCH';

/** The engine's error code for a worker that does something else than the journal says. */
const JOURNAL_MISMATCH = 'RT0016';

/** The engine's error code for a failure in the saga's own code: its journal was replayed without a mismatch. */
const FAILED_IN_CODE = 'RT0007';

/** Mismatched code fails immediately: code that has been running for longer than this, in milliseconds, matches. */
const MISMATCH_SHOWS_WITHIN_MS = 1_000;

/** The most sagas in one query. */
const MAX_SAGAS = 100;

/** The name and id under which a saga is found. */
export interface SagaKey {
  readonly saga: string;
  readonly id: string;
}

/** A saga whose code does not match its journal. */
export interface CodeMismatch extends SagaKey {
  /** The engine's message about where the two differ. */
  readonly difference: string;
}

interface Row extends SagaKey {
  readonly status: string;
  readonly code?: string;
  readonly failure?: string;
  readonly started?: string;
}

const COLUMNS = `target_service_name as saga, target_service_key as id, status,
  last_failure_error_code as code, last_failure as failure, last_start_at as started`;

/** The sagas that the engine cannot run because their code does not match. Throws when the engine does not answer. */
export async function findCodeMismatches(engineAdminUrl: string): Promise<CodeMismatch[]> {
  // The engine holds running invocations in memory: this query is cheap, whatever the number of finished sagas.
  const found = await queryEngine<{ readonly id: string }>(
    engineAdminUrl,
    `select id from sys_invocation_state where last_failure_error_code = '${JOURNAL_MISMATCH}' limit ${MAX_SAGAS}`,
  );
  if (found.length === 0) return [];
  const rows = await queryEngine<Row>(
    engineAdminUrl,
    `select ${COLUMNS} from sys_invocation
     where id in (${found.map(({ id }) => quote(id)).join(', ')}) and target_handler_name = '${HANDLERS.run}'`,
  );
  return rows.filter(isMismatch).map(({ saga, id, failure }) => ({ saga, id, difference: parseDifference(failure) }));
}

/** Whether the engine cannot run a saga because its code does not match. Throws when the engine does not answer. */
export async function hasCodeMismatch(engineAdminUrl: string, place: SagaKey): Promise<boolean> {
  return (await findInvocations(engineAdminUrl, [place])).some(isMismatch);
}

/** Those of the sagas that run again, because their code matches. Throws when the engine does not answer. */
export async function findResumedSagas(engineAdminUrl: string, places: readonly SagaKey[]): Promise<SagaKey[]> {
  const rows = await findInvocations(engineAdminUrl, places.slice(0, MAX_SAGAS));
  return rows.filter(isRunningAgain).map(({ saga, id }) => ({ saga, id }));
}

async function findInvocations(engineAdminUrl: string, places: readonly SagaKey[]): Promise<readonly Row[]> {
  if (places.length === 0) return [];
  const wanted = places.map(
    ({ saga, id }) => `(target_service_name = ${quote(saga)} and target_service_key = ${quote(id)})`,
  );
  return queryEngine<Row>(
    engineAdminUrl,
    `select ${COLUMNS} from sys_invocation
     where target_handler_name = '${HANDLERS.run}' and (${wanted.join(' or ')})`,
  );
}

function isMismatch({ code }: Row): boolean {
  return code === JOURNAL_MISMATCH;
}

/** Also false while it is unknown: the engine has no failure code while it retries, and after its own restart. */
function isRunningAgain({ status, code, started }: Row): boolean {
  if (status === 'suspended' || code === FAILED_IN_CODE) return true;
  return status === 'running' && started !== undefined && Date.now() - Date.parse(started) > MISMATCH_SHOWS_WITHIN_MS;
}

function parseDifference(failure = ''): string {
  const [, difference = failure] = failure.split('Difference:');
  return difference.replaceAll(/\s+/g, ' ').trim();
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
