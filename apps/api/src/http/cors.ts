import type { FastifyRequest } from 'fastify';
import type { Settings } from '#libs/config/settings.js';
import { isGatePath } from '../playback/gate/gate-urls.js';

const API_CORS = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposedHeaders: ['X-Request-Id', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'ETag', 'Location'],
  maxAge: 86_400,
};

/** Any page may play what it has the URL of: the right is in the URL, and no cookie counts here. */
const GATE_CORS = { origin: '*', methods: ['GET', 'HEAD'], exposedHeaders: ['X-Request-Id'], maxAge: 86_400 };

/** Whose pages may ask for what, as @fastify/cors wants to be told it for each request. */
export function corsOf(settings: Settings) {
  const origins = settings.CORS_ORIGINS.includes('*') ? true : settings.CORS_ORIGINS;
  const api = { ...API_CORS, origin: settings.CORS_ORIGINS.length > 0 && origins };
  return (request: FastifyRequest, done: (error: Error | null, options: typeof api | typeof GATE_CORS) => void): void =>
    done(null, isGatePath(request.url) ? GATE_CORS : api);
}
