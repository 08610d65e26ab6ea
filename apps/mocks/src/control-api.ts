import { readFileSync } from 'node:fs';
import { getContract, ContractViolation, SERVICES } from '@bff/contracts';
import { InvalidStub } from '@bff/fakes';
import type { Fakes, Scope } from '@bff/fakes';
import { limitConnections, createFastifyOptions, toProblem } from '@bff/http-server';
import type { ServerBounds } from '@bff/http-server';
import { isId } from '@bff/kernel';
import fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { streamChanges } from './events.js';
import { findOperation, ruleBody, setRule, stepBody, UnknownOperation } from './rule.js';
import { readSeed } from './scenario-file.js';

/** There is no scope or service with this name. */
class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** The request is not possible in the current state. */
class Impossible extends Error {
  override readonly name = 'Impossible';
}

type ScopeRequest = FastifyRequest<{
  Params: { scope: string; service: string; operation: string; step: string; customer: string };
}>;

/** The verbs of the scenario kit over HTTP, for tests that run elsewhere. Errors are answered with a code and a message. */
export function createControlApi(
  fakes: Fakes,
  bounds: ServerBounds,
  signToken?: (customerId: string) => Promise<string>,
): FastifyInstance {
  const app = fastify({
    bodyLimit: 8 * 1024 * 1024,
    frameworkErrors: (error, request, reply) => {
      void handleError(error, request, reply);
    },
    ...createFastifyOptions(bounds, toProblem),
  });
  limitConnections(app, bounds, toProblem);
  // Every body is parsed as JSON, whatever its content type.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      404,
      'NOT_FOUND',
      `There is nothing at ${request.method} ${request.url}. GET / shows what there is.`,
    ),
  );
  addPage(app, fakes);
  addScopes(app, fakes);
  addRules(app, fakes);
  app.get('/tokens/:customer', async (request: ScopeRequest, reply) => {
    if (!signToken)
      throw new Impossible('There is no BFF here to take a token: start the mocks with npm run mocks -- --bff.');
    return reply.header('content-type', 'text/plain').send(await signToken(request.params.customer));
  });
  return app;
}

function addPage(app: FastifyInstance, fakes: Fakes): void {
  const page = readFileSync(new URL('./page.html', import.meta.url), 'utf8');
  app.get('/', (_, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
      )
      .send(page),
  );
  app.get('/events', (request, reply) => {
    reply.hijack();
    streamChanges(fakes, reply.raw);
    request.raw.once('close', () => reply.raw.end());
  });
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', () => ({ status: 'ready' }));
  app.get('/contracts/:service', (request: ScopeRequest) => {
    const service = SERVICES.find((name) => name === request.params.service);
    if (!service)
      throw new NotFound(`There is no service "${request.params.service}": ${SERVICES.join(', ')} are there.`);
    return getContract(service).document;
  });
}

function addScopes(app: FastifyInstance, fakes: Fakes): void {
  app.get('/scopes', () => ({ scopes: fakes.scopes.map(toSummary) }));
  app.delete('/scopes/:scope', (request: ScopeRequest) => {
    const scope = findScope(fakes, request);
    fakes.end(scope.id);
    return toSummary(scope);
  });
  app.put('/scopes/:scope/seed', (request: ScopeRequest) => {
    const scope = beginScope(fakes, request);
    if (scope.callLog.calls.length > 0)
      throw new Impossible(`Scope ${scope.id} has been called already: seed it before its first call.`);
    scope.addSeed(readSeed(request.body));
    return toSummary(scope);
  });
  app.post('/scopes/:scope/late', (request: ScopeRequest) => {
    const scope = findScope(fakes, request);
    scope.deliverLate();
    return toSummary(scope);
  });
  app.get('/scopes/:scope/journal', (request: ScopeRequest, reply) => {
    const scope = findScope(fakes, request);
    if (!(request.headers.accept ?? '').includes('text/plain')) return toCallLogBody(scope);
    return reply.header('content-type', 'text/plain; charset=utf-8').send(formatCallLog(scope));
  });
}

function addRules(app: FastifyInstance, fakes: Fakes): void {
  const formatOperation = ({ params }: ScopeRequest) => `${params.service}.${params.operation}`;
  app.put('/scopes/:scope/steps/:step', (request: ScopeRequest) => {
    const { fail, undo = false } = stepBody.parse(request.body);
    const scope = beginScope(fakes, request);
    scope.rules.add(
      { step: request.params.step, direction: undo ? 'undo' : 'do' },
      { faults: checkKill(scope, fail) },
      false,
    );
    return toSummary(scope);
  });
  app.delete('/scopes/:scope/steps/:step', (request: ScopeRequest) => {
    const scope = findScope(fakes, request);
    scope.rules.clearStep(request.params.step);
    return toSummary(scope);
  });
  app.put('/scopes/:scope/:service/:operation', (request: ScopeRequest) => {
    const rule = ruleBody.parse(request.body);
    const scope = beginScope(fakes, request);
    if (rule.fail) checkKill(scope, rule.fail);
    setRule(scope, formatOperation(request), rule);
    return toSummary(scope);
  });
  app.delete('/scopes/:scope/:service/:operation', (request: ScopeRequest) => {
    const found = findOperation(formatOperation(request));
    const scope = findScope(fakes, request);
    scope.rules.clear(found.service, found.operation.id);
    return toSummary(scope);
  });
}

/** The scope of a request; it begins when there is none. */
function beginScope(fakes: Fakes, { params }: ScopeRequest): Scope {
  if (!isId(params.scope))
    throw new TypeError(`"${params.scope}" is no name for a scope: up to 64 letters, digits and . _ : - are expected.`);
  return fakes.getOrBeginScope(params.scope);
}

/** The scope of a request. Throws NotFound when there is none. */
function findScope(fakes: Fakes, { params }: ScopeRequest): Scope {
  if (!fakes.has(params.scope))
    throw new NotFound(`There is no scope "${params.scope}": no request set it up or called it.`);
  return fakes.getOrBeginScope(params.scope);
}

function checkKill<T extends readonly unknown[]>(scope: Scope, faults: T): T {
  if (faults.includes('kill-orchestrator') && !scope.canKill)
    throw new Impossible('There is no orchestrator here to be killed: start the mocks with npm run mocks -- --bff.');
  return faults;
}

function toSummary({ id, callLog, violations }: Scope): object {
  return { scope: id, calls: callLog.calls.length, violations: violations.length };
}

/** Everything that a test asserts: the calls, the writes, the violations and the imbalances. */
function toCallLogBody({ id, callLog, violations, rules }: Scope): object {
  const imbalances = callLog.findImbalances();
  return {
    scope: id,
    calls: callLog.calls,
    steps: callLog.listWrites(),
    violations,
    unmet: rules.findUnused(),
    balanced: imbalances.length === 0,
    imbalances,
  };
}

function formatCallLog({ callLog, violations }: Scope): string {
  return `${[callLog.table, ...violations, ...callLog.findImbalances()].join('\n')}\n`;
}

function handleError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof z.ZodError) return sendProblem(reply, 422, 'INVALID', z.prettifyError(error));
  if (error instanceof InvalidStub || error instanceof ContractViolation)
    return sendProblem(reply, 422, 'CONTRACT_VIOLATION', error.message);
  if (error instanceof UnknownOperation || error instanceof NotFound)
    return sendProblem(reply, 404, 'NOT_FOUND', error.message);
  if (error instanceof Impossible) return sendProblem(reply, 409, 'IMPOSSIBLE', error.message);
  if (error instanceof TypeError) return sendProblem(reply, 422, 'INVALID', error.message);
  const status = error.statusCode ?? 500;
  return sendProblem(reply, status, status < 500 ? 'BAD_REQUEST' : 'INTERNAL', error.message);
}

function sendProblem(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.status(status).send({ code, message });
}
