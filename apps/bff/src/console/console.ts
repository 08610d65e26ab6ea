import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BffConfig } from '../bff.config.js';
import { createDevelopmentToken } from '../gateway/authentication/development-token.js';

/** The output of the build of apps/console, which is beside that of the BFF. */
const BUILT = new URL('../../../console/', import.meta.url);

/** The operator of the token that is put into the page in development. */
const DEVELOPER = { subject: 'developer', roles: ['operator'] };

/** The page runs its own code and calls its own BFF alone, and cannot be framed. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the operators' console at /console/. In development the page contains an operator's token; in production it asks for one.
 */
export async function serveConsole(app: NestFastifyApplication, config: BffConfig): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/console', (_request, reply) => reply.redirect('/console/'));
  fastify.get('/console/', async (_request, reply) => {
    const html = readFileSync(new URL('index.html', BUILT), 'utf8');
    const token = config.NODE_ENV === 'production' ? undefined : await createDevelopmentToken(config, DEVELOPER);
    // A JWT needs no escaping.
    const meta = token === undefined ? '' : `<meta name="token" content="${token}" />`;
    return reply
      .headers({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      .type('text/html; charset=utf-8')
      .send(html.replace('</head>', `${meta}</head>`));
  });
  // Their names contain a hash of their content, so that they can be cached forever.
  await app.register(fastifyStatic, {
    root: fileURLToPath(new URL('assets/', BUILT)),
    prefix: '/console/assets/',
    index: false,
    decorateReply: false,
    immutable: true,
    maxAge: '365d',
  });
}
