import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BffConfig } from '../bff.config.js';
import { createDevelopmentToken } from '../gateway/authentication/development-token.js';

/** What the build of apps/console leaves beside the built BFF. */
const BUILT = new URL('../../../console/', import.meta.url);

/** Who decides, when nobody has said who he is: it is only so in development. */
const DEVELOPER = { subject: 'developer', roles: ['operator'] };

/** The page runs its own code and asks its own BFF, and nobody frames it. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", 'img-src data:'],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

/**
 * Serves the operators' console at /console/. In development the page holds an operator's token; in production it asks for
 * one, and whatever it shows it gets by that.
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
      .headers({ 'content-security-policy': POLICY, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      .type('text/html; charset=utf-8')
      .send(html.replace('</head>', `${meta}</head>`));
  });
  // Their names change with what is in them.
  await app.register(fastifyStatic, {
    root: fileURLToPath(new URL('assets/', BUILT)),
    prefix: '/console/assets/',
    ...{ index: false, decorateReply: false, immutable: true, maxAge: '365d' },
  });
}
